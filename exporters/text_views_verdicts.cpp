// SPDX-License-Identifier: Apache-2.0
// Whose problem it is: TOP, VERDICTS, EXPLAIN.
#include <algorithm>

#include "daemon/model/explain.h"
#include "daemon/model/held.h"
#include "daemon/model/units.h"
#include "exporters/text_options.h"
#include "exporters/text_views.h"

namespace wiregap::exporters {
namespace {

std::vector<const model::Service*> most_held_first(const model::Snapshot& snapshot,
                                                   const TextOptions& options) {
    std::vector<const model::Service*> services;
    for (const model::Service& s : snapshot.services) {
        if (options.shows(s.name, s.port)) services.push_back(&s);
    }
    std::stable_sort(services.begin(), services.end(), [](const auto* a, const auto* b) {
        return model::held_bytes(*a) > model::held_bytes(*b);
    });
    if (services.size() > options.limit) services.resize(options.limit);
    return services;
}

using model::human_bytes;

std::string top_line(const model::Service& s) {
    const auto backlog = model::reply_backlog_bytes(s);
    const model::Verdict verdict = model::worst_verdict(s.verdicts);
    return line("%-28s %6llu %9s %9s %9s %9s %11s  %s (%s)", named(s.name, s.port, s.role).c_str(),
                Number{s.gauges.connections.at(1)}, backlog ? human_bytes(*backlog).c_str() : "-",
                human_bytes(s.gauges.notsent_bytes).c_str(),
                human_bytes(s.gauges.egress_queue_bytes).c_str(),
                human_bytes(s.gauges.unacked_bytes).c_str(),
                human_bytes(model::undelivered_bytes(s.counters)).c_str(),
                std::string(to_string(verdict)).c_str(),
                std::string(to_string(locus_of(verdict))).c_str());
}

std::string worst_line(const model::Connection& c) {
    return line("  %s %s -> %s: %s, backlog %s, notsent %s, unacked %s", c.service.c_str(),
                to_string(c.local).c_str(), to_string(c.peer).c_str(),
                std::string(to_string(c.judgement.verdict)).c_str(),
                c.reply_backlog_bytes ? human_bytes(*c.reply_backlog_bytes).c_str() : "unknown",
                human_bytes(c.notsent_bytes).c_str(), human_bytes(c.unacked_bytes).c_str());
}

}  // namespace

Lines top_view(const model::Snapshot& snapshot, Words words) {
    const TextOptions options = read_text_options(words);
    Lines lines;
    lines.push_back(line("%-28s %6s %9s %9s %9s %9s %11s  %s", "service", "conns", "backlog",
                         "notsent", "egress", "unacked", "undelivered", "verdict (locus)"));
    for (const model::Service* const s : most_held_first(snapshot, options)) {
        lines.push_back(top_line(*s));
    }
    bool titled = false;
    for (const std::size_t index : snapshot.worst) {
        const model::Connection& c = snapshot.connections.at(index);
        if (!options.shows(c.service, c.service_port)) continue;
        if (!titled) lines.emplace_back("Held longest, by byte-seconds:");
        titled = true;
        lines.push_back(worst_line(c));
    }
    return lines;
}

Lines verdicts_view(const model::Snapshot& snapshot, Words words) {
    const TextOptions options = read_text_options(words);
    Lines lines;
    lines.push_back(line("%-28s %-16s %-8s %11s %14s", "service", "verdict", "locus", "connections",
                         "seconds so far"));
    for (const model::Service& s : snapshot.services) {
        if (!options.shows(s.name, s.port)) continue;
        for (std::size_t i = 0; i < model::verdicts && lines.size() <= options.limit; ++i) {
            const auto verdict = static_cast<model::Verdict>(i);
            if (s.verdicts.connections.at(i) == 0 && s.verdicts.seconds.at(i) <= 0) continue;
            lines.push_back(line("%-28s %-16s %-8s %11llu %14.1f",
                                 named(s.name, s.port, s.role).c_str(),
                                 std::string(to_string(verdict)).c_str(),
                                 std::string(to_string(locus_of(verdict))).c_str(),
                                 Number{s.verdicts.connections.at(i)}, s.verdicts.seconds.at(i)));
        }
    }
    return lines;
}

Lines explain_view(const model::Snapshot& snapshot, Words words) {
    std::string what;
    for (const std::string_view word : words) {
        what += (what.empty() ? "" : " ") + std::string(word.substr(0, 200));
    }
    const model::Answer answer = model::explain(snapshot, what);
    if (answer.found.empty()) throw BadView(answer.problem);
    Lines lines;
    for (const model::Explanation& explanation : answer.found) {
        const auto more = lines_of(explanation);
        lines.insert(lines.end(), more.begin(), more.end());
    }
    return lines;
}

}  // namespace wiregap::exporters
