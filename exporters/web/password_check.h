// SPDX-License-Identifier: Apache-2.0
// Passwords, verified beside the server: bcrypt is slow on purpose, and no scraper may wait for
// another one's. An answer that is known comes at once; of the rest a bounded number waits.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "exporters/web/credentials.h"
#include "exporters/web/web_security.h"

namespace wiregap::exporters {

class PasswordCheck {
  public:
    enum class Answer : std::uint8_t { right, wrong, busy };
    using Then = std::function<void(Answer)>;
    /// Runs a function on the server's thread.
    using Post = std::function<void(std::function<void()>)>;

    /// Different credentials that may wait for their verification.
    static constexpr std::size_t max_waiting = 16;
    /// After one that was wrong the verifier rests this many times as long as it took, so that
    /// guessing costs a fifth of a CPU at most.
    static constexpr int rest_factor = 4;

    /// Everything but the verification itself happens on the server's thread.
    explicit PasswordCheck(Post post);
    ~PasswordCheck();
    PasswordCheck(const PasswordCheck&) = delete;
    PasswordCheck& operator=(const PasswordCheck&) = delete;

    /// Calls `then` with the answer: before it returns, if that is known, else later. Equal
    /// credentials are verified once, however many ask.
    void check(const WebSecurity& security, const Credentials& credentials, Then then);
    /// No answer comes any more.
    void stop() noexcept;

  private:
    using Digest = std::array<unsigned char, 32>;
    struct Job {
        Digest digest;
        std::string password;
        std::string hash;
        bool user_exists;
    };

    [[nodiscard]] Digest digest_of(const Credentials& credentials, const std::string& hash) const;
    void start();
    void work();
    bool rest(std::chrono::nanoseconds duration);
    void answered(const Digest& digest, bool right);

    const Post post_;
    Digest secret_{};  ///< keys the digests: nobody can know what is remembered
    std::deque<Digest> right_;
    std::deque<Digest> wrong_;
    std::map<Digest, std::vector<Then>> waiting_;

    std::mutex mutex_;  // of what follows; the verifier's side
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool stopping_ = false;
    std::thread verifier_;
};

}  // namespace wiregap::exporters
