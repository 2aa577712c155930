// SPDX-License-Identifier: Apache-2.0
// What a socket does not hear, by a classic filter on it: a loss that this host's queues have no
// part in.
#pragma once

#include <linux/filter.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>

#include "tests/support/fd.h"
#include "tests/truth/link.h"

namespace wiregap::truth {

template <std::size_t size>
void attach_filter(int fd, std::array<sock_filter, size> code) {
    const sock_fprog program{.len = static_cast<unsigned short>(size), .filter = code.data()};
    must(::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)),
         "setsockopt SO_ATTACH_FILTER");
}

/// Nothing arrives any more.
inline void go_deaf(int fd) { attach_filter<1>(fd, {{BPF_STMT(BPF_RET | BPF_K, 0)}}); }

/// What is longer than that does not arrive: header and payload, without the IP header.
inline void lose_larger_than(int fd, std::uint32_t bytes) {
    attach_filter<4>(fd, {{BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
                           BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, bytes, 0, 1),
                           BPF_STMT(BPF_RET | BPF_K, 0), BPF_STMT(BPF_RET | BPF_K, 0xffffffff)}});
}

/// A part of what is sent to it does not arrive.
inline void lose_percent(int fd, std::uint32_t percent) {
    attach_filter<5>(fd, {{BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                    static_cast<std::uint32_t>(SKF_AD_OFF) + SKF_AD_RANDOM),
                           BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 100),
                           BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, percent, 1, 0),
                           BPF_STMT(BPF_RET | BPF_K, 0), BPF_STMT(BPF_RET | BPF_K, 0xffffffff)}});
}

inline void hear_again(int fd) { set_option(fd, SOL_SOCKET, SO_DETACH_FILTER, 0); }

}  // namespace wiregap::truth
