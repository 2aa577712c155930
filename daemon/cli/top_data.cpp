// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/top_data.h"

#include <algorithm>
#include <utility>

#include "daemon/cli/json_cells.h"
#include "daemon/model/verdict.h"

namespace wiregap::cli {
namespace {

std::uint16_t port_at(const Json& object, const char* key) {
    const double port = number_at(object, {key}).value_or(0);
    return port >= 0 && port <= 65535 ? static_cast<std::uint16_t>(port) : std::uint16_t{0};
}

void add_verdicts(const Json& service, TopService& row) {
    row.worst_verdict = to_string(model::Verdict::idle);
    for (std::size_t i = model::verdicts; i-- > 0;) {
        const auto verdict = static_cast<model::Verdict>(i);
        const std::string name(to_string(verdict));
        const double count =
            number_at(service, {"verdicts", name.c_str(), "connections"}).value_or(0);
        if (count <= 0) continue;
        row.worst_verdict = name;
        if (is_problem(verdict)) row.held_connections += static_cast<std::size_t>(count);
    }
}

TopConnection connection_row(const Json& c) {
    TopConnection row{.verdict = text_cell(c, {"verdict"}),
                      .reason = text_cell(c, {"reason"}),
                      .service = text_cell(c, {"service"}),
                      .local = text_cell(c, {"local"}),
                      .peer = text_cell(c, {"peer"})};
    row.held_bytes = number_at(c, {"notsent_bytes"}).value_or(0) +
                     number_at(c, {"reply_backlog_bytes"}).value_or(0);
    row.unacked_bytes = number_at(c, {"unacked_bytes"}).value_or(0);
    row.held_byte_seconds = number_at(c, {"held_byte_seconds"}).value_or(0);
    row.oldest_seconds = number_at(c, {"oldest_notsent_seconds"});
    row.verdict_seconds = number_at(c, {"verdict_seconds"}).value_or(0);
    return row;
}

/// What the services' own documents do not sum as payload: egress of the listed connections.
void add_egress(const Json& c, std::vector<TopService>& services) {
    const std::string name = text_cell(c, {"service"});
    const std::uint16_t port = port_at(c, "service_port");
    const auto found = std::find_if(services.begin(), services.end(), [&](const TopService& s) {
        return s.name == name && s.port == port && s.role == text_cell(c, {"role"});
    });
    if (found == services.end()) return;
    if (const auto egress = number_at(c, {"egress_payload_bytes"})) {
        found->egress_bytes = found->egress_bytes.value_or(0) + *egress;
    }
}

}  // namespace

std::optional<double> TopReader::rate_of(const Json& service, const Key& key, double now_seconds) {
    const auto acked = number_at(service, {"acked_bytes"});
    if (!acked) return std::nullopt;
    const auto [place, fresh] = before_.try_emplace(key, Before{now_seconds, *acked, std::nullopt});
    Before& before = place->second;
    if (!fresh && now_seconds > before.seconds) {
        const double moved = std::max(0.0, *acked - before.acked_bytes);
        before = {now_seconds, *acked, moved / (now_seconds - before.seconds)};
    }
    return before.rate;
}

TopData TopReader::read(const Json& services, const Json& connections) {
    TopData data;
    data.backend = text_cell(services, {"snapshot", "backend"});
    data.tick_seconds = number_at(services, {"snapshot", "tick_interval_seconds"}).value_or(1);
    data.taken_unix_seconds = number_at(services, {"snapshot", "taken_unix_seconds"}).value_or(0);
    const double now = number_at(services, {"snapshot", "taken_monotonic_ns"}).value_or(0) / 1e9;
    for (const Json& service : list_at(services, "services")) {
        TopService row{.name = text_cell(service, {"service"}),
                       .port = port_at(service, "port"),
                       .role = text_cell(service, {"role"})};
        row.notsent_bytes = number_at(service, {"notsent_bytes"}).value_or(0);
        row.unacked_bytes = number_at(service, {"unacked_bytes"}).value_or(0);
        row.delivered_bytes_per_second = rate_of(service, {row.name, row.port, row.role}, now);
        row.backlog_bytes = number_at(service, {"reply_backlog_bytes"});
        row.undelivered_bytes = sum_at(service, {"undelivered_bytes"});
        add_verdicts(service, row);
        data.services.push_back(std::move(row));
    }
    for (const Json& connection : list_at(connections, "connections")) {
        data.connections.push_back(connection_row(connection));
        add_egress(connection, data.services);
    }
    std::stable_sort(data.connections.begin(), data.connections.end(),
                     [](const TopConnection& a, const TopConnection& b) {
                         return a.held_byte_seconds > b.held_byte_seconds;
                     });
    return data;
}

}  // namespace wiregap::cli
