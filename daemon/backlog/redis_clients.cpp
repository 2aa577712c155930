// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/redis_clients.h"

#include <arpa/inet.h>

#include <algorithm>
#include <set>
#include <utility>

#include "daemon/model/connection.h"
#include "daemon/util/inet.h"

namespace wiregap::backlog {
namespace {

constexpr std::uint64_t fresh_ns = 3'000'000'000;
constexpr std::size_t most_clients = 262'144;  // what says more is no server of one host

/// What its write() calls have given to the kernel, from some beginning on.
std::uint64_t written_bytes(const model::Connection& connection) {
    return connection.sent_bytes - connection.retransmitted_bytes + connection.notsent_bytes;
}

bool is_at(const model::Connection& connection, const Listening& place) {
    return connection.local.port == place.port && connection.role == model::Role::server &&
           connection.netns_inode == place.netns_inode;
}

/// Its peer is the same; before 6.2 its own end is not said.
bool is_of(const ClientLine& line, const model::Connection& connection) {
    return line.local.empty() || line.local == to_string(connection.local);
}

std::optional<model::Endpoint> endpoint_of(const std::string& text) {
    const auto parts = util::split_address(text);
    if (!parts || !parts->port) return std::nullopt;
    model::Endpoint end{.ipv6 = parts->was_bracketed, .port = *parts->port};
    const int family = end.ipv6 ? AF_INET6 : AF_INET;
    if (inet_pton(family, parts->address.c_str(), end.address.data()) != 1) return std::nullopt;
    return end;
}

/// As the kernel would show it: open, and nothing of it in the send queue.
std::optional<model::Connection> as_connection(const ClientLine& line, const Listening& place) {
    const auto peer = endpoint_of(line.peer);
    if (!peer) return std::nullopt;
    model::Connection connection;
    connection.state = model::established_state;
    connection.kernel_unknown = true;
    connection.netns_inode = place.netns_inode;
    connection.peer = *peer;
    connection.local =
        endpoint_of(line.local)
            .value_or(model::Endpoint{.ipv6 = peer->ipv6,
                                      .port = place.port});  // before 6.2 it is not said
    return connection;
}

}  // namespace

void RedisClients::forget() {
    by_peer_.clear();
    next_.clear();
    written_when_asked_.clear();
}

void RedisClients::ask(const model::Sample& sample, const std::optional<Listening>& place,
                       std::uint64_t now_ns) {
    asked_ns_ = now_ns;
    written_when_asked_.clear();
    if (!place) return;
    for (const model::Connection& connection : sample.connections) {
        if (is_at(connection, *place))
            written_when_asked_[to_string(connection.peer)] = written_bytes(connection);
    }
}

void RedisClients::take(const ClientLine& line, bool of_list) {
    Known known{.line = line, .said_ns = asked_ns_};
    const auto written = written_when_asked_.find(line.peer);
    known.written_known = written != written_when_asked_.end();
    if (known.written_known) known.written_bytes = written->second;
    const auto before = by_peer_.find(line.peer);
    if (before != by_peer_.end() && before->second.line.id == line.id &&
        before->second.said_ns < asked_ns_) {
        const auto was = static_cast<double>(before->second.line.backlog_bytes);
        const double seconds = static_cast<double>(asked_ns_ - before->second.said_ns) / 1e9;
        known.had_backlog = was > 0;
        known.bytes_per_second = (static_cast<double>(line.backlog_bytes) - was) / seconds;
    }
    ByPeer& into = of_list ? next_ : by_peer_;
    if (into.size() < most_clients) into[line.peer] = std::move(known);
}

void RedisClients::end_list() { by_peer_ = std::exchange(next_, {}); }

void RedisClients::end_some(const std::vector<std::uint64_t>& ids) {
    std::erase_if(by_peer_, [&](const auto& entry) {
        return entry.second.said_ns < asked_ns_ &&
               std::binary_search(ids.begin(), ids.end(), entry.second.line.id);
    });
}

std::vector<std::uint64_t> RedisClients::waiting(const model::Sample& sample,
                                                 const std::optional<Listening>& place,
                                                 std::size_t most) const {
    std::set<std::uint64_t> ids;
    for (const auto& [peer, known] : by_peer_) {
        if (known.line.backlog_bytes > 0 && ids.size() < most) ids.insert(known.line.id);
    }
    for (const model::Connection& connection : sample.connections) {
        if (ids.size() >= most || !place) break;
        if (!is_at(connection, *place)) continue;
        if (connection.notsent_bytes == 0 && !connection.writer_waits) continue;
        const auto found = by_peer_.find(to_string(connection.peer));
        if (found != by_peer_.end()) ids.insert(found->second.line.id);
    }
    return {ids.begin(), ids.end()};
}

/// A backlog is written in order, so at least what it was, less what has been written since it was
/// asked for, is there still; and all of it, however old, if nothing was written. Nothing if it
/// says nothing about now.
std::optional<std::uint64_t> RedisClients::backlog_of(const Known& known,
                                                      const model::Connection& connection,
                                                      std::uint64_t now_ns) {
    const std::uint64_t written = written_bytes(connection);
    const bool stands = known.written_known && written == known.written_bytes;
    if (!known.line.has_backlog || (now_ns - known.said_ns > fresh_ns && !stands)) return {};
    const std::uint64_t since =
        known.written_known ? written - std::min(written, known.written_bytes) : 0;
    return known.line.backlog_bytes - std::min(known.line.backlog_bytes, since);
}

model::BacklogOutlook RedisClients::outlook_of(const Known& known, const RedisInfo& info) {
    model::BacklogOutlook outlook;
    const auto address = util::split_address(known.line.peer);
    outlook.waits_for_snapshot = known.line.kind == ClientKind::replica && address &&
                                 info.replicas.syncing.contains(address->address) &&
                                 !info.replicas.online.contains(address->address);
    if (!info.limits) return outlook;
    const std::uint64_t limit = info.limits->at(static_cast<std::size_t>(known.line.kind));
    if (limit == 0) return outlook;
    outlook.limit_bytes = limit;
    const std::uint64_t left = limit - std::min(limit, known.line.backlog_bytes);
    if (known.bytes_per_second > 0)
        outlook.seconds_to_limit = static_cast<double>(left) / known.bytes_per_second;
    return outlook;
}

/// What a server has not written within its turn of the loop: it waits for EPOLLOUT, or for the
/// snapshot of a replica. Anything else is gone when the turn ends that CLIENT LIST ran in. Two
/// answers must say so: one may be older than the write that followed it.
bool RedisClients::stays(const Known& known, const RedisInfo& info, std::uint64_t now_ns) {
    return known.line.backlog_bytes > 0 && known.had_backlog && now_ns - known.said_ns < fresh_ns &&
           (known.line.waits || outlook_of(known, info).waits_for_snapshot);
}

std::uint64_t RedisClients::join(model::Sample& sample, const Listening& place,
                                 const RedisInfo& info, const std::string& source,
                                 std::uint64_t now_ns) const {
    std::set<std::string> found;
    for (model::Connection& connection : sample.connections) {
        if (!is_at(connection, place) || connection.reply_backlog_bytes) continue;
        const auto known = by_peer_.find(to_string(connection.peer));
        if (known == by_peer_.end() || !is_of(known->second.line, connection)) continue;
        found.insert(known->first);
        const auto backlog = backlog_of(known->second, connection, now_ns);
        if (!backlog) continue;
        connection.reply_backlog_bytes = backlog;
        connection.backlog_source = source;
        connection.backlog_outlook = outlook_of(known->second, info);
    }
    const model::ServiceSample* const service =
        model::server_on(sample, place.netns_inode, place.port);
    std::uint64_t unmatched = 0;
    for (const auto& [peer, known] : by_peer_) {
        if (found.contains(peer) || !stays(known, info, now_ns)) continue;
        auto connection = service != nullptr ? as_connection(known.line, place) : std::nullopt;
        if (!connection) {
            ++unmatched;
            continue;
        }
        connection->reply_backlog_bytes = known.line.backlog_bytes;
        connection->backlog_source = source;
        connection->backlog_outlook = outlook_of(known, info);
        sample.connections.push_back(std::move(*connection));
        sample.connection_service.push_back(service->id);
    }
    return unmatched;
}

}  // namespace wiregap::backlog
