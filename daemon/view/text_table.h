// SPDX-License-Identifier: Apache-2.0
// Aligned columns that try to fit the terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace wiregap::view {

enum class Align { left, right };

struct Column {
    std::string header;
    Align align = Align::left;
    std::string short_header = "";  ///< stands in where `header` makes the table too wide
    std::size_t least_width = 0;    ///< cells may be cut to this width; 0: never cut
};

struct TableStyle {
    std::size_t width = 0;  ///< columns of the terminal; 0: as wide as it gets
    bool bold_header = false;
};

class TextTable {
  public:
    explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// One cell for each column, UTF-8.
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

    [[nodiscard]] bool empty() const { return rows_.empty(); }

    /// Header and rows, each line ended by '\n'. What is too wide is fitted in this order: the gap
    /// between columns goes from two to one, short headers, then cells of the columns that may be
    /// cut, from the left. What does not fit even so stays too wide rather than lose a number.
    [[nodiscard]] std::string render(const TableStyle& style) const;

  private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace wiregap::view
