// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/embedded.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "daemon/resp/server/address.h"
#include "daemon/util/clock.h"

namespace wiregap::backlog {

void Embedded::fill(model::Sample& sample) {
    const std::uint64_t began_ns = util::clock_ns(CLOCK_MONOTONIC);
    state_.unmatched_connections = 0;
    std::unordered_map<std::uint64_t, const resp::Session*> by_cookie;
    for (const auto& [id, session] : server_.engine().sessions()) {
        if (session->cookie != 0) by_cookie[session->cookie] = session.get();
    }
    for (model::Connection& connection : sample.connections) {
        if (connection.local.port != server_.port()) continue;
        const auto found = by_cookie.find(connection.cookie);
        if (found == by_cookie.end()) continue;
        connection.reply_backlog_bytes = found->second->out.pending();
        connection.backlog_source = state_.name;
        by_cookie.erase(found);
    }
    const model::ServiceSample* const service =
        model::server_on(sample, netns_inode_, server_.port());
    for (const auto& [cookie, session] : by_cookie) {
        if (session->out.pending() == 0) continue;
        auto connection = service != nullptr ? resp::as_connection(*session) : std::nullopt;
        if (!connection) {
            ++state_.unmatched_connections;
            continue;
        }
        connection->backlog_source = state_.name;
        connection->kernel_unknown = true;
        sample.connections.push_back(std::move(*connection));
        sample.connection_service.push_back(service->id);
    }
    state_.poll_seconds = static_cast<double>(util::clock_ns(CLOCK_MONOTONIC) - began_ns) / 1e9;
}

}  // namespace wiregap::backlog
