// SPDX-License-Identifier: Apache-2.0
// What a source (kernel programs, sock_diag) hands to the model at a tick: raw counts, no
// judgement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/connection.h"
#include "daemon/model/host_tcp.h"
#include "daemon/model/service.h"
#include "daemon/model/snapshot.h"

namespace wiregap::model {

/// What makes two services different, beside their owner.
struct ServiceIdentity {
    std::uint64_t netns = 0;        ///< the namespace's cookie, or what stands in for it
    std::uint64_t netns_inode = 0;  ///< of the same, for people
    Role role = Role::server;
    std::uint16_t port = 0;
    std::string comm;
    bool operator==(const ServiceIdentity&) const = default;
};

/// One service as the source counted it. Unless bytes_complete, transmitted and acked bytes of
/// `counters` are not set: derived_bytes.h derives them.
struct ServiceSample {
    std::uint32_t id = 0;         ///< the source's handle; 0 is "other"
    std::uint64_t since_ns = 0;   ///< tells a reused id from its former holder
    bool bytes_complete = false;  ///< the source counts transmitted and acked bytes itself
    ServiceIdentity identity{};
    Owner owner{};
    ServiceCounters counters{};
    std::uint64_t died_notsent_bytes = 0;  ///< part of undelivered that was never transmitted
    std::uint64_t undecided_bytes = 0;     ///< undelivered as well; the cause shows in a moment
    ServiceGauges gauges{};
};

/// What the listeners of a network namespace dropped, by cause: since it began (TcpExt's
/// ListenOverflows, TCPReqQFullDrop, EmbryonicRsts).
struct ListenCounts {
    std::uint64_t netns = 0;  ///< its cookie
    std::uint64_t overflows = 0;
    std::uint64_t syn_queue_full = 0;
    std::uint64_t resets = 0;
};

struct Sample {
    std::uint64_t taken_ns = 0;
    bool gauges_fresh = true;  ///< false: the connections were not walked at this tick
    Known known;
    std::vector<ServiceSample> services;
    std::vector<ListenCounts> listen_counts;        ///< of namespaces whose listeners dropped
    std::vector<Connection> connections;            ///< service names not yet filled
    std::vector<std::uint32_t> connection_service;  ///< per connection: ServiceSample::id
    bool connections_truncated = false;
    std::optional<HostTcp> host_tcp;
};

/// The service of whoever listens on `port` in this network namespace; null if that is not
/// observed.
const ServiceSample* server_on(const Sample& sample, std::uint64_t netns_inode,
                               std::uint16_t port) noexcept;

}  // namespace wiregap::model
