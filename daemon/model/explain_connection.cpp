// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "daemon/model/explain.h"
#include "daemon/model/other_end.h"
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

std::vector<std::string> notes(const Connection& c, const std::string& peer) {
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
    if (c.host_tcp) notes.push_back(short_of_memory(*c.host_tcp));
    if (!peer.empty()) notes.push_back(peer);
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

struct Charge {
    std::string whose;
    std::string advice;
};

/// What the verdict's row says, but where more is known than the connection itself shows.
Charge charge_of(const Connection& c, const Connection* other) {
    const VerdictRow& row = row_of(c.judgement.verdict);
    // It is the server's own doing, and no loop is late.
    if (row.verdict == Verdict::app_late && c.backlog_outlook.waits_for_snapshot)
        return {"The application's: it sends the snapshot first.",
                "Wait for the snapshot (INFO replication), or make it faster; raise "
                "client-output-buffer-limit for replicas if it would be reached before."};
    const bool accuses = row.locus == Locus::peer || row.locus == Locus::network;
    // A socket that gets no memory closes its window, and drops what arrives.
    if (accuses && other != nullptr && other->owner.memory)
        return {"Perhaps the peer's control group's: its memory is used up.",
                "Raise memory.max of " + printable(other->owner.memory->group) +
                    ", or find out what fills it (memory.stat). Else: " + std::string(row.advice)};
    if (accuses && c.host_tcp && (other != nullptr || is_loopback(c.peer)))
        return {"Perhaps this host's: its TCP memory is short, and the peer's socket is here too.",
                "Find whose sockets fill it (ss -tm), raise net.ipv4.tcp_mem. Else: " +
                    std::string(row.advice)};
    return {std::string(row.whose), std::string(row.advice)};
}

}  // namespace

std::string short_of_memory(const HostTcp& host) {
    return "This host's TCP memory is short (" + human_bytes(host.memory_bytes) + " of " +
           human_bytes(host.memory_limit_bytes) +
           ", net.ipv4.tcp_mem): send buffers are cut, the windows of connections that end here "
           "shrink, and near the limit what arrives is dropped.";
}

Explanation explain_connection(const Snapshot& snapshot, const Connection& c) {
    const VerdictRow& row = row_of(c.judgement.verdict);
    const Connection* const other = other_end(snapshot.connections, c);
    Charge charge = charge_of(c, other);
    const std::string peer = other == nullptr ? "" : who_is(*other);
    const Interval& interval = c.judgement.evidence;
    return {.subject = "connection " + to_string(c.local) + " -> " + to_string(c.peer) + " of " +
                       c.service + ":" + std::to_string(c.service_port),
            .verdict = c.judgement.verdict,
            .held = held(c),
            .where = where(c),
            .why = row.why(interval, held_shares(interval)),
            .whose = std::move(charge.whose),
            .advice = std::move(charge.advice),
            .peer = peer,
            .notes = notes(c, peer)};
}

}  // namespace wiregap::model
