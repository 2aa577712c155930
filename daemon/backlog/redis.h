// SPDX-License-Identifier: Apache-2.0
// A Redis or Valkey server as a backlog source, through CLIENT LIST. The whole list costs the
// server milliseconds when it has thousands of clients, so it is asked for rarely; CLIENT LIST ID
// of those that the kernel shows backed up costs next to nothing and is asked for at each tick.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/backlog/answer_reader.h"
#include "daemon/backlog/client_list.h"
#include "daemon/backlog/place.h"
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

  private:
    struct Known {
        ClientLine line;
        std::uint64_t said_ns = 0;
        std::uint64_t written_bytes = 0;  ///< into the kernel when it was asked for; see use()
        bool written_known = false;
    };
    enum class Question : std::uint8_t { none, greeting, all, some };

    [[nodiscard]] bool is_ours(const model::Connection& connection) const;
    static std::optional<std::uint64_t> backlog_of(const Known& known,
                                                   const model::Connection& connection,
                                                   std::uint64_t now_ns);
    void find_place(const model::Sample& sample);
    void use(model::Sample& sample, std::uint64_t now_ns);
    void ask(const model::Sample& sample, std::uint64_t now_ns);
    void connect(std::uint64_t now_ns);
    void disconnect(const std::string& why);
    void send(const std::string& commands, unsigned answers, Question question);
    void greet();
    void take_header(std::string_view header);
    void take_line(std::string_view line);
    void learn_port(const std::string& local);
    void answered();

    loop::EventLoop& loop_;
    const config::RedisServer server_;
    std::uint16_t port_;  ///< over a unix socket it is learnt from CLIENT LIST
    const double list_seconds_;
    util::Fd fd_;
    Place place_;
    std::optional<std::uint64_t> netns_inode_;
    AnswerReader reader_;
    Question question_ = Question::none;
    unsigned answers_missing_ = 0;
    bool answer_has_clients_ = false;  ///< any, also those that are not by TCP
    std::uint64_t asked_ns_ = 0;
    std::uint64_t tried_ns_ = 0;
    std::uint64_t all_asked_ns_ = 0;  ///< when the whole list was asked for last; 0: never
    std::map<std::string, Known> by_peer_;
    std::map<std::string, Known> next_;                        ///< of the whole list that is coming
    std::map<std::string, std::uint64_t> written_when_asked_;  ///< by peer
    std::string problem_ = "not connected yet";
    std::string place_problem_;
    model::BacklogSource state_;  ///< but for `up`: it is while there is no problem
};

}  // namespace wiregap::backlog
