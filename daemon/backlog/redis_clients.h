// SPDX-License-Identifier: Apache-2.0
// The clients of a Redis or Valkey server as it said last, and their join with the kernel's
// picture. What it said is a tick old or more; what the kernel took since tells how much of it is
// still there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/backlog/client_list.h"
#include "daemon/backlog/redis_info.h"
#include "daemon/backlog/source.h"
#include "daemon/model/sample.h"

namespace wiregap::backlog {

class RedisClients {
  public:
    void forget();
    [[nodiscard]] bool empty() const noexcept { return by_peer_.empty(); }

    /// A question is asked now: what is said in answer is of this moment.
    void ask(const model::Sample& sample, const std::optional<Listening>& place,
             std::uint64_t now_ns);
    /// of_list: of a whole list, which takes the place of what was known when it is complete.
    void take(const ClientLine& line, bool of_list);
    void end_list();
    /// These were asked for: of which nothing was said, they are gone.
    void end_some(const std::vector<std::uint64_t>& ids);

    /// Ids of those worth asking for: backed up in the kernel or by their own server's word.
    [[nodiscard]] std::vector<std::uint64_t> waiting(const model::Sample& sample,
                                                     const std::optional<Listening>& place,
                                                     std::size_t most) const;

    /// Sets the backlog of the connections in the sample, and adds those that the kernel holds
    /// nothing of. Returns how many with a backlog found no place.
    std::uint64_t join(model::Sample& sample, const Listening& place, const RedisInfo& info,
                       const std::string& source, std::uint64_t now_ns) const;

  private:
    struct Known {
        ClientLine line;
        std::uint64_t said_ns = 0;
        std::uint64_t written_bytes =
            0;  ///< into the kernel when it was asked for; see backlog_of()
        bool written_known = false;
        double bytes_per_second = 0;  ///< at which its backlog grows
        bool had_backlog = false;     ///< when it was said before
    };
    using ByPeer = std::map<std::string, Known>;

    static std::optional<std::uint64_t> backlog_of(const Known& known,
                                                   const model::Connection& connection,
                                                   std::uint64_t now_ns);
    static model::BacklogOutlook outlook_of(const Known& known, const RedisInfo& info);
    static bool stays(const Known& known, const RedisInfo& info, std::uint64_t now_ns);

    ByPeer by_peer_;
    ByPeer next_;                                              ///< of the whole list that is coming
    std::map<std::string, std::uint64_t> written_when_asked_;  ///< by peer
    std::uint64_t asked_ns_ = 0;
};

}  // namespace wiregap::backlog
