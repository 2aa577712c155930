// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/answer_reader.h"

#include <charconv>
#include <utility>

namespace wiregap::backlog {
namespace {

constexpr std::size_t longest_line = 65536;

}  // namespace

void AnswerReader::reset() {
    pending_.clear();
    taken_ = 0;
    body_left_ = 0;
    in_body_ = broken_ = false;
}

bool AnswerReader::feed(std::string_view bytes) {
    pending_.append(bytes);
    while (!broken_ && (in_body_ ? take_line() : take_header())) {
    }
    pending_.erase(0, std::exchange(taken_, 0));  // once: lines may be short and many
    return !broken_ && pending_.size() <= longest_line;
}

std::string_view AnswerReader::rest() const { return std::string_view(pending_).substr(taken_); }

/// False: it is not whole yet, or it is none.
bool AnswerReader::take_header() {
    const std::size_t end = rest().find("\r\n");
    if (end == std::string_view::npos) return false;
    const std::string header(rest().substr(0, end));
    taken_ += end + 2;
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
        if (rest().size() < 2) return false;
        broken_ = !rest().starts_with("\r\n");
        taken_ += 2;
        in_body_ = false;
        if (!broken_) handlers_.end_of_bulk();
        return !broken_;
    }
    const std::size_t end = rest().substr(0, body_left_).find('\n');
    const bool last = end == std::string_view::npos && rest().size() >= body_left_;
    if (end == std::string_view::npos && !last) return false;
    const std::size_t size = last ? static_cast<std::size_t>(body_left_) : end;
    const std::size_t bytes = last ? size : size + 1;
    const std::string_view line = rest().substr(0, size);
    taken_ += bytes;
    body_left_ -= bytes;
    handlers_.line(line);
    return true;
}

}  // namespace wiregap::backlog
