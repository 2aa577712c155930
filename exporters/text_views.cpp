// SPDX-License-Identifier: Apache-2.0
#include "exporters/text_views.h"

#include <cstdint>

#include "daemon/model/held.h"
#include "daemon/model/units.h"
#include "exporters/text_options.h"

namespace wiregap::exporters {

namespace {

struct View {
    std::string_view name;
    std::size_t least_words;  ///< behind the name
    Lines (*lines)(const model::Snapshot&, Words);
    std::string_view help;
};
constexpr View views[] = {
    {"SERVICES", 0, services_view, "SERVICES [SERVICE name] [PORT n]: where the bytes are."},
    {"CONNECTIONS", 0, connections_view,
     "CONNECTIONS [SERVICE name] [PORT n] [LIMIT n]: those with bytes waiting, most first."},
    {"TOP", 0, top_view,
     "TOP [SERVICE name] [PORT n] [LIMIT n]: the five places by service, most held bytes first."},
    {"EXPLAIN", 1, explain_view,
     "EXPLAIN service|port:N|pid:N|cookie:N|LOCAL-PEER: what is held, where, why, what to do."},
    {"VERDICTS", 0, verdicts_view,
     "VERDICTS [SERVICE name] [PORT n] [LIMIT n]: whose problem; SUBSCRIBE wiregap:verdicts says "
     "each change."},
    {"HOOKS", 0, hooks_view, "HOOKS: what the daemon sees the kernel with, and what it misses."},
};

Lines help() {
    Lines lines{"WIREGAP <subcommand> [<arg> ..]. Subcommands are:"};
    for (const View& view : views) lines.emplace_back(view.help);
    lines.emplace_back(
        "STREAM: this server's clients: produced = backlog + notsent + unacked + acked.");
    return lines;
}

}  // namespace

Lines text_view(const model::Snapshot* snapshot, Words words) {
    if (same_word(words[0], "HELP")) return help();
    for (const View& view : views) {
        if (!same_word(words[0], view.name)) continue;
        if (words.size() - 1 < view.least_words) {
            throw BadView("wrong number of arguments; write WIREGAP " + std::string(view.help));
        }
        if (snapshot == nullptr) {
            throw BadView("there is no picture yet; ask again after the first tick");
        }
        return view.lines(*snapshot, words.subspan(1));
    }
    throw BadView("unknown subcommand '" + model::printable(words[0].substr(0, 40)) +
                  "'. Try WIREGAP HELP.");
}

Lines services_view(const model::Snapshot& snapshot, Words words) {
    const TextOptions options = read_text_options(words);
    Lines lines;
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

Lines connections_view(const model::Snapshot& snapshot, Words words) {
    const TextOptions options = read_text_options(words);
    Lines lines;
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

Lines hooks_view(const model::Snapshot& snapshot, Words) {
    Lines lines;
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

}  // namespace wiregap::exporters
