// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/password_check.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "exporters/web/bcrypt.h"

namespace wiregap::exporters {
namespace {

using Clock = std::chrono::steady_clock;

/// How many answers are remembered of each kind; a user has one password, so few are right.
constexpr std::size_t max_right = 256;
constexpr std::size_t max_wrong = 64;

template <class Digest>
bool has(const std::deque<Digest>& digests, const Digest& digest) {
    return std::any_of(digests.begin(), digests.end(), [&](const Digest& one) {
        return CRYPTO_memcmp(one.data(), digest.data(), digest.size()) == 0;
    });
}

template <class Digest>
void remember(std::deque<Digest>& digests, const Digest& digest, std::size_t at_most) {
    digests.push_back(digest);
    if (digests.size() > at_most) digests.pop_front();
}

}  // namespace

PasswordCheck::PasswordCheck(Post post) : post_(std::move(post)) {
    if (RAND_bytes(secret_.data(), static_cast<int>(secret_.size())) != 1) {
        throw std::runtime_error("OpenSSL has no random bytes");
    }
}

PasswordCheck::~PasswordCheck() { stop(); }

void PasswordCheck::stop() noexcept {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (verifier_.joinable()) verifier_.join();
    waiting_.clear();
}

PasswordCheck::Digest PasswordCheck::digest_of(const Credentials& credentials,
                                               const std::string& hash) const {
    // No user's name has a colon, no hash has one: the three can't run into each other.
    const std::string text = credentials.user + ":" + hash + ":" + credentials.password;
    Digest digest{};
    unsigned size = digest.size();
    if (HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
             &size) == nullptr) {
        throw std::runtime_error("OpenSSL has no HMAC with SHA-256");
    }
    return digest;
}

void PasswordCheck::check(const WebSecurity& security, const Credentials& credentials, Then then) {
    const auto user = security.users.find(credentials.user);
    const bool user_exists = user != security.users.end();
    // Somebody's hash for a user that is not there: both take the same time.
    const std::string& hash = user_exists ? user->second : security.users.begin()->second;
    const Digest digest = digest_of(credentials, hash);
    if (has(right_, digest)) return then(Answer::right);
    if (has(wrong_, digest)) return then(Answer::wrong);
    if (const auto same = waiting_.find(digest); same != waiting_.end()) {
        same->second.push_back(std::move(then));
        return;
    }
    if (waiting_.size() >= max_waiting) return then(Answer::busy);
    waiting_[digest].push_back(std::move(then));
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back({digest, credentials.password, hash, user_exists});
    }
    start();
    changed_.notify_one();
}

/// The thread, with the first password: most daemons never see one. The caller's blocks all
/// signals, and so does this one.
void PasswordCheck::start() {
    if (verifier_.joinable()) return;
    verifier_ = std::thread([this] { work(); });
    pthread_setname_np(verifier_.native_handle(), "wiregap-login");
}

void PasswordCheck::work() {
    for (;;) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
            if (stopping_) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        const auto began = Clock::now();
        const bool right = bcrypt_matches(job.password, job.hash) && job.user_exists;
        const auto took = Clock::now() - began;
        OPENSSL_cleanse(job.password.data(), job.password.size());
        post_([this, digest = job.digest, right] { answered(digest, right); });
        if (!right && !rest(took * rest_factor)) return;
    }
}

/// False if the end came meanwhile.
bool PasswordCheck::rest(std::chrono::nanoseconds duration) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, duration, [this] { return stopping_; });
}

void PasswordCheck::answered(const Digest& digest, bool right) {
    if (right) {
        remember(right_, digest, max_right);
    } else {
        remember(wrong_, digest, max_wrong);
    }
    auto asked = waiting_.extract(digest);
    if (asked.empty()) return;
    for (const Then& then : asked.mapped()) then(right ? Answer::right : Answer::wrong);
}

}  // namespace wiregap::exporters
