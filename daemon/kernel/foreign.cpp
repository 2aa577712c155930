// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/foreign.h"

namespace wiregap::kernel {

void ForeignConnections::replace(const std::vector<wg_owned>& owned) {
    connections_.clear();
    for (const wg_owned& one : owned) {
        if (is_foreign(one.connection)) connections_[one.connection.sk] = one.connection;
    }
}

void ForeignConnections::begin_round() {
    late_before_.swap(late_);
    late_.clear();
}

void ForeignConnections::update(const wg_connection& record) {
    connections_[record.sk] = record;
    late_.insert(record.sk);
}

void ForeignConnections::end_round() {
    for (const std::uint64_t sk : late_before_) {
        if (!late_.contains(sk)) connections_.erase(sk);
    }
}

}  // namespace wiregap::kernel
