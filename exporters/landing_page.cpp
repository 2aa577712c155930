// SPDX-License-Identifier: Apache-2.0
#include "exporters/landing_page.h"

#include <algorithm>
#include <vector>

#include "daemon/model/held.h"
#include "daemon/view/layout.h"
#include "daemon/view/tables.h"
#include "daemon/view/text.h"

namespace wiregap::exporters {
namespace {

constexpr std::size_t services_shown = 20;

constexpr const char* head = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>wiregap</title>
<style>
body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
</style>
</head>
<body>
<h1>wiregap</h1>
<p>Where the bytes are after write() returned.</p>
)";

constexpr const char* links = R"(<ul>
<li><a href="/metrics">/metrics</a>: for Prometheus</li>
<li><a href="/-/healthy">/-/healthy</a>, <a href="/-/ready">/-/ready</a>: for probes</li>
<li><a href="/api/v1/services">/api/v1/services</a>,
<a href="/api/v1/connections">/api/v1/connections</a>,
<a href="/api/v1/explain?what=other">/api/v1/explain?what=</a>,
<a href="/api/v1/self">/api/v1/self</a>: JSON, for this host and for users</li>
</ul>
)";

std::vector<const model::Service*> most_held_first(const model::Snapshot& snapshot) {
    std::vector<const model::Service*> all;
    for (const model::Service& service : snapshot.services) all.push_back(&service);
    std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) {
        return model::held_bytes(*a) > model::held_bytes(*b);
    });
    all.resize(std::min(all.size(), services_shown));
    return all;
}

std::string html_row(const std::string& tag, const std::vector<std::string>& cells) {
    const auto& columns = view::places_layout().columns;
    std::string html = "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        html.append("<").append(tag);
        html += columns[i].column.align == view::Align::right ? " class=\"n\">" : ">";
        html.append(view::html_escaped(cells[i])).append("</").append(tag).append(">");
    }
    return html + "</tr>\n";
}

std::string services_table(const model::Snapshot& snapshot) {
    const std::vector<const model::Service*> shown = most_held_first(snapshot);
    if (shown.empty()) return "<p>No service seen yet.</p>\n";
    const view::Layout& layout = view::places_layout();
    std::vector<std::string> headers;
    for (const view::Shown& column : layout.columns) headers.push_back(column.column.header);
    std::string html = "<h2>Services</h2>\n<p>" + std::to_string(shown.size()) + " of " +
                       std::to_string(snapshot.services.size()) +
                       ", most held bytes first.</p>\n<table>\n" + html_row("th", headers);
    for (const model::Service* service : shown) {
        html +=
            html_row("td", view::cells_of(layout, view::service_table(), *service, snapshot.known));
    }
    return html + "</table>\n";
}

}  // namespace

std::string landing_page(const model::Snapshot* snapshot, const std::string& version) {
    std::string html = head;
    html += "<p>Version " + view::html_escaped(version);
    if (snapshot != nullptr) {
        html += ", back end " + view::html_escaped(snapshot->self.backend);
        if (!snapshot->self.backend_reason.empty()) {
            html += " (" + view::html_escaped(snapshot->self.backend_reason) + ")";
        }
    }
    html += ".</p>\n";
    html += links;
    html += snapshot != nullptr ? services_table(*snapshot)
                                : "<p>The kernel has not been read yet.</p>\n";
    return html + "</body>\n</html>\n";
}

}  // namespace wiregap::exporters
