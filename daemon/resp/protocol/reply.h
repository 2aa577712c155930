// SPDX-License-Identifier: Apache-2.0
// Replies in the words of the protocol, as RESP2 or RESP3 has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "daemon/resp/protocol/reply_buffer.h"

namespace wiregap::resp {

class Reply {
  public:
    Reply(ReplyBuffer& buffer, unsigned protocol) : buffer_(buffer), protocol_(protocol) {}

    [[nodiscard]] unsigned protocol() const noexcept { return protocol_; }
    /// HELLO: what follows is in the new one.
    void set_protocol(unsigned protocol) noexcept { protocol_ = protocol; }
    /// What is said goes nowhere (CLIENT REPLY OFF).
    void mute(bool muted) noexcept { muted_ = muted; }

    void ok() { put("+OK\r\n"); }
    /// One line; line ends in it become spaces.
    void status(std::string_view text) { line('+', text); }
    /// With its code: "ERR ..", "NOPERM ..".
    void error(std::string_view text) { line('-', text); }
    void integer(std::int64_t number) { header(':', number); }
    void bulk(std::string_view bytes);
    void bulk(const TextPtr& text);
    /// Text that clients show as it is; a bulk string in RESP2.
    void text(std::string_view text);
    void null() { put(protocol_ >= 3 ? "_\r\n" : "$-1\r\n"); }
    void null_array() { put(protocol_ >= 3 ? "_\r\n" : "*-1\r\n"); }
    void array(std::size_t elements) { header('*', signed_of(elements)); }
    void set(std::size_t elements) { header(protocol_ >= 3 ? '~' : '*', signed_of(elements)); }
    /// `pairs` keys and values follow: an array of twice as many in RESP2.
    void map(std::size_t pairs) {
        header(protocol_ >= 3 ? '%' : '*', signed_of(protocol_ >= 3 ? pairs : 2 * pairs));
    }
    /// What nobody asked for: an array in RESP2.
    void push(std::size_t elements) { header(protocol_ >= 3 ? '>' : '*', signed_of(elements)); }

  private:
    static std::int64_t signed_of(std::size_t count) { return static_cast<std::int64_t>(count); }
    void put(std::string_view bytes) {
        if (!muted_) buffer_.append(bytes);
    }
    void header(char type, std::int64_t number);
    void line(char type, std::string_view text);

    ReplyBuffer& buffer_;
    unsigned protocol_;
    bool muted_ = false;
};

}  // namespace wiregap::resp
