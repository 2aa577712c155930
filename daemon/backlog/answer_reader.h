// SPDX-License-Identifier: Apache-2.0
// Reads what a RESP2 server answers, bulk strings line by line: a list of 50,000 clients needs no
// memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace wiregap::backlog {

class AnswerReader {
  public:
    struct Handlers {
        /// "+OK", "-ERR ..", ":1", "*2" (its parts follow), "$123" (its lines follow, and then
        /// end_of_bulk).
        std::function<void(std::string_view)> header;
        std::function<void(std::string_view)> line;
        std::function<void()> end_of_bulk;
    };
    explicit AnswerReader(Handlers handlers) : handlers_(std::move(handlers)) {}

    /// False: this is not RESP2, or a line has no end.
    bool feed(std::string_view bytes);
    void reset();
    /// An answer has begun and is not complete.
    [[nodiscard]] bool is_inside() const noexcept { return in_body_ || !pending_.empty(); }

  private:
    bool take_header();
    bool take_line();
    [[nodiscard]] std::string_view rest() const;

    Handlers handlers_;
    std::string pending_;
    std::size_t taken_ = 0;        ///< of it
    std::uint64_t body_left_ = 0;  ///< of the bulk string under way, without its line end
    bool in_body_ = false;
    bool broken_ = false;
};

}  // namespace wiregap::backlog
