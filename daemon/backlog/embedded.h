// SPDX-License-Identifier: Apache-2.0
// The embedded RESP server as a backlog source: to the byte, at the moment of the tick.
#pragma once

#include <cstdint>

#include "daemon/backlog/source.h"
#include "daemon/resp/server/server.h"

namespace wiregap::backlog {

class Embedded : public Source {
  public:
    /// netns_inode: of the server, which is ours.
    Embedded(const resp::Server& server, std::uint64_t netns_inode)
        : server_(server), netns_inode_(netns_inode) {}
    void fill(model::Sample& sample) override;
    [[nodiscard]] model::BacklogSource state() const override { return state_; }
    [[nodiscard]] std::optional<Listening> listening() const override {
        return Listening{netns_inode_, server_.port()};
    }

  private:
    const resp::Server& server_;
    std::uint64_t netns_inode_;
    model::BacklogSource state_{.name = "embedded", .up = true};
};

}  // namespace wiregap::backlog
