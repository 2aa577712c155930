// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/host/host_tcp.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/kernel/host/group_memory.h"
#include "daemon/kernel/host/neighbours.h"

namespace wiregap::kernel {
namespace {

/// Its timer has run out at least once: then its way is worth a look.
bool is_unanswered(const model::Connection& c) { return c.unacked_bytes > 0 && c.backoff > 0; }

}  // namespace

std::optional<model::HostTcp> parse_sockstat(std::istream& sockstat, std::uint64_t page_bytes) {
    std::string line;
    while (std::getline(sockstat, line)) {
        std::istringstream words(line);
        std::string word;
        words >> word;
        if (word != "TCP:") continue;
        model::HostTcp host;
        std::uint64_t value = 0;
        while (words >> word >> value) {
            if (word == "orphan") host.orphans = value;
            if (word == "mem") host.memory_bytes = value * page_bytes;
        }
        return host;
    }
    return std::nullopt;
}

std::optional<model::HostTcp> read_host_tcp() {
    const auto page_bytes = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    std::ifstream sockstat("/proc/net/sockstat");
    auto host = parse_sockstat(sockstat, page_bytes);
    if (!host) return host;
    std::uint64_t low = 0;
    std::uint64_t pressure = 0;
    std::uint64_t high = 0;
    std::ifstream("/proc/sys/net/ipv4/tcp_mem") >> low >> pressure >> high;
    host->memory_calm_bytes = low * page_bytes;
    host->memory_pressure_bytes = pressure * page_bytes;
    host->memory_limit_bytes = high * page_bytes;
    std::ifstream("/proc/sys/net/ipv4/tcp_max_orphans") >> host->orphans_limit;
    return host;
}

/// Those who leave most unread, as each costs a few files.
void HostLook::read_groups(model::Sample& sample) {
    constexpr std::size_t most = 16;
    std::vector<model::Connection*> readers;
    for (model::Connection& c : sample.connections) {
        if (c.owner.pid != 0 && model::leaves_unread(c)) readers.push_back(&c);
    }
    const std::size_t count = std::min(most, readers.size());
    const auto end = readers.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(readers.begin(), end, readers.end(), [](const auto* a, const auto* b) {
        return a->receive_queue_bytes > b->receive_queue_bytes;
    });
    readers.resize(count);
    GroupMemories memories;
    for (model::Connection* c : readers) c->owner.memory = memories.of(c->owner.pid);
}

void HostLook::complete(model::Sample& sample) {
    sample.host_tcp = read_host_tcp();
    if (sample.gauges_fresh) read_groups(sample);
    is_short_ = sample.host_tcp && is_short_of_memory(*sample.host_tcp, is_short_);
    std::optional<Neighbours> neighbours;  // asked for once a tick, and only where it matters
    for (model::Connection& c : sample.connections) {
        if (is_short_) c.host_tcp = sample.host_tcp;
        if (!sample.gauges_fresh || c.netns_inode != own_netns_inode_ || !is_unanswered(c))
            continue;
        if (!neighbours) neighbours.emplace();
        c.silent_next_hop = neighbours->silent_next_hop(unmapped(c.local), unmapped(c.peer));
    }
}

}  // namespace wiregap::kernel
