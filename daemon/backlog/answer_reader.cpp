// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/answer_reader.h"

#include <charconv>

namespace wiregap::backlog {
namespace {

constexpr std::size_t longest_line = 65536;

}  // namespace

void AnswerReader::reset() {
    pending_.clear();
    body_left_ = 0;
    in_body_ = broken_ = false;
}

bool AnswerReader::feed(std::string_view bytes) {
    pending_.append(bytes);
    while (!broken_ && (in_body_ ? take_line() : take_header())) {
    }
    return !broken_ && pending_.size() <= longest_line;
}

/// False: it is not whole yet, or it is none.
bool AnswerReader::take_header() {
    const std::size_t end = pending_.find("\r\n");
    if (end == std::string::npos) return false;
    const std::string header = pending_.substr(0, end);
    pending_.erase(0, end + 2);
    broken_ = header.empty() || std::string_view("+-:$*").find(header[0]) == std::string_view::npos;
    if (!broken_ && header[0] == '$') {
        const char* const text = header.data() + 1;
        const auto [stop, error] = std::from_chars(text, header.data() + header.size(), body_left_);
        broken_ = error != std::errc{} || stop != header.data() + header.size();
        in_body_ = true;
    }
    if (!broken_) handlers_.header(header);
    return !broken_;
}

/// A line of the body, or the line end behind it.
bool AnswerReader::take_line() {
    if (body_left_ == 0) {
        if (pending_.size() < 2) return false;
        broken_ = !pending_.starts_with("\r\n");
        pending_.erase(0, 2);
        in_body_ = false;
        if (!broken_) handlers_.end_of_bulk();
        return !broken_;
    }
    const std::size_t end = std::string_view(pending_).substr(0, body_left_).find('\n');
    const bool last = end == std::string::npos && pending_.size() >= body_left_;
    if (end == std::string::npos && !last) return false;
    const std::size_t size = last ? static_cast<std::size_t>(body_left_) : end;
    handlers_.line(std::string_view(pending_).substr(0, size));
    const std::size_t taken = last ? size : size + 1;
    pending_.erase(0, taken);
    body_left_ -= taken;
    return true;
}

}  // namespace wiregap::backlog
