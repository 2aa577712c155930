// SPDX-License-Identifier: Apache-2.0
// The poll back end: no kernel program at all, sock_diag at each tick. It knows gauges and bytes of
// this network namespace; of what happens between two ticks (deaths, delays, short writes) it knows
// nothing, and says nothing.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "daemon/kernel/bpf/programs.h"
#include "daemon/kernel/diag/diag_dump.h"
#include "daemon/kernel/host/listen_counts.h"
#include "daemon/kernel/host/owners.h"
#include "daemon/kernel/source.h"
#include "daemon/kernel/walk_budget.h"

namespace wiregap::kernel {

/// What can be known without programs.
constexpr model::Known known_by_polling() noexcept {
    return {.byte_counters = true, .retransmits = true, .held_rwnd = true, .accept_queue = true};
}

class DiagSource : public Source {
  public:
    DiagSource(Choice choice, const config::Config& config);
    model::Sample read(std::uint64_t now_ns) override;
    [[nodiscard]] model::Self self() const override;
    void reconfigure(const config::Config& config) override;

  private:
    struct Bytes {
        std::uint64_t written, transmitted, acked, retransmitted, rwnd_limited_us,
            sndbuf_limited_us;
    };
    using Key = std::tuple<model::Role, std::uint16_t, std::string>;

    /// What is known of a socket for its life: a port says nothing once its listener is gone.
    struct Seen {
        model::Role role = model::Role::client;
        model::Owner owner;  // of its service
        Bytes bytes;
    };

    static Bytes bytes_of(const DiagSocket& socket);
    model::ServiceSample* service_of(const DiagSocket& socket, model::Role role,
                                     const model::Owner& owner);
    Seen& meet(const DiagSocket& socket);
    static void count(Seen& seen, const DiagSocket& socket, model::ServiceSample& service);
    void add(const DiagSocket& socket, model::Sample& sample);
    void keep_listeners(const std::vector<DiagSocket>& sockets);
    [[nodiscard]] bool observed(std::uint16_t port) const;
    void refresh_owners(std::uint64_t now_ns);
    [[nodiscard]] bool has_unknown_owner(const std::vector<DiagSocket>& sockets) const;

    Choice choice_;
    config::Config config_;
    OwnerDirectory owners_;
    std::unordered_map<std::uint32_t, model::Owner> by_inode_;
    std::uint64_t owners_read_ns_ = 0;
    WalkBudget owners_budget_;
    std::map<std::uint16_t, model::Owner> listeners_;  // by port
    std::map<Key, model::ServiceSample> services_;
    std::unordered_map<std::uint64_t, Seen> seen_;  // by cookie
    std::set<std::uint64_t> alive_;
    std::set<Key> overflowed_;
    ListenCountsReader listen_counts_;
    std::uint32_t retries_ = 0;  // net.ipv4.tcp_retries2
    bool first_ = true;
};

/// Owner by socket inode, from /proc/PID/fd. Processes that may not be looked into are left out.
std::unordered_map<std::uint32_t, model::Owner> owners_by_inode(OwnerDirectory& directory,
                                                                const std::string& proc = "/proc");

}  // namespace wiregap::kernel
