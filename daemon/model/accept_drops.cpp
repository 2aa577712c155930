// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/accept_drops.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace wiregap::model {
namespace {

constexpr std::array<std::uint64_t ListenCounts::*, 3> causes{
    &ListenCounts::overflows, &ListenCounts::syn_queue_full, &ListenCounts::resets};

/// Takes at most so many, of what was left first.
std::uint64_t take(std::uint64_t& left, std::uint64_t& fresh, std::uint64_t most) {
    const std::uint64_t old = std::min(left, most);
    left -= old;
    const std::uint64_t rest = std::min(fresh, most - old);
    fresh -= rest;
    return old + rest;
}

}  // namespace

/// A listener that closed took its count with it: what is left is the new beginning. One that came
/// while we watched has dropped nothing before.
std::uint64_t AcceptDrops::growth_of(Account& account, std::uint64_t drops, bool begins) const {
    const std::uint64_t before = begins && first_walk_ ? drops : account.drops;
    account.drops = drops;
    return drops > before ? drops - before : 0;
}

void AcceptDrops::fill_pools(const Sample& sample) {
    for (const ListenCounts& now : sample.listen_counts) {
        // A namespace that came while we watched has counted nothing before.
        const auto [at, fresh] = pools_.try_emplace(now.netns);
        Pool& pool = at->second;
        if (fresh && first_walk_) pool.last = now;
        pool.left = pool.fresh;
        for (const auto cause : causes) {
            const std::uint64_t before = pool.last.*cause;
            pool.fresh.*cause = now.*cause > before ? now.*cause - before : 0;
        }
        pool.last = now;
    }
}

void AcceptDrops::share(std::vector<Grown>& grown, std::uint64_t netns) {
    std::sort(grown.begin(), grown.end(), [](const Grown& a, const Grown& b) {
        return std::tie(a.was_full, a.drops) > std::tie(b.was_full, b.drops);
    });
    const auto pool = pools_.find(netns);
    for (Grown& one : grown) {
        Account& account = *one.account;
        if (pool == pools_.end()) {
            // Its namespace cannot be asked: the queue itself is all there is to go by.
            (one.was_full ? account.overflows
                          : account.others.at(static_cast<std::size_t>(ListenerDrop::other))) +=
                one.drops;
            continue;
        }
        Pool& from = pool->second;
        const auto taken = [&](std::uint64_t ListenCounts::*cause) {
            const std::uint64_t count = take(from.left.*cause, from.fresh.*cause, one.drops);
            one.drops -= count;
            return count;
        };
        const std::uint64_t overflows = taken(&ListenCounts::overflows);
        account.overflows += overflows;
        account.others[0] += taken(&ListenCounts::syn_queue_full);
        account.others[1] += taken(&ListenCounts::resets);
        // The last ACK of a handshake that finds the queue full is dropped twice: by
        // tcp_v4_syn_recv_sock, and then by tcp_v4_rcv.
        account.others[2] += one.drops - std::min(one.drops, overflows);
    }
}

void AcceptDrops::complete(Sample& sample) {
    std::map<std::uint64_t, std::vector<Grown>> by_netns;
    if (sample.gauges_fresh) fill_pools(sample);
    for (const ServiceSample& service : sample.services) {
        const auto [at, fresh] = accounts_.try_emplace(service.id);
        Account& account = at->second;
        const bool begins = fresh || account.since_ns != service.since_ns;
        if (begins) account = {.since_ns = service.since_ns};
        account.seen = true;
        if (!sample.gauges_fresh) continue;
        const std::uint64_t drops = growth_of(account, service.gauges.accept_drops, begins);
        const bool is_full = service.gauges.accept_queue_fill_ratio_max >= 1;
        if (drops > 0) by_netns[service.identity.netns].push_back({&account, drops, is_full});
    }
    for (auto& [netns, grown] : by_netns) share(grown, netns);
    for (ServiceSample& service : sample.services) {
        const Account& account = accounts_.at(service.id);
        service.counters.accept_overflows = account.overflows;
        service.counters.listener_drops = account.others;
    }
    std::erase_if(accounts_, [](const auto& entry) { return !entry.second.seen; });
    for (auto& [id, account] : accounts_) account.seen = false;
    if (sample.gauges_fresh) first_walk_ = false;
}

}  // namespace wiregap::model
