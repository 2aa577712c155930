// SPDX-License-Identifier: Apache-2.0
// Who knows an application's reply backlog: bytes that it produced and that no write() has
// accepted. The kernel can't know them. To add one, implement this and add it in
// daemon/app/backlog_sources.cpp.
#pragma once

#include "daemon/model/sample.h"
#include "daemon/model/snapshot.h"

namespace wiregap::backlog {

class Source {
  public:
    Source() = default;
    virtual ~Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    /// Sets reply_backlog_bytes and backlog_source of the connections that it knows, and adds those
    /// that have a backlog while the kernel has nothing of theirs queued (their server is late).
    virtual void fill(model::Sample& sample) = 0;
    /// About itself, as of the last fill().
    [[nodiscard]] virtual model::BacklogSource state() const = 0;
};

}  // namespace wiregap::backlog
