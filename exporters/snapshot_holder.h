// SPDX-License-Identifier: Apache-2.0
// Where the loop puts each new snapshot and the HTTP thread finds the latest.
#pragma once

#include <mutex>

#include "daemon/model/snapshot.h"

namespace wiregap::exporters {

/// One writer, any readers. A mutex and not std::atomic<shared_ptr>: libstdc++ 12's is a spin lock
/// inside that ThreadSanitizer can't follow, and this is taken once per tick and per request.
class SnapshotHolder {
  public:
    void publish(model::SnapshotPtr snapshot) {
        const std::lock_guard lock(mutex_);
        latest_.swap(snapshot);
    }  // the one before is freed here, outside of the lock: parameters outlive locals

    /// Null until the first tick.
    [[nodiscard]] model::SnapshotPtr latest() const {
        const std::lock_guard lock(mutex_);
        return latest_;
    }

  private:
    mutable std::mutex mutex_;
    model::SnapshotPtr latest_;
};

}  // namespace wiregap::exporters
