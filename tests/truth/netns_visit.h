// SPDX-License-Identifier: Apache-2.0
// A network namespace of our own for a while.
#pragma once

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

#include "tests/support/fd.h"

namespace wiregap::truth {

/// While it lives, the calling thread is in a new network namespace with loopback up. Sockets and
/// processes made in it stay in it. Throws std::system_error where that is not allowed.
class NetnsVisit {
  public:
    NetnsVisit()
        : home_(must(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "open ns/net")) {
        must(::unshare(CLONE_NEWNET), "unshare CLONE_NEWNET");
        raise_loopback();
    }
    NetnsVisit(const NetnsVisit&) = delete;
    NetnsVisit& operator=(const NetnsVisit&) = delete;
    ~NetnsVisit() { ::setns(home_.get(), CLONE_NEWNET); }

  private:
    static void raise_loopback() {
        const Fd fd(must(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
        ifreq request{};
        std::strcpy(request.ifr_name, "lo");
        request.ifr_flags = IFF_UP;
        must(::ioctl(fd.get(), SIOCSIFFLAGS, &request), "ioctl SIOCSIFFLAGS");
    }

    Fd home_;
};

}  // namespace wiregap::truth
