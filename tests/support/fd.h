// SPDX-License-Identifier: Apache-2.0
// An owning file descriptor, and the one way in which a failed call ends a scenario.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>

#include "daemon/util/fd.h"

namespace wiregap {
inline namespace support {

using util::Fd;

/// The result of a system call; throws std::system_error, which names the call, if it failed.
template <typename Result>
Result must(Result result, const char* call) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), call);
    return result;
}

/// read() that goes on when it is interrupted. Of a socket with SO_RCVTIMEO the kernel does not
/// restart it (include/net/sock.h, sock_intr_errno), and work that an io_uring has left for this
/// thread interrupts it as a signal does.
inline ssize_t read_some(int fd, void* buffer, std::size_t bytes) {
    for (;;) {
        const ssize_t got = ::read(fd, buffer, bytes);
        if (got >= 0 || errno != EINTR) return got;
    }
}

}  // namespace support
}  // namespace wiregap
