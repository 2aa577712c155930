// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/service_book.h"

#include <algorithm>
#include <utility>

namespace wiregap::model {
namespace {

template <class Array>
void add_each(Array& sum, const Array& one) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += one[i];
}

/// Zero now stands for the living: seconds and connections of a verdict that ended are history.
VerdictCounts without_connections(VerdictCounts counts) {
    counts.connections = {};
    return counts;
}

}  // namespace

void add(ServiceCounters& sum, const ServiceCounters& one) {
    for (std::uint64_t ServiceCounters::*count :
         {&ServiceCounters::written_bytes, &ServiceCounters::transmitted_bytes,
          &ServiceCounters::acked_bytes, &ServiceCounters::retransmitted_bytes,
          &ServiceCounters::writes_at_once, &ServiceCounters::writes_late, &ServiceCounters::opened,
          &ServiceCounters::accept_overflows})
        sum.*count += one.*count;
    for (double ServiceCounters::*seconds :
         {&ServiceCounters::unacked_byte_seconds, &ServiceCounters::peer_zero_window_seconds,
          &ServiceCounters::own_zero_window_seconds, &ServiceCounters::sndbuf_limited_seconds})
        sum.*seconds += one.*seconds;
    for (Histogram ServiceCounters::*delays :
         {&ServiceCounters::write_to_transmit, &ServiceCounters::egress_wait,
          &ServiceCounters::transmit_to_ack, &ServiceCounters::write_blocked,
          &ServiceCounters::writable_wait, &ServiceCounters::lowat_wait,
          &ServiceCounters::accept_wait})
        sum.*delays += one.*delays;
    add_each(sum.write_shortfalls, one.write_shortfalls);
    add_each(sum.closed, one.closed);
    add_each(sum.undelivered_bytes, one.undelivered_bytes);
    add_each(sum.undelivered_connections, one.undelivered_connections);
    add_each(sum.listener_drops, one.listener_drops);
    add_each(sum.dropped_segments, one.dropped_segments);
    add_each(sum.held_seconds, one.held_seconds);
    add_each(sum.held_byte_seconds, one.held_byte_seconds);
    sum.write_calls.resize(std::max(sum.write_calls.size(), one.write_calls.size()));
    for (std::size_t i = 0; i < one.write_calls.size(); ++i)
        sum.write_calls[i] += one.write_calls[i];
}

void add(ServiceGauges& sum, const ServiceGauges& one) {
    for (std::uint64_t ServiceGauges::*gauge :
         {&ServiceGauges::notsent_bytes, &ServiceGauges::unacked_bytes,
          &ServiceGauges::send_buffer_used_bytes, &ServiceGauges::send_buffer_limit_bytes,
          &ServiceGauges::egress_queue_bytes, &ServiceGauges::egress_payload_bytes,
          &ServiceGauges::receive_queue_bytes, &ServiceGauges::own_zero_windows,
          &ServiceGauges::accept_queue_length, &ServiceGauges::accept_queue_limit,
          &ServiceGauges::accept_drops})
        sum.*gauge += one.*gauge;
    add_each(sum.connections, one.connections);
    sum.send_buffer_fill_ratio_max =
        std::max(sum.send_buffer_fill_ratio_max, one.send_buffer_fill_ratio_max);
    sum.accept_queue_fill_ratio_max =
        std::max(sum.accept_queue_fill_ratio_max, one.accept_queue_fill_ratio_max);
    sum.oldest_notsent_ns = std::max(sum.oldest_notsent_ns, one.oldest_notsent_ns);
}

void add(VerdictCounts& sum, const VerdictCounts& one) {
    add_each(sum.seconds, one.seconds);
    add_each(sum.connections, one.connections);
    sum.backlog_known = sum.backlog_known || one.backlog_known;
}

void ServiceBook::keep_ended() {
    for (auto at = last_.begin(); at != last_.end();) {
        if (!at->second.seen) {
            Past& past = past_[at->second.key];
            add(past.counters, at->second.counts.counters);
            add(past.verdicts, without_connections(at->second.counts.verdicts));
            at = last_.erase(at);
        } else {
            at->second.seen = false;
            ++at;
        }
    }
}

void ServiceBook::give_to_other(const std::map<Key, Service>& services) {
    const auto other = std::find_if(services.begin(), services.end(), [](const auto& entry) {
        return entry.second.name == other_service;
    });
    for (auto at = past_.begin(); at != past_.end();) {
        if (services.contains(at->first)) {
            ++at;
            continue;
        }
        if (other != services.end()) {
            Past& past = past_[other->first];
            add(past.counters, at->second.counters);
            add(past.verdicts, at->second.verdicts);
        }
        at = past_.erase(at);
    }
}

std::vector<Service> ServiceBook::fold(std::vector<CountedService>&& counted) {
    for (const CountedService& one : counted) {
        const Service& service = one.service;
        last_[{one.id, one.since_ns}] = {.key = {service.name, service.port, service.role},
                                         .counts = {service.counters, service.verdicts},
                                         .seen = true};
    }
    keep_ended();
    std::map<Key, Service> services;
    for (CountedService& one : counted) {
        const Key key{one.service.name, one.service.port, one.service.role};
        const auto [at, fresh] = services.try_emplace(key, std::move(one.service));
        if (fresh) continue;
        Service& sum = at->second;
        add(sum.counters, one.service.counters);
        add(sum.gauges, one.service.gauges);
        add(sum.verdicts, one.service.verdicts);
        if (const auto rate = one.service.acked_bytes_per_second)
            sum.acked_bytes_per_second = sum.acked_bytes_per_second.value_or(0) + *rate;
    }
    give_to_other(services);
    std::vector<Service> result;
    result.reserve(services.size());
    for (auto& [key, service] : services) {
        if (const auto past = past_.find(key); past != past_.end()) {
            add(service.counters, past->second.counters);
            add(service.verdicts, past->second.verdicts);
        }
        result.push_back(std::move(service));
    }
    return result;
}

}  // namespace wiregap::model
