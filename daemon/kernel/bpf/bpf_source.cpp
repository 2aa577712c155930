// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/bpf_source.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "daemon/kernel/bpf/convert.h"
#include "daemon/model/service_book.h"
#include "daemon/util/clock.h"
#include "wiregap.skel.h"

namespace wiregap::kernel {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

std::uint64_t to_ns(double seconds) { return static_cast<std::uint64_t>(seconds * 1e9); }

}  // namespace

BpfSource::BpfSource(Choice choice, const config::Config& config)
    : choice_(std::move(choice)),
      limits_(config.limits),
      programs_(choice_, config),
      maps_(*programs_.skeleton(), server_share(config.limits)),
      walks_(*programs_.skeleton(), choice_.late_by_address),
      retirement_(config.limits.max_services, server_share(config.limits)) {
    BpfSource::reconfigure(config);
    // Before the hooks: it teaches the programs where they lie. Who listens comes first, as a
    // connection is whose listener's it is.
    programs_.skeleton()->bss->listeners_only = 1;
    walk_files(0);
    walks_.own_namespace();
    programs_.skeleton()->bss->listeners_only = 0;
    walk_files(0);
    programs_.attach_hooks(choice_);
    files_budget_.make_due();  // sockets made in between
    known_ = known_with(choice_.hooks);
}

void BpfSource::reconfigure(const config::Config& config) {
    limits_.sweep_cpu_ratio = config.limits.sweep_cpu_ratio;
    owners_.configure(config.container_names);
    owners_ns_ = std::uint64_t{config.owners_seconds} * second_ns;
    const auto at_most = std::max(owners_ns_, to_ns(config.tick_seconds));
    files_budget_.configure(config.limits.sweep_cpu_ratio, at_most);
    connections_budget_.configure(config.limits.sweep_cpu_ratio, at_most);
}

void BpfSource::walk_files(std::uint64_t now_ns) {
    const std::uint64_t began = util::clock_ns(CLOCK_THREAD_CPUTIME_ID);
    const std::vector<wg_owned> owned = walks_.files();
    other_netns_.set_own(programs_.skeleton()->bss->own_netns);
    other_netns_.replace(owned);
    processes_.clear();
    other_netns_listeners_.clear();
    other_netns_processes_.clear();
    std::set<std::uint64_t> seen;
    for (const wg_owned& one : owned) {
        const wg_connection& c = one.connection;
        if (c.state == model::listen_state) {
            // Once, however many processes share it; our own namespace's are in the other walk.
            if (!other_netns_.is_elsewhere(c) || !seen.insert(c.sk).second) continue;
            other_netns_processes_[c.netns] = one.tgid;
            model::add_listener(other_netns_listeners_[c.service], one.accept_queue_length,
                                one.accept_queue_limit, one.accept_drops);
            continue;
        }
        processes_[c.sk] = {one.tgid, to_comm(one.comm), c.local_port, c.remote_port};
    }
    owners_.forget_unknown();
    files_walked_ns_ = now_ns;
    files_budget_.spent(now_ns, util::clock_ns(CLOCK_THREAD_CPUTIME_ID) - began);
}

/// What it listed; gauges are of now.
std::vector<wg_connection> BpfSource::walk_connections(std::uint64_t now_ns) {
    const std::uint64_t began = util::clock_ns(CLOCK_THREAD_CPUTIME_ID);
    maps_.clear_walk();
    walks_.own_namespace();
    walks_.late_elsewhere();
    auto& shared = *programs_.skeleton()->bss;
    // Of other namespaces only these two count.
    if (programs_.skeleton()->rodata->own_netns_only ||
        has_hook(choice_.hooks, When::state_in_socket) ||
        has_hook(choice_.hooks, When::state_in_hash))
        filter_check_.look(shared.late_filter, shared.late_moves, shared.late_counted);
    std::vector<wg_connection> listed = maps_.listed();
    other_netns_.begin_round();
    for (const wg_connection& record : listed) {
        if (other_netns_.is_elsewhere(record)) other_netns_.update(record);
    }
    other_netns_.end_round();
    connections_budget_.spent(now_ns, util::clock_ns(CLOCK_THREAD_CPUTIME_ID) - began);
    return listed;
}

/// By service: the sums of our own network namespace, made in the kernel, and what other ones add.
std::map<std::uint32_t, model::ServiceGauges> BpfSource::all_gauges(
    const std::vector<ServiceEntry>& entries) const {
    std::map<std::uint32_t, model::ServiceGauges> all;
    for (const ServiceEntry& entry : entries) {
        all.try_emplace(entry.info.id, to_gauges(maps_.gauges(entry.info.id)));
    }
    for (const auto& [sk, record] : other_netns_.all()) {
        const auto service = all.find(record.service);
        if (service != all.end()) model::add_connection(service->second, to_connection(record));
    }
    for (const auto& [id, listeners] : other_netns_listeners_) {
        const auto service = all.find(id);
        if (service != all.end()) model::add(service->second, listeners);
    }
    return all;
}

void BpfSource::fill_connections(model::Sample& sample,
                                 const std::vector<wg_connection>& listed) const {
    std::map<std::uint32_t, model::Role> roles;
    for (const model::ServiceSample& service : sample.services)
        roles[service.id] = service.identity.role;
    const auto add = [&](const wg_connection& record) {
        model::Connection connection = to_connection(record);
        if (!model::holds_bytes(connection)) return;
        const auto role = roles.find(record.service);
        if (role != roles.end()) connection.role = role->second;
        const auto process = processes_.find(record.sk);
        if (process != processes_.end() && process->second.local_port == record.local_port &&
            process->second.remote_port == record.remote_port) {
            connection.owner.pid = process->second.pid;
            connection.owner.comm = process->second.comm;
        }
        sample.connections.push_back(std::move(connection));
        sample.connection_service.push_back(record.service);
    };
    sample.connections.reserve(listed.size() + other_netns_.all().size());
    sample.connection_service.reserve(sample.connections.capacity());
    for (const wg_connection& record : listed) {
        if (!other_netns_.is_elsewhere(record)) add(record);
    }
    for (const auto& [sk, record] : other_netns_.all()) add(record);
    sample.connections_truncated = listed.size() >= limits_.max_connections;
}

/// A unit or a container is one client to people, whatever programs it runs.
void BpfSource::note_group(std::uint64_t cgroup, const model::Owner& owner) {
    const bool is_whole = !owner.unit.empty() || !owner.container.empty();
    if (cgroup == 0 || !is_whole) return;
    groups_now_.insert(cgroup);
    if (!whole_groups_.contains(cgroup) && maps_.set_whole_group(cgroup))
        whole_groups_.insert(cgroup);
}

/// Those of which no service is left.
void BpfSource::forget_groups() {
    std::erase_if(whole_groups_, [&](std::uint64_t cgroup) {
        if (groups_now_.contains(cgroup)) return false;
        maps_.unset_whole_group(cgroup);
        return true;
    });
    groups_now_.clear();
}

void BpfSource::fill_delays(model::ServiceCounters& counters, std::uint32_t id) const {
    const std::uint64_t sum_ns = counters.write_to_transmit.sum_ns;
    counters.write_to_transmit = maps_.delays(id, WG_DELAY_TRANSMIT);
    counters.write_to_transmit.sum_ns = sum_ns;
    counters.egress_wait = maps_.delays(id, WG_DELAY_EGRESS);
    counters.transmit_to_ack = maps_.delays(id, WG_DELAY_ACK);
    counters.write_blocked = maps_.delays(id, WG_DELAY_BLOCKED);
    counters.writable_wait = maps_.delays(id, WG_DELAY_WRITABLE);
    counters.lowat_wait = maps_.delays(id, WG_DELAY_LOWAT);
    counters.accept_wait = maps_.delays(id, WG_DELAY_ACCEPT);
    counters.write_calls = maps_.write_calls(id);
}

/// With those that are retired and still have an id: what they count is theirs.
std::vector<ServiceEntry> BpfSource::all_services() const {
    std::vector<ServiceEntry> all = maps_.services();
    all.insert(all.end(), retired_.begin(), retired_.end());
    return all;
}

model::Sample BpfSource::read(std::uint64_t now_ns) {
    const std::vector<ServiceEntry> known = all_services();
    maps_.count_by_user(known);
    // New services want their owners; quiet sockets of other namespaces are seen by this walk
    // alone.
    const bool wanted = known.size() != named_services_ || !other_netns_.all().empty();
    if (now_ns >= files_walked_ns_ + owners_ns_ || (wanted && files_budget_.due(now_ns))) {
        walk_files(now_ns);
    }
    if (programs_.skeleton()->bss->undecided_count != 0) walks_.decide_resets();
    std::map<std::uint32_t, wg_counters> before;
    before[WG_SERVICE_OTHER] = maps_.counters(WG_SERVICE_OTHER);
    for (const ServiceEntry& entry : known) before[entry.info.id] = maps_.counters(entry.info.id);

    model::Sample sample;
    sample.taken_ns = now_ns;
    sample.known = known_;
    sample.gauges_fresh = connections_budget_.due(now_ns);
    const std::vector<wg_connection> listed =
        sample.gauges_fresh ? walk_connections(now_ns) : maps_.listed();
    std::vector<ServiceEntry> entries = all_services();
    named_services_ = entries.size();
    // So there is something in "other".
    ServiceEntry other{};
    other.info.since_ns = 1;
    if (maps_.lost().at("services") > 0 || retirement_.has_retired())
        entries.insert(entries.begin(), other);
    const std::map<std::uint32_t, model::ServiceGauges> gauges = all_gauges(entries);
    std::map<std::uint32_t, std::uint64_t> sockets;
    writes_ = 0;
    for (const ServiceEntry& entry : entries) {
        const std::uint32_t id = entry.info.id;
        model::ServiceSample service{.id = id, .since_ns = entry.info.since_ns};
        if (id != WG_SERVICE_OTHER) {
            service.identity = to_identity(entry.key, entry.info);
            service.owner = owners_.find(entry.key, entry.description);
            note_group(entry.key.cgroup, service.owner);
        }
        const wg_counters after = maps_.counters(id);
        sockets[id] = after.sockets;
        fill_counters(service, before[id], after);
        // What the walk counted of writes that sleep is in the gauges of the same moment.
        if (sample.gauges_fresh) service.counters.written_bytes += maps_.gauges(id).ahead_bytes;
        const model::ServiceCounters& c = service.counters;
        writes_ += c.writes_at_once + c.writes_late + c.write_shortfalls[1] + c.write_shortfalls[2];
        fill_delays(service.counters, id);
        service.gauges = gauges.at(id);
        sample.services.push_back(std::move(service));
    }
    if (sample.gauges_fresh)
        listen_counts_.read(sample, programs_.skeleton()->bss->own_netns, other_netns_processes_);
    forget_groups();
    fill_connections(sample, listed);
    turn_over(entries, sample, sockets);
    programs_.skeleton()->bss->watching = 1;
    return sample;
}

}  // namespace wiregap::kernel
