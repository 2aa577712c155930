// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/views.h"

#include <cstdint>

#include "daemon/model/held.h"
#include "daemon/resp/view_options.h"

namespace wiregap::resp {

std::vector<std::string> services_view(const model::Snapshot& snapshot, Arguments words) {
    const ViewOptions options = read_view_options(words);
    std::vector<std::string> lines;
    lines.push_back(line("%-28s %6s %14s %12s %12s %12s", "service", "conns", "written", "notsent",
                         "unacked", "undelivered"));
    for (const model::Service& s : snapshot.services) {
        if (!options.shows(s.name, s.port)) continue;
        lines.push_back(line("%-28s %6llu %14llu %12llu %12llu %12llu",
                             named(s.name, s.port, s.role).c_str(),
                             Number{s.gauges.connections.at(1)}, Number{s.counters.written_bytes},
                             Number{s.gauges.notsent_bytes}, Number{s.gauges.unacked_bytes},
                             Number{undelivered_bytes(s.counters)}));
        if (lines.size() > options.limit) break;
    }
    return lines;
}

std::vector<std::string> connections_view(const model::Snapshot& snapshot, Arguments words) {
    const ViewOptions options = read_view_options(words);
    std::vector<std::string> lines;
    lines.push_back(line("%-24s %-22s %-22s %10s %10s %10s %8s", "service", "local", "peer",
                         "backlog", "notsent", "unacked", "srtt_us"));
    for (const model::Connection& c : snapshot.connections) {
        if (!options.shows(c.service, c.service_port)) continue;
        const std::string backlog =
            c.reply_backlog_bytes ? std::to_string(*c.reply_backlog_bytes) : "-";
        lines.push_back(line("%-24s %-22s %-22s %10s %10u %10u %8u",
                             named(c.service, c.service_port, c.role).c_str(),
                             to_string(c.local).c_str(), to_string(c.peer).c_str(), backlog.c_str(),
                             c.notsent_bytes, c.unacked_bytes, c.srtt_us));
        if (lines.size() > options.limit) break;
    }
    return lines;
}

std::vector<std::string> hooks_view(const model::Snapshot& snapshot, Arguments) {
    std::vector<std::string> lines;
    lines.push_back("back end " + snapshot.self.backend +
                    (snapshot.self.backend_reason.empty()
                         ? ""
                         : ", not a better one: " + snapshot.self.backend_reason));
    for (const model::Hook& hook : snapshot.self.hooks) {
        lines.push_back(line("%-10s %-28s %-9s %s", hook.mechanism.c_str(), hook.name.c_str(),
                             hook.attached ? "attached" : "missing",
                             hook.attached ? "" : (hook.reason + "; loses " + hook.loses).c_str()));
    }
    return lines;
}

}  // namespace wiregap::resp
