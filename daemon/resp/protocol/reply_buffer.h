// SPDX-License-Identifier: Apache-2.0
// The reply backlog of one client: bytes that were produced and that no write() has accepted.
// Replies only append; what is written is dropped at the front. The hard limit is kept here, in the
// append: what would pass it is dropped, and all that waits with it, as the client has to go.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string_view>

#include "daemon/resp/protocol/budget.h"
#include "daemon/resp/protocol/text.h"

namespace wiregap::resp {

class ReplyBuffer {
  public:
    /// hard_limit_bytes: pending() is never above it; it may change, and must live longer.
    ReplyBuffer(Budget& budget, const std::size_t& hard_limit_bytes) noexcept
        : hard_limit_bytes_(hard_limit_bytes), share_(budget) {}

    void append(std::string_view bytes) {
        if (blocks_.empty() && room_ - used_ >= bytes.size()) {
            std::char_traits<char>::copy(first_.get() + used_, bytes.data(), bytes.size());
            used_ += bytes.size();
            produced_ += bytes.size();
            return;
        }
        append_slowly(bytes);
    }
    /// Large ones are not copied.
    void append(const TextPtr& text);

    /// Drops what waits, and what comes from now on.
    void end();
    /// More was produced than the hard limit allows: it has ended.
    [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }

    /// Place in the stream of the byte after the last one that was produced, or written.
    [[nodiscard]] std::uint64_t produced() const noexcept { return produced_; }
    [[nodiscard]] std::uint64_t written() const noexcept { return written_; }
    /// The reply backlog.
    [[nodiscard]] std::uint64_t pending() const noexcept { return produced_ - written_; }

    /// The first bytes, `most` at most. Returns the used part of `parts`.
    std::span<iovec> front(std::span<iovec> parts, std::size_t most);
    /// A write() accepted so many bytes of front().
    void written(std::size_t bytes);

    /// As CLIENT LIST has them: in the first buffer (obl), blocks after it (oll), their memory.
    [[nodiscard]] std::size_t first_bytes() const noexcept { return used_; }
    [[nodiscard]] std::size_t block_count() const noexcept { return blocks_.size(); }
    [[nodiscard]] std::size_t block_memory() const noexcept { return block_memory_; }
    [[nodiscard]] std::size_t first_room() const noexcept { return room_; }
    /// Memory that is free again when it ends; of texts that others hold as well, its part.
    [[nodiscard]] std::size_t weight() const noexcept { return share_.bytes() + shared_weight_; }
    /// Gives memory back that an empty buffer keeps for the next reply.
    void shrink();

  private:
    struct Block {
        std::unique_ptr<char[]> own;  ///< null: `shared` has the bytes
        TextPtr shared;
        std::size_t capacity = 0;
        std::size_t used = 0;
        std::size_t shared_weight = 0;  ///< of `shared`
        [[nodiscard]] const char* bytes() const { return own ? own.get() : shared->bytes.data(); }
    };
    void append_slowly(std::string_view bytes);
    bool admits(std::size_t bytes);
    void make_first();
    void drop_first();
    void add_block(std::size_t capacity);
    void drop_block();

    const std::size_t& hard_limit_bytes_;
    std::unique_ptr<char[]> first_;
    std::size_t room_ = 0;
    std::size_t used_ = 0;
    std::size_t sent_ = 0;  ///< of the first buffer, or of the first block once that is empty
    std::list<Block> blocks_;
    std::size_t block_memory_ = 0;
    std::size_t shared_weight_ = 0;
    std::uint64_t produced_ = 0;
    std::uint64_t written_ = 0;
    bool was_short_ = false;  ///< the first buffer was too small
    bool ended_ = false;
    bool overflowed_ = false;
    Share share_;
};

}  // namespace wiregap::resp
