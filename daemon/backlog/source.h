// SPDX-License-Identifier: Apache-2.0
// Who knows an application's reply backlog: bytes that it produced and that no write() has
// accepted. The kernel can't know them. To add one, implement this and add it in
// daemon/app/backlog_sources.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/model/sample.h"
#include "daemon/model/snapshot.h"

namespace wiregap::backlog {

struct Listening {
    std::uint64_t netns_inode = 0;
    std::uint16_t port = 0;
};

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
    /// Where the server listens whose backlog it knows, as of the last fill(); absent: not known.
    [[nodiscard]] virtual std::optional<Listening> listening() const = 0;
    /// Why it is not up: one line; empty while it is.
    [[nodiscard]] virtual std::string problem() const { return {}; }
    /// What it cannot know though it is up: one line; empty if that is nothing.
    [[nodiscard]] virtual std::string limits() const { return {}; }
};

}  // namespace wiregap::backlog
