// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/text_table.h"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace wiregap::view {
namespace {

/// Where character number `index` of a UTF-8 text begins; its size if it has no more than that.
std::size_t byte_of_character(std::string_view text, std::size_t index) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
        if (begins && index-- == 0) return at;
    }
    return text.size();
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

/// Cut to `width` characters, with a '~' where something is missing.
std::string cut(const std::string& cell, std::size_t width) {
    if (characters(cell) <= width) return cell;
    return cell.substr(0, byte_of_character(cell, width - 1)) + "~";
}

/// The widths that a table has on one screen, and how they were made to fit.
struct Layout {
    std::vector<std::string> headers;
    std::vector<std::size_t> widths;
    std::size_t gap = 2;

    [[nodiscard]] std::size_t total() const {
        return std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
    }
};

Layout measure(const std::vector<Column>& columns,
               const std::vector<std::vector<std::string>>& rows, bool short_headers) {
    Layout layout;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool stands_in = short_headers && !columns[i].short_header.empty();
        layout.headers.push_back(stands_in ? columns[i].short_header : columns[i].header);
        std::size_t width = characters(layout.headers[i]);
        for (const auto& row : rows) width = std::max(width, characters(row[i]));
        layout.widths.push_back(width);
    }
    return layout;
}

void cut_columns(Layout& layout, const std::vector<Column>& columns, std::size_t width) {
    for (std::size_t i = 0; i < columns.size() && layout.total() > width; ++i) {
        const std::size_t excess = layout.total() - width;
        const std::size_t least = std::max(columns[i].least_width, characters(layout.headers[i]));
        if (columns[i].least_width == 0 || layout.widths[i] <= least) continue;
        layout.widths[i] -= std::min(excess, layout.widths[i] - least);
    }
}

Layout fit(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows,
           std::size_t width) {
    Layout layout = measure(columns, rows, false);
    if (width == 0 || layout.total() <= width) return layout;
    layout.gap = 1;
    if (layout.total() <= width) return layout;
    layout = measure(columns, rows, true);
    layout.gap = 1;
    cut_columns(layout, columns, width);
    return layout;
}

std::string line(const std::vector<Column>& columns, const Layout& layout,
                 const std::vector<std::string>& cells) {
    std::string out;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) out.append(layout.gap, ' ');
        const std::string cell = cut(cells[i], layout.widths[i]);
        const std::size_t padding = layout.widths[i] - characters(cell);
        if (columns[i].align == Align::right) out.append(padding, ' ');
        out += cell;
        if (columns[i].align == Align::left) out.append(padding, ' ');
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return out;
}

}  // namespace

std::string TextTable::render(const TableStyle& style) const {
    const Layout layout = fit(columns_, rows_, style.width);
    const std::string header = line(columns_, layout, layout.headers);
    std::string out = style.bold_header ? "\033[1m" + header + "\033[0m\n" : header + "\n";
    for (const auto& row : rows_) out += line(columns_, layout, row) + "\n";
    return out;
}

}  // namespace wiregap::view
