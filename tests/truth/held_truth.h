// SPDX-License-Identifier: Apache-2.0
// For how long a socket had notsent bytes, by asking SIOCOUTQNSD all the time: the truth about held
// time that wiregap has no part in.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace wiregap::truth {

/// Between which two times the truth lies. Between two looks that both saw bytes they were held
/// (low); where only one did, or where the watcher itself was kept from looking, they may have been
/// (high).
struct HeldTime {
    double low_seconds = 0;
    double high_seconds = 0;
    double low_byte_seconds = 0;
    double high_byte_seconds = 0;
    std::uint32_t most_bytes = 0;
};

class HeldWatch {
  public:
    /// Watches fd from now on, in a thread of its own. vm: a clock that jumps by milliseconds.
    HeldWatch(int fd, bool vm);
    HeldWatch(const HeldWatch&) = delete;
    HeldWatch& operator=(const HeldWatch&) = delete;
    ~HeldWatch();
    /// Ends the watch. Call once.
    HeldTime end();

  private:
    struct Look {
        std::uint64_t ns = 0;
        std::uint32_t notsent_bytes = 0;
    };
    void watch();
    void add(const Look& before, const Look& now);

    int fd_;
    std::uint64_t looked_away_ns_;
    HeldTime held_;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

/// tcpi_rwnd_limited of a socket, in seconds: the kernel's own clock of it, in jiffies.
double rwnd_limited_seconds(int fd);

}  // namespace wiregap::truth
