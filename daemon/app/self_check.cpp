// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/self_check.h"

#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "daemon/resp/server/address.h"

namespace wiregap::app {
namespace {

constexpr std::size_t sockets_per_tick = 4;
constexpr int looked_at_per_tick = 256;

}  // namespace

SelfCheck::Reading SelfCheck::read(int fd, std::uint64_t cookie) {
    Reading reading;
    const auto place = resp::stream_place(fd);
    tcp_info info{};
    socklen_t size = sizeof info;
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    socklen_t memory_size = sizeof memory;
    if (!place || getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory.data(), &memory_size) != 0) {
        return reading;
    }
    reading.fd = fd;
    reading.cookie = cookie;
    reading.value = {place->notsent_bytes, place->unacked_bytes, place->acked_bytes,
                     memory.at(SK_MEMINFO_WMEM_QUEUED), memory.at(SK_MEMINFO_SNDBUF)};
    reading.motion = {info.tcpi_segs_out, info.tcpi_segs_in, info.tcpi_bytes_sent,
                      info.tcpi_bytes_received};
    reading.valid = info.tcpi_state == 1;  // a FIN is a byte to TCP_INFO and none to us
    return reading;
}

void SelfCheck::before() {
    readings_.clear();
    const auto& sessions = server_.engine().sessions();
    std::vector<const resp::Session*> chosen;
    std::vector<const resp::Session*> others;
    auto at = sessions.upper_bound(last_id_);
    for (int i = 0; i < looked_at_per_tick && i < static_cast<int>(sessions.size()); ++i, ++at) {
        if (at == sessions.end()) at = sessions.begin();
        last_id_ = at->first;
        if (at->second->cookie == 0) continue;
        (at->second->writes_when_ready ? chosen : others).push_back(at->second.get());
    }
    chosen.insert(chosen.end(), others.begin(), others.end());
    if (chosen.size() > sockets_per_tick) chosen.resize(sockets_per_tick);
    for (const resp::Session* const session : chosen) {
        readings_.push_back(read(session->fd, session->cookie));
    }
}

void SelfCheck::after(const model::Sample& sample) {
    if (!sample.gauges_fresh) return;
    if (model::server_on(sample, netns_inode_, server_.port()) == nullptr) return;
    for (const Reading& first : readings_) {
        const Reading second = read(first.fd, first.cookie);
        const bool moved = first.motion != second.motion || first.value != second.value;
        if (first.valid && second.valid && !moved) compare(second, sample);
    }
}

bool SelfCheck::is_ours(const model::Connection& connection) const {
    return connection.local.port == server_.port() && connection.netns_inode == netns_inode_;
}

void SelfCheck::compare(const Reading& truth, const model::Sample& sample) {
    const auto found = std::find_if(sample.connections.begin(), sample.connections.end(),
                                    [&](const auto& c) { return c.cookie == truth.cookie; });
    const bool nameless = std::any_of(sample.connections.begin(), sample.connections.end(),
                                      [&](const auto& c) { return c.cookie == 0 && is_ours(c); });
    if (found == sample.connections.end() && nameless) return;  // this kernel tells no cookies
    ++counts_.comparisons;
    if (found == sample.connections.end()) {
        // Only what has bytes queued is listed: then both must be zero.
        const bool queued = truth.value[0] + truth.value[1] > 0;
        if (queued && !sample.connections_truncated) ++counts_.mismatches[0];
        return;
    }
    const std::array<std::uint64_t, model::self_check_fields.size()> said = {
        found->notsent_bytes, found->unacked_bytes, found->acked_bytes,
        found->send_buffer_used_bytes, found->send_buffer_limit_bytes};
    for (std::size_t i = 0; i < said.size(); ++i) {
        if (said.at(i) != truth.value.at(i)) ++counts_.mismatches.at(i);
    }
}

}  // namespace wiregap::app
