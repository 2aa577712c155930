// SPDX-License-Identifier: Apache-2.0
// A Redis or Valkey server as a backlog source: the dialogue with it. The whole CLIENT LIST costs
// the server milliseconds when it has thousands of clients, so it is asked for rarely; CLIENT LIST
// ID of those that are backed up costs next to nothing and is asked for at each tick.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/backlog/answer_reader.h"
#include "daemon/backlog/place.h"
#include "daemon/backlog/redis_clients.h"
#include "daemon/backlog/redis_info.h"
#include "daemon/backlog/redis_words.h"
#include "daemon/backlog/source.h"
#include "daemon/config/config.h"
#include "daemon/loop/event_loop.h"
#include "daemon/util/fd.h"

namespace wiregap::backlog {

class Redis : public Source, public loop::Watcher {
  public:
    /// list_seconds: from one whole list to the next, at least. netns_inode: ours. The loop must
    /// live longer.
    Redis(loop::EventLoop& loop, const config::RedisServer& server, double list_seconds,
          std::uint64_t netns_inode);
    ~Redis() override;

    /// Uses what the last answers said, and asks the next question. Never blocks.
    void fill(model::Sample& sample) override;
    [[nodiscard]] model::BacklogSource state() const override;
    void on_events(unsigned events) override;

    [[nodiscard]] std::optional<Listening> listening() const override {
        if (!netns_inode_ || port_ == 0) return std::nullopt;
        return Listening{*netns_inode_, port_};
    }
    [[nodiscard]] std::string problem() const override {
        return problem_.empty() ? place_problem_ : problem_;
    }
    [[nodiscard]] std::string limits() const override;

  private:
    void find_place(const model::Sample& sample);
    void ask(const model::Sample& sample, std::uint64_t now_ns);
    [[nodiscard]] std::uint64_t list_period_ns(bool somebody_waits) const;
    void connect(std::uint64_t now_ns);
    void disconnect(const std::string& why);
    void send(const std::vector<Command>& commands);
    void greet();
    void receive();
    void take_header(std::string_view header);
    void take_line(std::string_view line);
    void take_client(std::string_view text, bool of_list);
    void refused(std::string_view said);
    void learn_port(const std::string& local);
    void answered();
    void end_of_list();

    loop::EventLoop& loop_;
    const config::RedisServer server_;
    std::uint16_t port_;  ///< over a unix socket it is learnt from CLIENT LIST
    const double list_seconds_;
    util::Fd fd_;
    Place place_;
    std::optional<std::uint64_t> netns_inode_;
    AnswerReader reader_;
    std::deque<Ask> asked_;           ///< answers that are missing, in their order
    std::uint64_t elements_ = 0;      ///< that are missing of an answer which is an array
    std::set<Ask> refused_;           ///< on this connection: they are not asked for again
    std::vector<std::uint64_t> ids_;  ///< asked for last, sorted
    std::string said_;                ///< the last error, for when it hangs up after it
    bool is_greeted_ = false;         ///< the connection stands
    bool list_has_clients_ = false;   ///< any, also those that are not by TCP
    bool list_has_backlogs_ = true;
    std::uint64_t asked_ns_ = 0;
    std::uint64_t tried_ns_ = 0;
    std::uint64_t list_refused_ns_ = 0;  ///< 0: it was not
    std::uint64_t began_ns_ = 0;         ///< when the answer under way began; 0: none is
    std::uint64_t heard_ns_ = 0;
    bool is_refusal_ = false;  ///< the answer under way
    double poll_seconds_before_ = 0;
    std::uint64_t all_asked_ns_ = 0;  ///< when the whole list was asked for last; 0: never
    RedisClients clients_;
    RedisInfo info_;
    Replicas replicas_;  ///< of the answer under way
    std::string problem_ = "not connected yet";
    std::string place_problem_;
    model::BacklogSource state_;  ///< but for `up`: it is while there is no problem
};

}  // namespace wiregap::backlog
