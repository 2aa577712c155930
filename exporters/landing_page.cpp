// SPDX-License-Identifier: Apache-2.0
#include "exporters/landing_page.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "exporters/text.h"

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

std::uint64_t queued_bytes(const model::Service& service) {
    return service.gauges.notsent_bytes + service.gauges.unacked_bytes;
}

std::vector<const model::Service*> fullest(const model::Snapshot& snapshot) {
    std::vector<const model::Service*> all;
    for (const model::Service& service : snapshot.services) all.push_back(&service);
    std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) {
        return queued_bytes(*a) > queued_bytes(*b);
    });
    all.resize(std::min(all.size(), services_shown));
    return all;
}

std::string number_cell(std::uint64_t number) {
    return "<td class=\"n\">" + std::to_string(number) + "</td>";
}

std::string row(const model::Service& service) {
    constexpr std::size_t established = 1;
    return "<tr><td>" + html_escaped(service.name) + "</td>" + number_cell(service.port) + "<td>" +
           std::string(to_string(service.role)) + "</td>" +
           number_cell(service.gauges.connections[established]) +
           number_cell(service.gauges.notsent_bytes) + number_cell(service.gauges.unacked_bytes) +
           "</tr>\n";
}

std::string services_table(const model::Snapshot& snapshot) {
    const std::vector<const model::Service*> shown = fullest(snapshot);
    if (shown.empty()) return "<p>No service seen yet.</p>\n";
    std::string html = "<h2>Services</h2>\n<p>" + std::to_string(shown.size()) + " of " +
                       std::to_string(snapshot.services.size()) +
                       ", most bytes in the send queue first.</p>\n<table>\n"
                       "<tr><th>service</th><th class=\"n\">port</th><th>role</th>"
                       "<th class=\"n\">established</th><th class=\"n\">notsent bytes</th>"
                       "<th class=\"n\">unacked bytes</th></tr>\n";
    for (const model::Service* service : shown) html += row(*service);
    return html + "</table>\n";
}

}  // namespace

std::string landing_page(const model::Snapshot* snapshot, const std::string& version) {
    std::string html = head;
    html += "<p>Version " + html_escaped(version);
    if (snapshot != nullptr) {
        html += ", back end " + html_escaped(snapshot->self.backend);
        if (!snapshot->self.backend_reason.empty()) {
            html += " (" + html_escaped(snapshot->self.backend_reason) + ")";
        }
    }
    html += ".</p>\n";
    html += links;
    html += snapshot != nullptr ? services_table(*snapshot)
                                : "<p>The kernel has not been read yet.</p>\n";
    return html + "</body>\n</html>\n";
}

}  // namespace wiregap::exporters
