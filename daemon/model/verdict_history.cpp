// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/verdict_history.h"

#include <numeric>
#include <utility>

#include "daemon/model/judge.h"

namespace wiregap::model {
namespace {

std::uint64_t held_bytes(const Interval& interval) {
    return interval.notsent_bytes + interval.reply_backlog_bytes.value_or(0);
}

std::uint64_t connections_of(const ServiceSample& service) {
    const auto& states = service.gauges.connections;
    return std::accumulate(states.begin(), states.end(), std::uint64_t{0});
}

}  // namespace

void VerdictHistory::open_accounts(const Sample& sample) {
    for (const ServiceSample& service : sample.services) {
        Account& account = accounts_[service.id];
        if (account.since_ns != service.since_ns) account = {.since_ns = service.since_ns};
        account.seen = true;
        account.listed = 0;
        account.counts.connections = {};
    }
}

void VerdictHistory::count(std::uint32_t service, Verdict verdict) {
    const auto account = accounts_.find(service);
    if (account == accounts_.end()) return;
    const auto index = static_cast<std::size_t>(verdict);
    ++account->second.counts.connections.at(index);
    account->second.counts.seconds.at(index) += elapsed_seconds_;
    ++account->second.listed;
}

/// The hysteresis verdict becomes the one that is shown; a change from or to a problem is noted.
void VerdictHistory::show(const ConnectionKey& key, Entry& entry, std::uint64_t held,
                          std::uint64_t now_ns) {
    Judgement& judgement = entry.judgement;
    const Verdict before = judgement.verdict;
    judgement.verdict = entry.hysteresis.shown;
    const bool changed = judgement.verdict != before;
    if (changed && (is_problem(before) || is_problem(judgement.verdict))) {
        const double seconds =
            entry.since_ns == 0 ? 0 : static_cast<double>(now_ns - entry.since_ns) / 1e9;
        changes_.push_back({.service_id = entry.service,
                            .local = key.local,
                            .peer = key.peer,
                            .before = before,
                            .verdict = judgement.verdict,
                            .before_seconds = seconds,
                            .held_bytes = held});
    }
    if (changed || entry.since_ns == 0) entry.since_ns = now_ns;
    judgement.since_seconds = static_cast<double>(now_ns - entry.since_ns) / 1e9;
}

void VerdictHistory::rule(const ConnectionKey& key, Entry& entry, const Interval& interval,
                          std::uint64_t now_ns) {
    const Ruling ruling = model::judge(interval, thresholds_);
    entry.hysteresis = after(entry.hysteresis, ruling.verdict, thresholds_.calm_ticks);
    show(key, entry, held_bytes(interval), now_ns);
    Judgement& judgement = entry.judgement;
    if (ruling.verdict == entry.hysteresis.shown) {
        judgement.basis = ruling.basis;
        judgement.evidence = interval;
    }
    const double held = static_cast<double>(held_bytes(interval));
    judgement.held_byte_seconds =
        held > 0 ? judgement.held_byte_seconds + held * interval.seconds : 0;
}

const Judgement& VerdictHistory::judge_one(const Connection& connection, std::uint32_t service,
                                           std::uint64_t now_ns) {
    const auto [place, added] = entries_.try_emplace(key_of(connection));
    Entry& entry = place->second;
    const bool fresh = added || !is_same_connection(entry.mark, connection);
    if (fresh) entry = {};
    const Mark* const before = fresh ? nullptr : &entry.mark;
    if (fresh || entry.mark.taken_ns != now_ns) {  // a walk may list a connection twice
        const Interval interval = interval_between(before, connection, now_ns);
        entry.service = service;
        rule(place->first, entry, interval, now_ns);
        entry.mark = mark_of(before, connection, interval, now_ns);
        entry.unlisted_ticks = 0;
        count(service, entry.judgement.verdict);
    }
    const auto account = accounts_.find(service);
    if (connection.reply_backlog_bytes && account != accounts_.end()) {
        account->second.counts.backlog_known = true;
    }
    return entry.judgement;
}

/// What is no longer listed holds nothing: it calms down and is forgotten. Whether it still lives
/// only the service's gauges know, so no more of them are counted than connections are left.
void VerdictHistory::let_go(const Sample& sample) {
    std::map<std::uint32_t, std::uint64_t> alive;
    for (const ServiceSample& service : sample.services)
        alive[service.id] = connections_of(service);
    for (auto& [key, entry] : entries_) {
        if (entry.mark.taken_ns == sample.taken_ns) continue;
        ++entry.unlisted_ticks;
        entry.mark.acked_moved_ns = sample.taken_ns;
        entry.judgement.held_byte_seconds = 0;
        entry.hysteresis = after(entry.hysteresis, Verdict::idle, thresholds_.calm_ticks);
        show(key, entry, 0, sample.taken_ns);
        const auto account = accounts_.find(entry.service);
        if (account == accounts_.end() || account->second.listed >= alive[entry.service]) continue;
        count(entry.service, entry.judgement.verdict);
    }
    std::erase_if(entries_, [&](const auto& entry) {
        return entry.second.unlisted_ticks > thresholds_.calm_ticks;
    });
}

void VerdictHistory::count_idle(const Sample& sample) {
    if (sample.connections_truncated) return;
    for (const ServiceSample& service : sample.services) {
        Account& account = accounts_[service.id];
        const std::uint64_t all = connections_of(service);
        const std::uint64_t quiet = all > account.listed ? all - account.listed : 0;
        constexpr auto idle = static_cast<std::size_t>(Verdict::idle);
        account.counts.connections.at(idle) += quiet;
        account.counts.seconds.at(idle) += elapsed_seconds_ * static_cast<double>(quiet);
    }
}

std::vector<VerdictCounts> VerdictHistory::close_accounts(const Sample& sample) {
    std::vector<VerdictCounts> counts;
    for (const ServiceSample& service : sample.services)
        counts.push_back(accounts_[service.id].counts);
    std::erase_if(accounts_, [](const auto& account) { return !account.second.seen; });
    for (auto& [id, account] : accounts_) account.seen = false;
    return counts;
}

/// Where nothing was walked: what the last walk said of them.
Verdicts VerdictHistory::as_before(const Sample& sample) const {
    Verdicts ruled;
    for (const Connection& connection : sample.connections) {
        const auto entry = entries_.find(key_of(connection));
        ruled.connections.push_back(entry != entries_.end() ? entry->second.judgement
                                                            : Judgement{});
    }
    for (const ServiceSample& service : sample.services) {
        const auto account = accounts_.find(service.id);
        const bool same =
            account != accounts_.end() && account->second.since_ns == service.since_ns;
        ruled.services.push_back(same ? account->second.counts : VerdictCounts{});
    }
    return ruled;
}

Verdicts VerdictHistory::judge(const Sample& sample) {
    if (!sample.gauges_fresh && walked_ns_ != 0) return as_before(sample);
    changes_.clear();
    elapsed_seconds_ =
        walked_ns_ == 0 ? 0 : static_cast<double>(sample.taken_ns - walked_ns_) / 1e9;
    walked_ns_ = sample.taken_ns;
    open_accounts(sample);
    Verdicts ruled;
    for (std::size_t i = 0; i < sample.connections.size(); ++i) {
        ruled.connections.push_back(
            judge_one(sample.connections[i], sample.connection_service.at(i), sample.taken_ns));
    }
    let_go(sample);
    count_idle(sample);
    ruled.services = close_accounts(sample);
    ruled.changes = std::move(changes_);
    return ruled;
}

}  // namespace wiregap::model
