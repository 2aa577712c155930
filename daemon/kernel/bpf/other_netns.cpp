// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/other_netns.h"

namespace wiregap::kernel {

void OtherNetnsConnections::replace(const std::vector<wg_owned>& owned) {
    connections_.clear();
    for (const wg_owned& one : owned) {
        if (is_elsewhere(one.connection)) connections_[one.connection.sk] = one.connection;
    }
}

void OtherNetnsConnections::begin_round() {
    late_before_.swap(late_);
    late_.clear();
}

void OtherNetnsConnections::update(const wg_connection& record) {
    connections_[record.sk] = record;
    late_.insert(record.sk);
}

void OtherNetnsConnections::end_round() {
    for (const std::uint64_t sk : late_before_) {
        if (!late_.contains(sk)) connections_.erase(sk);
    }
}

}  // namespace wiregap::kernel
