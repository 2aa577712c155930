// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/walks.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "wiregap.skel.h"

namespace wiregap::kernel {

Walk::Walk(const bpf_program* program, int over_map) {
    if (!bpf_program__autoload(program)) return;
    bpf_iter_link_info info{};
    LIBBPF_OPTS(bpf_iter_attach_opts, options);
    if (over_map >= 0) {
        info.map.map_fd = static_cast<__u32>(over_map);
        options.link_info = &info;
        options.link_info_len = sizeof info;
    }
    link_ = bpf_program__attach_iter(program, &options);
}

Walk::~Walk() { bpf_link__destroy(link_); }

std::vector<std::byte> Walk::run() const {
    std::vector<std::byte> records;
    if (link_ == nullptr) return records;
    const int fd = bpf_iter_create(bpf_link__fd(link_));
    if (fd < 0) return records;
    std::array<std::byte, 65536> chunk{};
    for (;;) {
        const ssize_t got = read(fd, chunk.data(), chunk.size());
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got <= 0) break;
        records.insert(records.end(), chunk.begin(), chunk.begin() + got);
    }
    close(fd);
    return records;
}

Walks::Walks(wiregap_bpf& skeleton, bool late_by_address)
    : files_(skeleton.progs.wg_iter_files),
      connections_(skeleton.progs.wg_iter_tcp),
      late_(late_by_address ? skeleton.progs.wg_iter_hash : skeleton.progs.wg_iter_late,
            bpf_map__fd(late_by_address ? skeleton.maps.late_hash : skeleton.maps.late_storage)),
      resets_(skeleton.progs.wg_iter_resets, bpf_map__fd(skeleton.maps.undecided)) {}

std::vector<wg_owned> Walks::files() const {
    const std::vector<std::byte> bytes = files_.run();
    std::vector<wg_owned> owned(bytes.size() / sizeof(wg_owned));
    if (owned.empty()) return owned;  // memcpy() takes no null pointer, not even for nothing
    std::memcpy(owned.data(), bytes.data(), owned.size() * sizeof(wg_owned));
    return owned;
}

}  // namespace wiregap::kernel
