// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/diag/diag_source.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <utility>

#include "daemon/kernel/host/environment.h"
#include "daemon/util/clock.h"

namespace wiregap::kernel {
namespace {

void clear_gauges(model::ServiceSample& service) { service.gauges = {}; }

bool holds(const std::vector<std::uint16_t>& ports, std::uint16_t port) {
    return std::find(ports.begin(), ports.end(), port) != ports.end();
}

}  // namespace

DiagSource::DiagSource(Choice choice, const config::Config& config)
    : choice_(std::move(choice)), config_(config) {
    DiagSource::reconfigure(config);
}

void DiagSource::reconfigure(const config::Config& config) {
    config_ = config;
    owners_budget_.configure(config.limits.sweep_cpu_ratio,
                             std::uint64_t{config.owners_seconds} * 1'000'000'000);
}

bool DiagSource::observed(std::uint16_t port) const {
    const config::Observe& observe = config_.observe;
    return (observe.ports.empty() || holds(observe.ports, port)) &&
           !holds(observe.exclude_ports, port);
}

void DiagSource::refresh_owners(std::uint64_t now_ns) {
    const std::uint64_t began = util::clock_ns(CLOCK_THREAD_CPUTIME_ID);
    owners_.forget_unknown();
    by_inode_ = owners_by_inode(owners_);
    owners_read_ns_ = now_ns;
    owners_budget_.spent(now_ns, util::clock_ns(CLOCK_THREAD_CPUTIME_ID) - began);
}

/// A socket that came after the last look at /proc would be charged to nobody.
bool DiagSource::has_unknown_owner(const std::vector<DiagSocket>& sockets) const {
    return std::any_of(sockets.begin(), sockets.end(), [&](const DiagSocket& socket) {
        return socket.inode != 0 && !by_inode_.contains(socket.inode);
    });
}

DiagSource::Bytes DiagSource::bytes_of(const DiagSocket& socket) {
    const model::Connection& c = socket.connection;
    const std::uint64_t transmitted = socket.sent_bytes - c.retransmitted_bytes;
    return {.written = transmitted + c.notsent_bytes,
            .transmitted = transmitted,
            .acked = transmitted - std::min<std::uint64_t>(transmitted, c.unacked_bytes),
            .retransmitted = c.retransmitted_bytes,
            .rwnd_limited_us = c.rwnd_limited_us,
            .sndbuf_limited_us = c.sndbuf_limited_us};
}

model::ServiceSample* DiagSource::service_of(const DiagSocket& socket, model::Role role,
                                             const model::Owner& owner) {
    const model::Connection& c = socket.connection;
    const std::uint16_t port = role == model::Role::server ? c.local.port : c.peer.port;
    if (!observed(port)) return nullptr;
    const Key key{role, port, owner.comm};
    auto found = services_.find(key);
    if (found == services_.end() && services_.size() >= config_.limits.max_services) {
        overflowed_.insert(key);
        found = services_.try_emplace(Key{model::Role::server, 0, ""}).first;
    }
    if (found == services_.end()) {
        model::ServiceSample fresh{.id = static_cast<std::uint32_t>(services_.size() + 1),
                                   .since_ns = 1,
                                   .bytes_complete = true};
        fresh.identity = {
            .netns_inode = own_netns_inode(), .role = role, .port = port, .comm = owner.comm};
        found = services_.emplace(key, std::move(fresh)).first;
    }
    if (owner.pid != 0) found->second.owner = owner;
    return &found->second;
}

/// One that was there before us counts from now on; of what was queued then, the queue counts as
/// written (model/ledger.h). Whoever dials out is a client for good, and what came in is a
/// server's.
DiagSource::Seen& DiagSource::meet(const DiagSocket& socket) {
    const model::Connection& c = socket.connection;
    const auto [entry, fresh] = seen_.try_emplace(c.cookie);
    Seen& seen = entry->second;
    alive_.insert(c.cookie);
    if (fresh) {
        const auto listener = listeners_.find(c.local.port);
        if (listener != listeners_.end() && c.state != model::syn_sent_state) {
            seen.role = model::Role::server;
            seen.owner = listener->second;
        }
        if (first_) {
            const Bytes now = bytes_of(socket);
            const auto unacked = std::min<std::uint64_t>(c.unacked_bytes, now.transmitted);
            seen.bytes = now;
            seen.bytes.written -= c.notsent_bytes + unacked;
            seen.bytes.transmitted -= unacked;
        }
    }
    const auto process = by_inode_.find(socket.inode);
    if (seen.owner.pid == 0 && process != by_inode_.end()) seen.owner = process->second;
    return seen;
}

/// Bytes since this socket was last seen.
void DiagSource::count(Seen& seen, const DiagSocket& socket, model::ServiceSample& service) {
    const Bytes now = bytes_of(socket);
    const Bytes& before = seen.bytes;
    const auto moved = [](std::uint64_t from, std::uint64_t to) {
        return to > from ? to - from : 0;
    };
    service.counters.written_bytes += moved(before.written, now.written);
    service.counters.transmitted_bytes += moved(before.transmitted, now.transmitted);
    service.counters.acked_bytes += moved(before.acked, now.acked);
    service.counters.retransmitted_bytes += moved(before.retransmitted, now.retransmitted);
    const auto seconds = [&](std::uint64_t from, std::uint64_t to) {
        return static_cast<double>(moved(from, to)) / 1e6;
    };
    service.counters.held_seconds.at(static_cast<std::size_t>(model::Reason::rwnd)) +=
        seconds(before.rwnd_limited_us, now.rwnd_limited_us);
    service.counters.sndbuf_limited_seconds +=
        seconds(before.sndbuf_limited_us, now.sndbuf_limited_us);
    seen.bytes = now;
}

void DiagSource::keep_listeners(const std::vector<DiagSocket>& sockets) {
    listeners_.clear();
    for (const DiagSocket& socket : sockets) {
        if (socket.connection.state != model::listen_state) continue;
        const auto owner = by_inode_.find(socket.inode);
        model::Owner& known = listeners_[socket.connection.local.port];
        if (owner != by_inode_.end()) known = owner->second;
        model::ServiceSample* service = service_of(socket, model::Role::server, known);
        if (service == nullptr) continue;
        model::add_listener(service->gauges, socket.connection.receive_queue_bytes,
                            socket.accept_queue_limit, socket.drops);
    }
}

void DiagSource::add(const DiagSocket& socket, model::Sample& sample) {
    Seen& seen = meet(socket);
    model::ServiceSample* service = service_of(socket, seen.role, seen.owner);
    if (service == nullptr) return;
    count(seen, socket, *service);
    model::add_connection(service->gauges, socket.connection);
    if (!model::holds_bytes(socket.connection)) return;
    if (sample.connections.size() >= config_.limits.max_connections) {
        sample.connections_truncated = true;
        return;
    }
    model::Connection connection = socket.connection;
    connection.retries = retries_;
    connection.role = seen.role;
    connection.netns_inode = service->identity.netns_inode;
    const auto process = by_inode_.find(socket.inode);
    if (process != by_inode_.end()) connection.owner = process->second;
    sample.connections.push_back(std::move(connection));
    sample.connection_service.push_back(service->id);
}

model::Sample DiagSource::read(std::uint64_t now_ns) {
    const std::vector<DiagSocket> sockets = dump_tcp_sockets();
    const std::uint64_t owners_ns = std::uint64_t{config_.owners_seconds} * 1'000'000'000;
    const bool wanted = owners_budget_.due(now_ns) && has_unknown_owner(sockets);
    if (first_ || wanted || now_ns > owners_read_ns_ + owners_ns) refresh_owners(now_ns);
    for (auto& [key, service] : services_) clear_gauges(service);
    alive_.clear();
    std::ifstream("/proc/sys/net/ipv4/tcp_retries2") >> retries_;
    model::Sample sample;
    sample.taken_ns = now_ns;
    sample.known = known_by_polling();
    keep_listeners(sockets);
    for (const DiagSocket& socket : sockets) {
        if (socket.connection.state != model::listen_state) add(socket, sample);
    }
    std::erase_if(seen_, [&](const auto& entry) { return !alive_.contains(entry.first); });
    first_ = false;
    for (const auto& [key, service] : services_) sample.services.push_back(service);
    listen_counts_.read(sample, 0, {});
    return sample;
}

model::Self DiagSource::self() const {
    model::Self self;
    self.backend = to_string(Backend::poll);
    self.backend_reason = choice_.reason;
    self.hooks = choice_.hooks;
    self.lost = {{"services", overflowed_.size()}};
    return self;
}

}  // namespace wiregap::kernel
