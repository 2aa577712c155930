// SPDX-License-Identifier: Apache-2.0
// From a process to what people call it: its systemd unit or container, read from its cgroup.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "daemon/model/service.h"

namespace wiregap::kernel {

/// Unit ("redis-server", without ".service") and container (first 12 characters of its id) named by
/// the text of /proc/PID/cgroup; both empty where there is none. Knows the paths of systemd,
/// Docker, Podman, containerd and CRI-O, cgroup v1 and v2.
model::Owner parse_cgroup(std::string_view text);

/// Reads and remembers, so that a tick does not open a file for every service.
class OwnerDirectory {
  public:
    explicit OwnerDirectory(std::string proc = "/proc") : proc_(std::move(proc)) {}
    /// comm: as the kernel programs saw it. pid 0: nobody is known.
    model::Owner find(std::uint32_t pid, std::string_view comm);
    /// Forgets everything, so that a pid that was reused is read anew.
    void forget() { known_.clear(); }

  private:
    std::string proc_;
    std::map<std::uint32_t, model::Owner> known_;
};

}  // namespace wiregap::kernel
