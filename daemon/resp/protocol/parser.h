// SPDX-License-Identifier: Apache-2.0
// Requests out of bytes: RESP arrays of bulk strings, and inline commands. Knows no socket.
// https://redis.io/docs/reference/protocol-spec; numbers and error texts as networking.c of Redis
// 7.0.15 has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wiregap::resp {

using Arguments = std::span<const std::string_view>;

class Parser {
  public:
    /// http: a browser or its like speaks to us, not a client; whoever sent it to us.
    enum class Status : std::uint8_t { ok, need_more, bad, http };

    /// max_bulk_bytes: largest argument.
    explicit Parser(std::size_t max_bulk_bytes) : max_bulk_bytes_(max_bulk_bytes) {}

    /// Looks for one request at the begin of `bytes`; after need_more call again with the same
    /// bytes and more behind them (they may lie elsewhere). After ok drop consumed() bytes; an
    /// empty line or array is a request without arguments. After bad and http nothing can follow.
    Status next(std::string_view bytes);

    /// Of the last ok. They point into `bytes` or into the parser.
    [[nodiscard]] Arguments arguments() const noexcept { return arguments_; }
    [[nodiscard]] std::size_t consumed() const noexcept { return at_; }
    /// Of the last bad: "Protocol error: ..".
    [[nodiscard]] const std::string& error() const noexcept { return error_; }
    /// What they took is given back, where it is more than most requests need.
    void forget() noexcept;
    [[nodiscard]] std::size_t held_bytes() const noexcept {
        return arguments_.capacity() * sizeof(std::string_view) + inline_text_.capacity();
    }
    /// Who has not said a required password may send small requests only.
    void restrict_size(bool restricted) noexcept { restricted_ = restricted; }

  private:
    Status next_inline(std::string_view bytes);
    Status next_count(std::string_view bytes);
    Status next_bulk(std::string_view bytes);
    Status bulk_length(std::string_view bytes);
    Status bad(const std::string& what);
    [[nodiscard]] std::size_t most_arguments() const noexcept;
    void begin(std::string_view bytes);
    void rebase(std::string_view bytes);

    std::size_t max_bulk_bytes_;
    bool restricted_ = false;
    bool fresh_ = true;           ///< the next call begins a request
    const char* base_ = nullptr;  ///< where the bytes of the last call lay
    std::size_t at_ = 0;          ///< parsed so far
    std::size_t scanned_ = 0;     ///< of an inline request, searched for its end
    std::size_t missing_ = 0;     ///< arguments still to come
    bool in_bulk_ = false;        ///< bulk_ is known
    std::size_t bulk_ = 0;        ///< length of the argument under way
    std::vector<std::string_view> arguments_;
    std::string inline_text_;  ///< what quotes and escapes of an inline request came to
    std::string error_;
};

}  // namespace wiregap::resp
