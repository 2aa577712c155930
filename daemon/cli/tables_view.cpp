// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/tables_view.h"

#include "daemon/cli/answer.h"
#include "daemon/view/layout.h"
#include "daemon/view/tables.h"

namespace wiregap::cli {
namespace {

constexpr const char* no_services =
    "No service: wiregapd has seen no TCP connection (or none that matches).\n";
constexpr const char* no_connections =
    "No connection (that matches) has bytes in its send queue: all that was written is acked.\n";
constexpr const char* truncated =
    "There are more: these are the ones with most notsent bytes (see --limit).\n";

std::string laid_out(const view::Layout& layout, const Json& document,
                     const view::TableStyle& style) {
    view::TextTable table = view::table_of(layout);
    for (const view::Row& row : rows_in(document, layout.schema))
        table.add(view::cells_of(layout, row));
    return table.empty() ? "" : table.render(style);
}

}  // namespace

std::string render_services(const Json& document, bool flow, const view::TableStyle& style) {
    const std::string text =
        laid_out(flow ? view::flow_layout() : view::services_layout(), document, style);
    return text.empty() ? no_services : text;
}

std::string render_connections(const Json& document, const view::TableStyle& style) {
    const std::string text = laid_out(view::connections_layout(), document, style);
    if (text.empty()) return no_connections;
    const auto cut = document.find("truncated");
    return text + (cut != document.end() && *cut == true ? truncated : "");
}

}  // namespace wiregap::cli
