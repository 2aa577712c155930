// SPDX-License-Identifier: Apache-2.0
#include "exporters/connection_json.h"

#include <cstdint>
#include <string>

#include "daemon/model/interval.h"
#include "exporters/owner_json.h"
#include "exporters/queues_json.h"
#include "exporters/text.h"
#include "exporters/verdict_json.h"

namespace wiregap::exporters {
namespace {

using Json = nlohmann::ordered_json;

void add_hold(Json& json, const model::Connection& c) {
    json["egress_bytes"] = c.egress_bytes;
    json["peer_zero_window"] = c.peer_zero_window;
    json["own_zero_window"] = c.own_zero_window;
    json["in_recovery"] = c.in_recovery;
    if (!c.held_known) return;
    json["writer_waits"] = c.writer_waits;
    json["paced_by_cc"] = c.paced_by_cc;
    if (c.pacing_rate != 0) json["pacing_rate_bytes_per_second"] = c.pacing_rate;
    if (c.reason) json["reason"] = to_string(*c.reason);
}

}  // namespace

nlohmann::ordered_json connection_object(const model::Connection& c) {
    nlohmann::ordered_json json{{"service", valid_utf8(c.service)},
                                {"service_port", c.service_port},
                                {"role", to_string(c.role)},
                                {"netns_inode", c.netns_inode}};
    if (c.cookie != 0) json["cookie"] = c.cookie;
    json["state"] = model::tcp_state_name(c.state);
    json["local"] = to_string(c.local);
    json["peer"] = to_string(c.peer);
    add_queues(json, c);
    json["cwnd_segments"] = c.cwnd_segs;
    json["rwnd_bytes"] = c.rwnd_bytes;
    json["mss_bytes"] = c.mss_bytes;
    json["srtt_seconds"] = static_cast<double>(c.srtt_us) / 1e6;
    json["retransmitted_bytes"] = c.retransmitted_bytes;
    json["acked_bytes"] = c.acked_bytes;
    if (c.oldest_notsent_ns) {
        json["oldest_notsent_seconds"] = static_cast<double>(*c.oldest_notsent_ns) / 1e9;
    }
    add_hold(json, c);
    json["egress_payload_bytes"] = egress_payload_bytes(c);
    if (c.reply_backlog_bytes) json["reply_backlog_bytes"] = *c.reply_backlog_bytes;
    json["owner"] = owner_object(c.owner);
    add_judgement(json, c.judgement);
    return json;
}

}  // namespace wiregap::exporters
