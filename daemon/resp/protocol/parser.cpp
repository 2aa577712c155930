// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/protocol/parser.h"

#include <algorithm>
#include <array>
#include <optional>

#include "daemon/resp/protocol/inline_words.h"
#include "daemon/resp/protocol/numbers.h"

namespace wiregap::resp {
namespace {

constexpr std::size_t max_inline_bytes = 65536;
constexpr std::size_t max_arguments = 1024;
constexpr std::size_t restricted_arguments = 10;
constexpr std::int64_t restricted_bulk_bytes = 16384;

/// The text up to the next CR, if the byte after it is there too; else nothing.
std::optional<std::string_view> line_at(std::string_view bytes, std::size_t at) {
    const std::size_t end = bytes.find('\r', at);
    if (end == std::string_view::npos || end + 1 >= bytes.size()) return {};
    return bytes.substr(at, end - at);
}

/// A request line or the header that every HTTP request has: a web page makes its reader's browser
/// send them to any port of this host (server.c, securityWarningCommand). GET is a command of ours,
/// too; then the version behind it tells.
bool is_http(std::string_view line) {
    constexpr std::array<std::string_view, 8> methods = {
        "POST ", "PUT ", "HEAD ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT ", "TRACE "};
    const auto begins = [line](std::string_view word) {
        return line.size() >= word.size() && is_word(line.substr(0, word.size()), word);
    };
    if (std::any_of(methods.begin(), methods.end(), begins) || begins("HOST:")) return true;
    const std::size_t last = line.rfind(' ');
    return begins("GET ") && line.substr(last + 1).starts_with("HTTP/");
}

}  // namespace

Parser::Status Parser::next(std::string_view bytes) {
    if (fresh_) {
        if (bytes.empty()) return Status::need_more;
        begin(bytes);
    } else if (bytes.data() != base_) {
        rebase(bytes);
    }
    constexpr char tls_handshake = 0x16;
    Status status = Status::need_more;
    if (bytes.front() == tls_handshake) {
        status = Status::http;  // https: a page chooses parts of what its browser sends
    } else if (bytes.front() != '*') {
        status = next_inline(bytes);
    } else {
        status = at_ == 0 ? next_count(bytes) : Status::ok;
        while (status == Status::ok && missing_ > 0) status = next_bulk(bytes);
    }
    if (status == Status::ok) fresh_ = true;
    return status;
}

void Parser::begin(std::string_view bytes) {
    fresh_ = false;
    base_ = bytes.data();
    at_ = scanned_ = missing_ = 0;
    in_bulk_ = false;
    arguments_.clear();
}

/// The bytes were moved: what points into them moves along.
void Parser::rebase(std::string_view bytes) {
    for (std::string_view& argument : arguments_) {
        argument = {bytes.data() + (argument.data() - base_), argument.size()};
    }
    base_ = bytes.data();
}

Parser::Status Parser::bad(const std::string& what) {
    error_ = "Protocol error: " + what;
    return Status::bad;
}

Parser::Status Parser::next_inline(std::string_view bytes) {
    const std::size_t end = bytes.find('\n', scanned_);
    scanned_ = bytes.size();
    if (end == std::string_view::npos) {
        return bytes.size() > max_inline_bytes ? bad("too big inline request") : Status::need_more;
    }
    at_ = end + 1;
    std::string_view line = bytes.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (is_http(line)) return Status::http;
    const std::size_t most = most_arguments();
    if (!inline_words(line, most, inline_text_, arguments_)) {
        return bad("unbalanced quotes in request");
    }
    return arguments_.size() > most ? bad("too many words in inline request") : Status::ok;
}

std::size_t Parser::most_arguments() const noexcept {
    return restricted_ ? restricted_arguments : max_arguments;
}

void Parser::forget() noexcept {
    constexpr std::size_t few = 32;
    if (arguments_.capacity() > few) std::vector<std::string_view>().swap(arguments_);
    if (inline_text_.capacity() > 16 * few) std::string().swap(inline_text_);
}

Parser::Status Parser::next_count(std::string_view bytes) {
    const auto line = line_at(bytes, 1);
    if (!line) {
        return bytes.size() > max_inline_bytes ? bad("too big mbulk count string")
                                               : Status::need_more;
    }
    const auto count = to_integer(*line);
    if (!count || *count > static_cast<std::int64_t>(max_arguments)) {
        return bad("invalid multibulk length");
    }
    if (*count > static_cast<std::int64_t>(most_arguments())) {
        return bad("unauthenticated multibulk length");
    }
    at_ = 1 + line->size() + 2;
    missing_ = *count > 0 ? static_cast<std::size_t>(*count) : 0;
    return Status::ok;
}

Parser::Status Parser::bulk_length(std::string_view bytes) {
    const auto line = line_at(bytes, at_);
    if (!line) {
        return bytes.size() - at_ > max_inline_bytes ? bad("too big bulk count string")
                                                     : Status::need_more;
    }
    if (bytes[at_] != '$') return bad(std::string("expected '$', got '") + bytes[at_] + "'");
    const auto length = to_integer(line->substr(1));
    if (!length || *length < 0 || *length > static_cast<std::int64_t>(max_bulk_bytes_)) {
        return bad("invalid bulk length");
    }
    if (restricted_ && *length > restricted_bulk_bytes) return bad("unauthenticated bulk length");
    bulk_ = static_cast<std::size_t>(*length);
    at_ += line->size() + 2;
    in_bulk_ = true;
    return Status::ok;
}

Parser::Status Parser::next_bulk(std::string_view bytes) {
    if (!in_bulk_) {
        const Status status = bulk_length(bytes);
        if (status != Status::ok) return status;
    }
    if (bytes.size() - at_ < bulk_ + 2) return Status::need_more;
    arguments_.push_back(bytes.substr(at_, bulk_));
    at_ += bulk_ + 2;
    in_bulk_ = false;
    --missing_;
    return Status::ok;
}

}  // namespace wiregap::resp
