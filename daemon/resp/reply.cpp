// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/reply.h"

#include <array>
#include <charconv>
#include <string>

#include "daemon/resp/numbers.h"

namespace wiregap::resp {

void Reply::header(char type, std::int64_t number) {
    std::array<char, 24> text{};
    text[0] = type;
    char* end = std::to_chars(text.data() + 1, text.data() + text.size() - 2, number).ptr;
    *end++ = '\r';
    *end++ = '\n';
    buffer_.append({text.data(), static_cast<std::size_t>(end - text.data())});
}

void Reply::line(char type, std::string_view text) {
    std::string whole(1, type);
    for (const char c : text) whole += c == '\r' || c == '\n' ? ' ' : c;
    whole += "\r\n";
    buffer_.append(whole);
}

void Reply::boolean(bool value) {
    if (protocol_ < 3) {
        integer(value ? 1 : 0);
    } else {
        buffer_.append(value ? "#t\r\n" : "#f\r\n");
    }
}

void Reply::real(double number) {
    if (protocol_ < 3) {
        bulk_real(number);
    } else {
        line(',', shown(number));
    }
}

void Reply::bulk(std::string_view bytes) {
    header('$', signed_of(bytes.size()));
    buffer_.append(bytes);
    buffer_.append("\r\n");
}

void Reply::bulk(const Blob& blob) {
    header('$', signed_of(blob.view().size()));
    buffer_.append(blob);
    buffer_.append("\r\n");
}

void Reply::bulk_real(double number) { bulk(shown(number)); }

void Reply::text(std::string_view text) {
    if (protocol_ < 3) {
        bulk(text);
        return;
    }
    header('=', signed_of(text.size() + 4));
    buffer_.append("txt:");
    buffer_.append(text);
    buffer_.append("\r\n");
}

void Reply::null() { buffer_.append(protocol_ >= 3 ? "_\r\n" : "$-1\r\n"); }

void Reply::null_array() { buffer_.append(protocol_ >= 3 ? "_\r\n" : "*-1\r\n"); }

}  // namespace wiregap::resp
