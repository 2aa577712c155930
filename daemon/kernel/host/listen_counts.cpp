// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/host/listen_counts.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace wiregap::kernel {
namespace {

std::uint64_t model::ListenCounts::*field_of(const std::string& name) {
    if (name == "ListenOverflows") return &model::ListenCounts::overflows;
    if (name == "TCPReqQFullDrop") return &model::ListenCounts::syn_queue_full;
    if (name == "EmbryonicRsts") return &model::ListenCounts::resets;
    return nullptr;
}

std::optional<model::ListenCounts> counts_of(const std::string& process, std::uint64_t netns) {
    std::ifstream file("/proc/" + process + "/net/netstat");
    std::optional<model::ListenCounts> counts = parse_listen_counts(file);
    if (counts) counts->netns = netns;
    return counts;
}

}  // namespace

std::optional<model::ListenCounts> parse_listen_counts(std::istream& netstat) {
    std::string names;
    std::string values;
    while (std::getline(netstat, names) && std::getline(netstat, values)) {
        if (!names.starts_with("TcpExt:")) continue;
        model::ListenCounts counts;
        std::istringstream words(names);
        std::istringstream numbers(values);
        std::string name;
        std::string number;
        while (words >> name && numbers >> number) {
            if (const auto field = field_of(name))
                counts.*field = std::strtoull(number.c_str(), nullptr, 10);
        }
        return counts;
    }
    return std::nullopt;
}

std::set<std::uint64_t> ListenCountsReader::next_turn(
    const std::map<std::uint64_t, std::uint64_t>& drops) {
    constexpr std::size_t most = 16;
    std::set<std::uint64_t> chosen;
    auto at = drops.upper_bound(last_turn_);
    while (chosen.size() < std::min(most, drops.size())) {
        if (at == drops.end()) at = drops.begin();
        last_turn_ = at++->first;
        chosen.insert(last_turn_);
    }
    return chosen;
}

void ListenCountsReader::read(model::Sample& sample, std::uint64_t own,
                              const std::map<std::uint64_t, std::uint32_t>& processes) {
    std::map<std::uint64_t, std::uint64_t> drops;
    for (const model::ServiceSample& service : sample.services) {
        if (service.identity.role == model::Role::server)
            drops[service.identity.netns] += service.gauges.accept_drops;
    }
    const std::set<std::uint64_t> in_turn = next_turn(drops);
    for (const auto& [netns, count] : drops) {
        const auto before = drops_.find(netns);
        const bool is_same = before != drops_.end() && before->second == count;
        if (is_same && !in_turn.contains(netns)) continue;
        const auto process = processes.find(netns);
        if (netns != own && process == processes.end()) continue;
        const std::string name = netns == own ? "self" : std::to_string(process->second);
        if (auto counts = counts_of(name, netns)) sample.listen_counts.push_back(*counts);
    }
    drops_ = std::move(drops);
}

}  // namespace wiregap::kernel
