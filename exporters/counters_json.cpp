// SPDX-License-Identifier: Apache-2.0
#include "exporters/counters_json.h"

#include <array>
#include <cstdint>
#include <string>

#include "daemon/model/histogram.h"
#include "daemon/model/reason.h"
#include "exporters/delay_buckets.h"

namespace wiregap::exporters {
namespace {

using Json = nlohmann::ordered_json;
using model::Known;

Json shortfalls_object(const model::ServiceCounters& counters, const Known& known) {
    Json json = Json::object();
    for (std::size_t i = 0; i < model::shortfalls; ++i) {
        const auto kind = static_cast<model::Shortfall>(i);
        const bool is_known = kind == model::Shortfall::partial ? known.partial : known.would_block;
        if (is_known) json[std::string(to_string(kind))] = counters.write_shortfalls.at(i);
    }
    return json;
}

/// count and pXX: over all writes, those at once are zero; late_*: the late ones only.
Json delays_object(const model::ServiceCounters& counters) {
    const model::Histogram& late = counters.write_to_transmit;
    const std::uint64_t at_once = counters.writes_at_once;
    const std::uint64_t late_count = late.count();
    return {{"late_count", late_count},
            {"late_sum_seconds", static_cast<double>(late.sum_ns) / 1e9},
            {"count", at_once + late_count},
            {"p50_seconds", quantile_seconds(late, at_once, 0.5)},
            {"p90_seconds", quantile_seconds(late, at_once, 0.9)},
            {"p99_seconds", quantile_seconds(late, at_once, 0.99)},
            {"late_p50_seconds", quantile_seconds(late, 0, 0.5)},
            {"late_p90_seconds", quantile_seconds(late, 0, 0.9)},
            {"late_p99_seconds", quantile_seconds(late, 0, 0.99)}};
}

Json by_reason(const std::array<double, model::reasons>& sums, const Known& known) {
    Json json = Json::object();
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const auto reason = static_cast<model::Reason>(i);
        if (known.held || reason == model::Reason::rwnd) {
            json[std::string(to_string(reason))] = sums[i];
        }
    }
    return json;
}

Json waits_object(const model::Histogram& waits) {
    return {{"count", waits.count()},
            {"sum_seconds", static_cast<double>(waits.sum_ns) / 1e9},
            {"p50_seconds", quantile_seconds(waits, 0, 0.5)},
            {"p99_seconds", quantile_seconds(waits, 0, 0.99)}};
}

void add_held(Json& json, const model::ServiceCounters& counters, const Known& known) {
    if (known.held || known.held_rwnd) {
        json["held_seconds"] = by_reason(counters.held_seconds, known);
    }
    if (known.held_rwnd) json["sndbuf_limited_seconds"] = counters.sndbuf_limited_seconds;
    if (!known.held) return;
    json["held_byte_seconds"] = by_reason(counters.held_byte_seconds, known);
    json["unacked_byte_seconds"] = counters.unacked_byte_seconds;
    json["zero_window_seconds"] = {{"ours", counters.own_zero_window_seconds},
                                   {"peer", counters.peer_zero_window_seconds}};
}

void add_waits(Json& json, const model::ServiceCounters& counters, const Known& known) {
    if (known.egress) json["egress_wait"] = waits_object(counters.egress_wait);
    if (known.acks) json["transmit_to_ack"] = waits_object(counters.transmit_to_ack);
    if (known.blocked) json["write_blocked"] = waits_object(counters.write_blocked);
    if (known.writable) {
        json["writable_wait"] = {{"sndbuf", waits_object(counters.writable_wait)},
                                 {"notsent_lowat", waits_object(counters.lowat_wait)}};
    }
    if (known.accept_wait) json["accept_wait"] = waits_object(counters.accept_wait);
    if (!known.write_calls) return;
    Json& calls = json["write_calls"] = Json::object();
    for (std::size_t i = 0; i < counters.write_calls.size(); ++i) {
        calls[std::string(to_string(static_cast<model::WriteCall>(i)))] =
            waits_object(counters.write_calls[i]);
    }
}

}  // namespace

void add_counters(nlohmann::ordered_json& service, const model::ServiceCounters& counters,
                  const Known& known) {
    if (known.byte_counters) {
        service["written_bytes"] = counters.written_bytes;
        service["transmitted_bytes"] = counters.transmitted_bytes;
        service["acked_bytes"] = counters.acked_bytes;
    }
    if (known.retransmits) service["retransmitted_bytes"] = counters.retransmitted_bytes;
    if (known.departures) {
        service["writes"] = {{"at_once", counters.writes_at_once}, {"late", counters.writes_late}};
    }
    if (known.partial || known.would_block) {
        service["write_shortfalls"] = shortfalls_object(counters, known);
    }
    if (known.departures) service["write_to_transmit"] = delays_object(counters);
    add_held(service, counters, known);
    add_waits(service, counters, known);
}

}  // namespace wiregap::exporters
