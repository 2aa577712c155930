// SPDX-License-Identifier: Apache-2.0
#include "exporters/verdict_json.h"

#include <string>

#include "exporters/text.h"

namespace wiregap::exporters {
namespace {

using Json = nlohmann::ordered_json;

/// Reasons that held anything.
Json held_object(const model::Interval& interval) {
    Json held = Json::object();
    for (std::size_t i = 0; i < model::reasons; ++i) {
        const double seconds = interval.held_seconds.at(i);
        if (seconds > 0) held[std::string(to_string(static_cast<model::Reason>(i)))] = seconds;
    }
    return held;
}

Json evidence_object(const model::Judgement& judgement) {
    const model::Interval& i = judgement.evidence;
    Json json{{"basis", to_string(judgement.basis)},
              {"seconds", i.seconds},
              {"written_bytes", i.written_bytes},
              {"transmitted_bytes", i.transmitted_bytes},
              {"acked_bytes", i.acked_bytes},
              {"retransmitted_bytes", i.retransmitted_bytes},
              {"rwnd_limited_seconds", i.rwnd_limited_seconds},
              {"sndbuf_limited_seconds", i.sndbuf_limited_seconds},
              {"seconds_without_ack", i.seconds_without_ack},
              {"egress_wait_seconds", i.egress_wait_seconds},
              {"notsent_bytes", i.notsent_bytes},
              {"unacked_bytes", i.unacked_bytes},
              {"cwnd_bytes", i.cwnd_bytes},
              {"rwnd_bytes", i.rwnd_bytes},
              {"peer_zero_window", i.peer_zero_window},
              {"own_zero_window", i.own_zero_window},
              {"in_recovery", i.in_recovery},
              {"writer_waits", i.writer_waits}};
    if (i.held_known) json["held_seconds"] = held_object(i);
    // Absent: no source knows, and so the verdict can't be app_late.
    if (i.reply_backlog_bytes) json["reply_backlog_bytes"] = *i.reply_backlog_bytes;
    return json;
}

}  // namespace

void add_judgement(Json& connection, const model::Judgement& judgement) {
    connection["verdict"] = to_string(judgement.verdict);
    connection["locus"] = to_string(locus_of(judgement.verdict));
    connection["verdict_seconds"] = judgement.since_seconds;
    connection["held_byte_seconds"] = judgement.held_byte_seconds;
    connection["evidence"] = evidence_object(judgement);
}

Json verdicts_object(const model::VerdictCounts& counts) {
    Json json = Json::object();
    for (std::size_t i = 0; i < model::verdicts; ++i) {
        const auto verdict = static_cast<model::Verdict>(i);
        if (verdict == model::Verdict::app_late && !counts.backlog_known) continue;
        json[std::string(to_string(verdict))] = {{"locus", to_string(locus_of(verdict))},
                                                 {"connections", counts.connections.at(i)},
                                                 {"seconds", counts.seconds.at(i)}};
    }
    return json;
}

Json change_object(const model::VerdictChange& c, double unix_seconds) {
    return {{"unix_seconds", unix_seconds},    {"service", valid_utf8(c.service)},
            {"port", c.service_port},          {"role", to_string(c.role)},
            {"local", to_string(c.local)},     {"peer", to_string(c.peer)},
            {"verdict", to_string(c.verdict)}, {"locus", to_string(locus_of(c.verdict))},
            {"before", to_string(c.before)},   {"before_seconds", c.before_seconds},
            {"held_bytes", c.held_bytes}};
}

Json explanation_object(const model::Explanation& e) {
    Json json{{"subject", valid_utf8(e.subject)},
              {"verdict", to_string(e.verdict)},
              {"locus", to_string(locus_of(e.verdict))},
              {"held", e.held},
              {"where", e.where},
              {"why", e.why},
              {"whose", e.whose},
              {"advice", e.advice}};
    Json& notes = json["notes"] = Json::array();
    for (const std::string& note : e.notes) notes.push_back(valid_utf8(note));
    return json;
}

}  // namespace wiregap::exporters
