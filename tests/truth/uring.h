// SPDX-License-Identifier: Apache-2.0
// Just enough of io_uring to send: one request at a time, submitted and waited for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/support/fd.h"

namespace wiregap::truth {

class Uring {
  public:
    /// Throws NoUring where the kernel or its settings refuse.
    Uring();
    Uring(const Uring&) = delete;
    Uring& operator=(const Uring&) = delete;
    ~Uring();

    /// IORING_OP_SEND of so many bytes; its result, as of send(2), negative errno on error.
    int send(int fd, const void* data, std::size_t bytes);

  private:
    struct Mapping {
        void* at = nullptr;
        std::size_t bytes = 0;
    };
    std::uint32_t* word(const Mapping& mapping, std::uint32_t offset) const;

    Fd ring_;
    Mapping submissions_;
    Mapping entries_;
    Mapping completions_;
    std::uint32_t submission_tail_ = 0;  ///< offsets within the mappings
    std::uint32_t submission_mask_ = 0;
    std::uint32_t submission_array_ = 0;
    std::uint32_t completion_head_ = 0;
    std::uint32_t completion_tail_ = 0;
    std::uint32_t completion_mask_ = 0;
    std::uint32_t completion_entries_ = 0;
};

struct NoUring {
    std::string why;
};

}  // namespace wiregap::truth
