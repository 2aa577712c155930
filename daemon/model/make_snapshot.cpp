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
        connection.owner_of_service = connection.owner.pid == 0;
        if (connection.owner_of_service) connection.owner = service.owner;
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
    std::vector<std::size_t> order = worst_first(connections, most);
    while (!order.empty() && connections[order.back()].judgement.held_byte_seconds <= 0)
        order.pop_back();
    return order;
}

std::vector<CountedService> complete(Sample& sample, Books& books, const Verdicts& ruled,
                                     const std::vector<std::string>& names) {
    std::vector<CountedService> counted;
    books.accept_drops.complete(sample);
    for (std::size_t i = 0; i < sample.services.size(); ++i) {
        ServiceSample& service = sample.services[i];
        books.derived_bytes.complete(service, sample.gauges_fresh);
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
                                       .verdicts = ruled.services.at(i)}});
    }
    books.derived_bytes.end_of_tick();
    books.integrals.end_of_tick();
    return counted;
}

ReplyBacklog& of_source(Service& service, const std::string& source) {
    for (ReplyBacklog& backlog : service.reply_backlogs) {
        if (backlog.source == source) return backlog;
    }
    return service.reply_backlogs.emplace_back(ReplyBacklog{.source = source});
}

/// services: as ServiceBook sorts them.
Service* service_of(std::vector<Service>& services, const Connection& connection) {
    const auto name = std::tie(connection.service, connection.service_port, connection.role);
    const auto name_of = [](const Service& s) { return std::tie(s.name, s.port, s.role); };
    const auto at =
        std::lower_bound(services.begin(), services.end(), name,
                         [&](const Service& s, const auto& n) { return name_of(s) < n; });
    return at != services.end() && name_of(*at) == name ? &*at : nullptr;
}

/// Reply backlogs per service, from those of the connections.
void add_up_backlogs(Snapshot& snapshot, const std::vector<Served>& served) {
    for (Service& service : snapshot.services) {
        for (const Served& one : served) {
            if (service.role == Role::server && service.port == one.port &&
                service.netns_inode == one.netns_inode)
                of_source(service, one.source);
        }
    }
    for (const Connection& c : snapshot.connections) {
        if (!c.reply_backlog_bytes) continue;
        Service* const service = service_of(snapshot.services, c);
        if (service == nullptr) continue;
        ReplyBacklog& backlog = of_source(*service, c.backlog_source);
        backlog.bytes += *c.reply_backlog_bytes;
        backlog.connections += *c.reply_backlog_bytes > 0 ? 1U : 0U;
        const bool is_late = c.judgement.verdict == Verdict::app_late;
        backlog.snapshot_waiters += is_late && c.backlog_outlook.waits_for_snapshot ? 1U : 0U;
    }
}

}  // namespace

Snapshot make_snapshot(Sample sample, Books& books, Surroundings surroundings) {
    // A back end that counts held time and has none for a connection: it was never held.
    for (Connection& connection : sample.connections) connection.held_known |= sample.known.held;
    const Verdicts ruled = books.verdicts.judge(sample);
    std::vector<std::string> names;
    for (const ServiceSample& service : sample.services)
        names.push_back(service_name(service, surroundings.own_netns_inode));
    const Places places = places_of(sample);
    name_connections(sample, places, names);
    for (std::size_t i = 0; i < sample.connections.size(); ++i)
        sample.connections[i].judgement = ruled.connections.at(i);
    Snapshot snapshot{.sequence = surroundings.sequence,
                      .taken_ns = sample.taken_ns,
                      .taken_unix_seconds = surroundings.taken_unix_seconds,
                      .tick_interval_seconds = surroundings.tick_interval_seconds,
                      .known = sample.known,
                      .self = std::move(surroundings.self),
                      .connections_truncated = sample.connections_truncated,
                      .host_tcp = sample.host_tcp,
                      .backlog_sources = std::move(surroundings.backlog_sources),
                      .resp = std::move(surroundings.resp),
                      .verdict_changes = named(ruled.changes, sample, places, names)};
    std::vector<CountedService> counted = complete(sample, books, ruled, names);
    books.rates.complete(counted, sample.taken_ns, sample.gauges_fresh);
    snapshot.services = books.services.fold(std::move(counted));
    snapshot.connections = std::move(sample.connections);
    sort_connections(snapshot.connections);
    add_up_backlogs(snapshot, surroundings.served);
    const std::size_t with_series = books.verdicts.thresholds().top_connections;
    snapshot.worst = worst_of(snapshot.connections, std::max(worst_connections, with_series));
    snapshot.worst_with_series = std::min(snapshot.worst.size(), with_series);
    books.held.add(snapshot);
    snapshot.held_now = books.held.now();
    snapshot.held_history = books.held.steps_so_far();
    return snapshot;
}

}  // namespace wiregap::model
