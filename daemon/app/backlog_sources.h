// SPDX-License-Identifier: Apache-2.0
// Who says what applications have not written yet: the embedded server and others; and the
// comparison of the kernel's figures with the embedded one's own sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/app/self_check.h"
#include "daemon/backlog/source.h"
#include "daemon/config/config.h"
#include "daemon/loop/event_loop.h"
#include "daemon/model/make_snapshot.h"
#include "daemon/model/sample.h"
#include "daemon/resp/server/server.h"

namespace wiregap::app {

class BacklogSources {
  public:
    /// resp: null if there is none. Both must live longer. netns_inode: ours.
    BacklogSources(loop::EventLoop& loop, const resp::Server* resp, const config::Backlog& config,
                   std::uint64_t netns_inode);

    /// Before the kernel is read, and after it.
    void before_reading();
    void fill(model::Sample& sample);
    /// The sources about themselves. Logs each change of a source once.
    void describe(model::Surroundings& surroundings);

  private:
    struct Entry {
        std::unique_ptr<backlog::Source> source;
        std::string said_problem;  ///< as it was logged last
        std::string said_limits;
    };
    void add(std::unique_ptr<backlog::Source> source);
    static void say_change(Entry& entry);

    const resp::Server* resp_;
    std::optional<SelfCheck> self_check_;
    std::vector<Entry> entries_;
};

}  // namespace wiregap::app
