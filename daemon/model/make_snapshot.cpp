// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/make_snapshot.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "daemon/model/service_name.h"

namespace wiregap::model {
namespace {

/// Where in Sample::services the one with this id stands.
using Places = std::map<std::uint32_t, std::size_t>;

Places places_of(const Sample& sample) {
    Places place;
    for (std::size_t i = 0; i < sample.services.size(); ++i) place[sample.services[i].id] = i;
    return place;
}

void name_connections(Sample& sample, const Places& place, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < sample.connections.size(); ++i) {
        Connection& connection = sample.connections[i];
        const auto found = place.find(sample.connection_service.at(i));
        if (found == place.end()) continue;
        const ServiceSample& service = sample.services[found->second];
        connection.service = names[found->second];
        connection.service_port = service.identity.port;
        if (connection.owner.pid == 0) connection.owner = service.owner;
    }
}

std::vector<VerdictChange> named(const std::vector<VerdictChange>& changes, const Sample& sample,
                                 const Places& place, const std::vector<std::string>& names) {
    std::vector<VerdictChange> result = changes;
    for (VerdictChange& change : result) {
        const auto found = place.find(change.service_id);
        if (found == place.end()) continue;
        const ServiceIdentity& identity = sample.services[found->second].identity;
        change.service = names[found->second];
        change.service_port = identity.port;
        change.role = identity.role;
    }
    return result;
}

void sort_connections(std::vector<Connection>& connections) {
    std::sort(connections.begin(), connections.end(), [](const Connection& a, const Connection& b) {
        return std::tie(a.notsent_bytes, a.unacked_bytes) >
               std::tie(b.notsent_bytes, b.unacked_bytes);
    });
}

std::vector<std::size_t> worst_of(const std::vector<Connection>& connections, std::size_t most) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < connections.size(); ++i) {
        if (connections[i].judgement.held_byte_seconds > 0) order.push_back(i);
    }
    const auto kept = static_cast<std::ptrdiff_t>(std::min(most, order.size()));
    std::partial_sort(order.begin(), order.begin() + kept, order.end(),
                      [&](std::size_t a, std::size_t b) {
                          return connections[a].judgement.held_byte_seconds >
                                 connections[b].judgement.held_byte_seconds;
                      });
    order.resize(static_cast<std::size_t>(kept));
    return order;
}

}  // namespace

Snapshot make_snapshot(Sample sample, Books& books, std::uint64_t own_netns_inode) {
    books.verdicts.judge(sample);
    std::vector<std::string> names;
    for (const ServiceSample& service : sample.services)
        names.push_back(service_name(service, own_netns_inode));
    const Places places = places_of(sample);
    name_connections(sample, places, names);
    Snapshot snapshot;
    snapshot.verdict_changes = named(books.verdicts.changes(), sample, places, names);
    snapshot.taken_ns = sample.taken_ns;
    snapshot.known = sample.known;
    std::vector<CountedService> counted;
    for (std::size_t i = 0; i < sample.services.size(); ++i) {
        ServiceSample& service = sample.services[i];
        books.ledger.complete(service, sample.gauges_fresh);
        books.integrals.complete(service, sample.taken_ns, sample.gauges_fresh);
        counted.push_back({.id = service.id,
                           .since_ns = service.since_ns,
                           .service = {.name = names[i],
                                       .port = service.identity.port,
                                       .role = service.identity.role,
                                       .netns_inode = service.identity.netns_inode,
                                       .owner = std::move(service.owner),
                                       .counters = std::move(service.counters),
                                       .gauges = service.gauges,
                                       .verdicts = service.verdicts}});
    }
    books.ledger.end_of_tick();
    books.integrals.end_of_tick();
    snapshot.services = books.services.fold(std::move(counted));
    books.rates.complete(snapshot.services, sample.taken_ns, sample.gauges_fresh);
    snapshot.connections = std::move(sample.connections);
    sort_connections(snapshot.connections);
    snapshot.connections_truncated = sample.connections_truncated;
    const std::size_t with_series = books.verdicts.thresholds().top_connections;
    snapshot.worst = worst_of(snapshot.connections, std::max(worst_connections, with_series));
    snapshot.worst_with_series = std::min(snapshot.worst.size(), with_series);
    return snapshot;
}

}  // namespace wiregap::model
