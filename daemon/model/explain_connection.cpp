// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "daemon/model/explain.h"
#include "daemon/model/units.h"
#include "daemon/model/verdict_table.h"

namespace wiregap::model {
namespace {

std::string percent(double ratio) { return human_percent(ratio) + " %"; }

std::string held(const Connection& c) {
    const std::uint64_t all = c.notsent_bytes + c.reply_backlog_bytes.value_or(0);
    if (all == 0) return "Nothing is held on this host.";
    std::string text = human_bytes(all) + " wait on this host";
    if (c.oldest_notsent_ns) {
        text += ", the oldest unsent byte for " +
                human_seconds(static_cast<double>(*c.oldest_notsent_ns) / 1e9);
    }
    return text + ".";
}

std::string where(const Connection& c) {
    const std::string backlog =
        c.reply_backlog_bytes ? human_bytes(*c.reply_backlog_bytes) : "unknown";
    const auto fill = fill_ratio_of(c);
    // A back end without held time knows nothing of the host's queue either.
    const std::string egress =
        c.held_known ? ", egress " + human_bytes(egress_payload_bytes(c)) + " of " : ", ";
    return "Reply backlog " + backlog + ", notsent " + human_bytes(c.notsent_bytes) + egress +
           human_bytes(c.unacked_bytes) + " in flight, delivered " + human_bytes(c.acked_bytes) +
           "; the send buffer is " +
           (fill ? percent(*fill) + " full." : std::string("of unknown size."));
}

std::vector<std::string> notes(const Connection& c) {
    std::vector<std::string> notes;
    if (c.judgement.basis == Basis::chrono) {
        notes.emplace_back(
            "This back end counts no held time by reason: judged from the kernel's chrono and the "
            "state at both ends of the interval.");
    }
    if (c.judgement.basis == Basis::state) {
        notes.emplace_back(
            "Seen for the first time: judged from its state; ask again in a moment.");
    }
    if (c.host_tcp) {
        notes.emplace_back("This host's TCP memory is short (" +
                           human_bytes(c.host_tcp->memory_bytes) + " of " +
                           human_bytes(c.host_tcp->memory_limit_bytes) +
                           ", net.ipv4.tcp_mem): send buffers are cut, and the windows of "
                           "connections that end here shrink.");
    }
    if (!c.reply_backlog_bytes) {
        notes.emplace_back(
            "No source knows the application's reply backlog, so app_late is never "
            "said of this connection.");
    }
    if (c.own_zero_window) {
        notes.emplace_back("This side's window is closed too: the local program does not read " +
                           human_bytes(c.receive_queue_bytes) + " that have arrived.");
    }
    return notes;
}

/// It is the server's own doing, and no loop is late.
bool waits_for_snapshot(const Connection& c) {
    return c.judgement.verdict == Verdict::app_late && c.backlog_outlook.waits_for_snapshot;
}

}  // namespace

Explanation explain_connection(const Connection& c) {
    const VerdictRow& row = row_of(c.judgement.verdict);
    const Interval& interval = c.judgement.evidence;
    return {.subject = "connection " + to_string(c.local) + " -> " + to_string(c.peer) + " of " +
                       c.service + ":" + std::to_string(c.service_port),
            .verdict = c.judgement.verdict,
            .held = held(c),
            .where = where(c),
            .why = row.why(interval, held_shares(interval)),
            .whose = waits_for_snapshot(c) ? "The application's: it sends the snapshot first."
                                           : std::string(row.whose),
            .advice = waits_for_snapshot(c)
                          ? "Wait for the snapshot (INFO replication), or make it faster; raise "
                            "client-output-buffer-limit for replicas if it would be reached before."
                          : std::string(row.advice),
            .notes = notes(c)};
}

}  // namespace wiregap::model
