// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>
#include <string>

#include "daemon/model/explain.h"
#include "daemon/model/service_sums.h"
#include "daemon/model/units.h"
#include "daemon/model/verdict_table.h"

namespace wiregap::model {
namespace {

constexpr std::size_t most_named = 3;  // worst connections in a service's notes

bool is_of(const Connection& c, const Service& service) {
    return c.service == service.name && c.service_port == service.port && c.role == service.role;
}

/// "1 peer_stalled, 11 idle"
std::string counts(const VerdictCounts& counts) {
    std::string text;
    for (std::size_t i = 0; i < verdicts; ++i) {
        if (counts.connections.at(i) == 0) continue;
        text += (text.empty() ? "" : ", ") + std::to_string(counts.connections.at(i)) + " " +
                std::string(to_string(static_cast<Verdict>(i)));
    }
    return text.empty() ? "no connections" : text;
}

/// "peer_stalled 12 %, idle 88 %"
std::string shares(const VerdictCounts& counts) {
    const double all = std::accumulate(counts.seconds.begin(), counts.seconds.end(), 0.0);
    std::string text;
    for (std::size_t i = 0; all > 0 && i < verdicts; ++i) {
        if (counts.seconds.at(i) <= 0) continue;
        text += (text.empty() ? "" : ", ") + std::string(to_string(static_cast<Verdict>(i))) + " " +
                human_percent(counts.seconds.at(i) / all) + " %";
    }
    return text.empty() ? "no time yet" : text;
}

std::vector<const Connection*> worst_of(const Snapshot& snapshot, const Service& service) {
    std::vector<const Connection*> found;
    for (const Connection& c : snapshot.connections) {
        if (is_of(c, service) && is_problem(c.judgement.verdict)) found.push_back(&c);
    }
    std::stable_sort(found.begin(), found.end(), [](const Connection* a, const Connection* b) {
        return a->judgement.held_byte_seconds > b->judgement.held_byte_seconds;
    });
    return found;
}

std::string where(const Snapshot& snapshot, const Service& service) {
    const auto backlog = reply_backlog_bytes(service);
    std::string text = "Reply backlog " +
                       (backlog ? human_bytes(*backlog) : std::string("unknown")) + ", notsent " +
                       human_bytes(service.gauges.notsent_bytes) + ", in flight " +
                       human_bytes(service.gauges.unacked_bytes);
    if (snapshot.known.byte_counters) {
        text += ", delivered " + human_bytes(service.counters.acked_bytes) + " of " +
                human_bytes(service.counters.written_bytes) + " written";
    }
    if (snapshot.known.lifecycle) {
        text += ", undelivered " + human_bytes(undelivered_bytes(service.counters));
    }
    return text + ".";
}

std::vector<std::string> notes(const std::vector<const Connection*>& worst, bool backlog_known,
                               bool truncated) {
    std::vector<std::string> notes;
    for (std::size_t i = 0; i < std::min(most_named, worst.size()); ++i) {
        const Explanation e = explain_connection(*worst[i]);
        notes.push_back("Worst " + std::to_string(i + 1) + ": peer " + to_string(worst[i]->peer) +
                        ", " + std::string(to_string(e.verdict)) + ". " + e.held + " " + e.why);
    }
    if (worst.size() > most_named) {
        notes.push_back(std::to_string(worst.size() - most_named) + " more connections are held.");
    }
    if (truncated) notes.emplace_back("The list of connections is cut (limits.max_connections).");
    if (!backlog_known) {
        notes.emplace_back(
            "No source knows the application's reply backlog, so app_late is never "
            "said of this service.");
    }
    return notes;
}

}  // namespace

Explanation explain_service(const Snapshot& snapshot, const Service& service) {
    const auto worst = worst_of(snapshot, service);
    const Verdict verdict = worst_verdict(service.verdicts);
    const VerdictRow& row = row_of(verdict);
    const std::uint64_t held = held_bytes(service);
    return {.subject = "service " + service.name + ":" + std::to_string(service.port) + " (" +
                       std::string(to_string(service.role)) + ")",
            .verdict = verdict,
            .held = held == 0 ? "Nothing is held on this host."
                              : human_bytes(held) + " wait on this host.",
            .where = where(snapshot, service),
            .why = "Connections now: " + counts(service.verdicts) +
                   ". Of their time so far: " + shares(service.verdicts) + ".",
            .whose = std::string(row.whose),
            .advice = std::string(row.advice),
            .notes = notes(worst, service.verdicts.backlog_known, snapshot.connections_truncated)};
}

}  // namespace wiregap::model
