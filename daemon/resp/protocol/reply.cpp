// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/protocol/reply.h"

#include <array>
#include <charconv>
#include <string>

namespace wiregap::resp {

void Reply::header(char type, std::int64_t number) {
    std::array<char, 24> text{};
    text[0] = type;
    char* end = std::to_chars(text.data() + 1, text.data() + text.size() - 2, number).ptr;
    *end++ = '\r';
    *end++ = '\n';
    put({text.data(), static_cast<std::size_t>(end - text.data())});
}

void Reply::line(char type, std::string_view text) {
    std::string whole(1, type);
    for (const char c : text) whole += c == '\r' || c == '\n' ? ' ' : c;
    whole += "\r\n";
    put(whole);
}

void Reply::bulk(std::string_view bytes) {
    header('$', signed_of(bytes.size()));
    put(bytes);
    put("\r\n");
}

void Reply::bulk(const TextPtr& text) {
    header('$', signed_of(text->bytes.size()));
    if (!muted_) buffer_.append(text);
    put("\r\n");
}

void Reply::text(std::string_view text) {
    if (protocol_ < 3) {
        bulk(text);
        return;
    }
    header('=', signed_of(text.size() + 4));
    put("txt:");
    put(text);
    put("\r\n");
}

}  // namespace wiregap::resp
