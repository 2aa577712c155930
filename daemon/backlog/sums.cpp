// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/sums.h"

#include <algorithm>

namespace wiregap::backlog {
namespace {

model::Service* service_of(model::Snapshot& snapshot, const model::Connection& connection) {
    const auto found =
        std::find_if(snapshot.services.begin(), snapshot.services.end(), [&](const auto& service) {
            return service.name == connection.service && service.port == connection.service_port &&
                   service.role == connection.role;
        });
    return found == snapshot.services.end() ? nullptr : &*found;
}

model::ReplyBacklog& of_source(model::Service& service, const std::string& source) {
    for (model::ReplyBacklog& backlog : service.reply_backlogs) {
        if (backlog.source == source) return backlog;
    }
    return service.reply_backlogs.emplace_back(model::ReplyBacklog{.source = source});
}

}  // namespace

void add_up(model::Snapshot& snapshot, const std::vector<Served>& served) {
    for (model::Service& service : snapshot.services) {
        for (const Served& one : served) {
            if (service.role == model::Role::server && service.port == one.port &&
                service.netns_inode == one.netns_inode)
                of_source(service, one.source);
        }
    }
    for (const model::Connection& connection : snapshot.connections) {
        if (!connection.reply_backlog_bytes) continue;
        model::Service* const service = service_of(snapshot, connection);
        if (service == nullptr) continue;
        model::ReplyBacklog& backlog = of_source(*service, connection.backlog_source);
        backlog.bytes += *connection.reply_backlog_bytes;
        backlog.connections += *connection.reply_backlog_bytes > 0 ? 1U : 0U;
    }
}

}  // namespace wiregap::backlog
