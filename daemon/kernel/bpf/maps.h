// SPDX-License-Identifier: Apache-2.0
// The kernel programs' maps, as values: services, counters, histograms, gauges, listed connections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bpf/shared.h"
#include "daemon/model/histogram.h"
#include "daemon/model/snapshot.h"

struct bpf_map;
struct wiregap_bpf;

namespace wiregap::kernel {

/// An mmapable array map as memory. Throws std::runtime_error if it can't be mapped.
class MappedArray {
  public:
    MappedArray(const bpf_map* map, std::size_t value_bytes);
    ~MappedArray();
    MappedArray(const MappedArray&) = delete;
    MappedArray& operator=(const MappedArray&) = delete;
    [[nodiscard]] std::byte* at(std::size_t index) const noexcept {
        return memory_ + index * value_bytes_;
    }
    [[nodiscard]] std::size_t size() const noexcept { return entries_; }

  private:
    std::size_t value_bytes_;
    std::size_t entries_;
    std::size_t bytes_;
    std::byte* memory_;
};

struct ServiceEntry {
    wg_service_key key;
    wg_service info;
    wg_description description;
};

class BpfMaps {
  public:
    /// server_share: the ids up to this one are for servers alone.
    BpfMaps(wiregap_bpf& skeleton, std::uint32_t server_share);

    /// All services known to the kernel programs, sorted by id; those with id 0 are overflow.
    [[nodiscard]] std::vector<ServiceEntry> services() const;
    /// From now on the programs of this control group are one client.
    /// False: there is no room.
    bool set_whole_group(std::uint64_t cgroup);
    void unset_whole_group(std::uint64_t cgroup);
    /// How many of `entries` each user has, for the programs to bound.
    void count_by_user(const std::vector<ServiceEntry>& entries) noexcept;
    /// Sum over all CPUs.
    [[nodiscard]] wg_counters counters(std::uint32_t id) const;
    /// One service's delays of one kind; of WG_DELAY_TRANSMIT sum_ns is in counters().
    [[nodiscard]] model::Histogram delays(std::uint32_t id, wg_delay kind) const;
    /// How long a service's write calls took, by enum wg_call; empty unless they are watched.
    [[nodiscard]] std::vector<model::Histogram> write_calls(std::uint32_t id) const;
    [[nodiscard]] const wg_gauges& gauges(std::uint32_t id) const noexcept;
    /// How many records the last walk listed.
    [[nodiscard]] std::size_t listed_count() const noexcept;
    /// These, copied: mapped, the table would be resident whole, whatever is in it. Throws
    /// std::runtime_error if it can't be read.
    [[nodiscard]] std::vector<wg_connection> listed() const;
    /// Sums and lists begin anew; call before a walk.
    void clear_walk() noexcept;

    /// Gives a service up: its key goes now. Call recycle() a tick later, when no program that is
    /// still running, and no socket, can count for it.
    void retire(const ServiceEntry& entry);
    /// Zeroes what the id had and offers it again.
    void recycle(std::uint32_t id);
    /// Programs look servers up anew (a namespace's address may have been reused).
    void forget_tags() noexcept;

    /// writes: what the services counted; each was a run of the send program.
    [[nodiscard]] std::vector<model::ProgramRuns> runs(std::uint64_t writes) const;
    [[nodiscard]] std::map<std::string, std::uint64_t> lost() const;
    [[nodiscard]] std::vector<model::MapFill> fill() const;

  private:
    [[nodiscard]] wg_description description_of(std::uint32_t id) const noexcept;

    wiregap_bpf& skeleton_;
    std::uint32_t server_share_;  // the ids up to this one are for servers alone
    int cpus_;
    MappedArray descriptions_;
    MappedArray delays_;
    MappedArray call_delays_;
    MappedArray gauges_;
};

}  // namespace wiregap::kernel
