// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

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

/// Why write() succeeded and the bytes never arrived, and what to do.
std::string_view lesson_of(CloseCause cause) {
    switch (cause) {
        case CloseCause::fin:
            return "the connection was closed in order before the peer had acknowledged them";
        case CloseCause::reset_by_peer:
            return "a reset arrived. The peer closed with data unread or was killed; if neither, "
                   "something between the two sent it: a load balancer, or a firewall that calls "
                   "segments invalid (conntrack -S)";
        case CloseCause::reset_by_us:
            return "this side reset the connection: it closed while bytes were queued and data "
                   "still came, or it closed with data unread. Shut down writing, read to the end, "
                   "then close";
        case CloseCause::timeout:
            return "nobody answered until the kernel gave up, or there was no route";
    }
    return "";
}

void add_undelivered(const Service& service, std::vector<std::string>& notes) {
    const ServiceCounters& counters = service.counters;
    for (std::size_t i = 0; i < close_causes; ++i) {
        const std::uint64_t bytes = counters.undelivered_bytes.at(i);
        if (bytes == 0) continue;
        const auto cause = static_cast<CloseCause>(i);
        notes.push_back(human_bytes(bytes) + " of " +
                        std::to_string(counters.undelivered_connections.at(i)) +
                        " connections were never delivered (" + std::string(to_string(cause)) +
                        "): " + std::string(lesson_of(cause)) + ".");
    }
}

void add_dropped_here(const Service& service, std::vector<std::string>& notes) {
    std::string text;
    for (std::size_t i = 0; i < host_drops; ++i) {
        const std::uint64_t segments = service.counters.dropped_segments.at(i);
        if (segments == 0) continue;
        text += (text.empty() ? "" : ", ") + std::string(to_string(static_cast<HostDrop>(i))) +
                " " + std::to_string(segments);
    }
    if (!text.empty()) notes.push_back("This host itself dropped segments of it: " + text + ".");
}

void add_cut_off(const Snapshot& snapshot, const Service& service,
                 std::vector<std::string>& notes) {
    for (const BacklogSource& source : snapshot.backlog_sources) {
        const bool is_its =
            std::any_of(service.reply_backlogs.begin(), service.reply_backlogs.end(),
                        [&](const ReplyBacklog& backlog) { return backlog.source == source.name; });
        if (!is_its || source.cut_off.value_or(0) == 0) continue;
        notes.push_back("The server has cut off " + std::to_string(*source.cut_off) +
                        " clients for output beyond their limit (CONFIG GET "
                        "client-output-buffer-limit), whether they read well or not.");
    }
}

std::vector<std::string> notes(const Snapshot& snapshot,
                               const std::vector<const Connection*>& worst, bool backlog_known) {
    std::vector<std::string> notes;
    for (std::size_t i = 0; i < std::min(most_named, worst.size()); ++i) {
        const Explanation e = explain_connection(snapshot, *worst[i]);
        notes.push_back("Worst " + std::to_string(i + 1) + ": peer " + to_string(worst[i]->peer) +
                        ", " + std::string(to_string(e.verdict)) + ". " + e.held + " " + e.why +
                        (e.peer.empty() ? "" : " " + e.peer));
    }
    if (worst.size() > most_named) {
        notes.push_back(std::to_string(worst.size() - most_named) + " more connections are held.");
    }
    if (snapshot.connections_truncated)
        notes.emplace_back("The list of connections is cut (limits.max_connections).");
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
    const auto first = std::find_if(worst.begin(), worst.end(), [&](const Connection* c) {
        return c->judgement.verdict == verdict;
    });
    // The worst one knows more than its verdict's row.
    std::string whose(row.whose);
    std::string advice(row.advice);
    if (first != worst.end()) {
        Explanation one = explain_connection(snapshot, **first);
        whose = std::move(one.whose);
        advice = std::move(one.advice);
    }
    std::vector<std::string> all = notes(snapshot, worst, service.verdicts.backlog_known);
    if (first != worst.end() && (*first)->host_tcp)
        all.push_back(short_of_memory(*(*first)->host_tcp));
    add_undelivered(service, all);
    add_dropped_here(service, all);
    add_cut_off(snapshot, service, all);
    return {.subject = "service " + service.name + ":" + std::to_string(service.port) + " (" +
                       std::string(to_string(service.role)) + ")",
            .verdict = verdict,
            .held = held == 0 ? "Nothing is held on this host."
                              : human_bytes(held) + " wait on this host.",
            .where = where(snapshot, service),
            .why = "Connections now: " + counts(service.verdicts) +
                   ". Of their time so far: " + shares(service.verdicts) + ".",
            .whose = std::move(whose),
            .advice = std::move(advice),
            .notes = std::move(all)};
}

}  // namespace wiregap::model
