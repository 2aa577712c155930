// SPDX-License-Identifier: Apache-2.0
// What a network namespace counts of its listeners' drops, by cause: TcpExt of
// /proc/PID/net/netstat. Everybody may read it (fs/proc/proc_net.c, proc_tgid_net_lookup asks for
// no right).
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/model/sample.h"

namespace wiregap::kernel {

/// From text as /proc/net/netstat has it; nothing where it has no TcpExt. netns is not set.
std::optional<model::ListenCounts> parse_listen_counts(std::istream& netstat);

/// Reads them when listeners have dropped something, and a few namespaces in turn at each walk, so
/// that overflows of listeners which nobody observes are not taken for later ones of others. A host
/// may have hundreds of namespaces, and the file costs the kernel a sum over all CPUs.
class ListenCountsReader {
  public:
    /// processes: one of each other network namespace, by the namespace's cookie; own: the cookie
    /// of ours. Call after the listeners' drops were read.
    void read(model::Sample& sample, std::uint64_t own,
              const std::map<std::uint64_t, std::uint32_t>& processes);

  private:
    std::set<std::uint64_t> next_turn(const std::map<std::uint64_t, std::uint64_t>& drops);

    std::map<std::uint64_t, std::uint64_t> drops_;  ///< by namespace, when it was read last
    std::uint64_t last_turn_ = 0;                   ///< the last namespace that was read in turn
};

}  // namespace wiregap::kernel
