// SPDX-License-Identifier: Apache-2.0
// The name that people know an owner by, out of what the kernel says of it. Pure text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/model/service.h"

namespace wiregap::kernel {

/// What the path of a control group says.
struct Group {
    std::string unit;       ///< "redis-server", without ".service"; a user's unit: "web@1000"
    std::string container;  ///< first 12 characters of its id, or a guest's name
    bool kubernetes = false;
    bool operator==(const Group&) const = default;
};

/// Unit or container that the path names; a container's own units are the container's. Knows
/// systemd, Docker, Podman, containerd, CRI-O, Kubernetes, LXC, LXD and systemd-nspawn, both cgroup
/// versions.
Group group_of_path(std::string_view path);

/// The same from the text of /proc/PID/cgroup.
Group parse_cgroup(std::string_view text);

/// "web" of "web-7d4b9c6f5d-x2v9z" (a ReplicaSet's pod), "web-28391045-x2v9z" (a CronJob's),
/// "web-x2v9z" (a DaemonSet's, a Job's) and "web-0" (a StatefulSet's); the suffixes are of
/// Kubernetes' own alphabet (apimachinery/pkg/util/rand). The whole name where it has none.
std::string_view workload_of(std::string_view pod);

/// What a container is called. node_name: its UTS namespace's, empty if that is the host's.
std::string container_name(const Group& group, std::string_view node_name,
                           config::ContainerNames how);

/// A program whose main thread is called what every program's may be ("MainThread" of Node and
/// Python): its script, else what it was started as. arguments: of /proc/PID/cmdline.
std::string program_name(std::string_view comm, const std::vector<std::string>& arguments);

}  // namespace wiregap::kernel
