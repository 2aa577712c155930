// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/backlog_sources.h"

#include <utility>

#include "daemon/app/log.h"
#include "daemon/backlog/sums.h"

namespace wiregap::app {

BacklogSources::BacklogSources(loop::EventLoop& loop, const resp::Server* resp,
                               const config::Backlog& config, std::uint64_t netns_inode)
    : resp_(resp), netns_inode_(netns_inode) {
    if (resp_ != nullptr) {
        embedded_.emplace(*resp_, netns_inode);
        self_check_.emplace(*resp_, netns_inode);
    }
    for (const config::RedisServer& server : config.redis_servers) {
        auto redis =
            std::make_unique<backlog::Redis>(loop, server, config.redis_list_seconds, netns_inode);
        const std::string problem = redis->problem();
        others_.push_back({std::move(redis), problem});
    }
}

void BacklogSources::before_reading() {
    if (self_check_) self_check_->before();
}

void BacklogSources::fill(model::Sample& sample) {
    if (self_check_) self_check_->after(sample);
    if (embedded_) embedded_->fill(sample);
    for (const Other& other : others_) other.redis->fill(sample);
}

void BacklogSources::add_to(model::Snapshot& snapshot) {
    std::vector<backlog::Served> served;
    const auto add = [&](model::BacklogSource state, std::optional<std::uint64_t> netns_inode,
                         std::uint16_t port) {
        if (state.up && netns_inode && port != 0)
            served.push_back({state.name, *netns_inode, port});
        snapshot.backlog_sources.push_back(std::move(state));
    };
    if (resp_ != nullptr) {
        snapshot.resp = resp_->state();
        snapshot.resp->self_check = self_check_->counts();
        add(embedded_->state(), netns_inode_, resp_->port());
    }
    for (Other& other : others_) {
        add(other.redis->state(), other.redis->netns_inode(), other.redis->port());
        say_change(other);
    }
    backlog::add_up(snapshot, served);
}

void BacklogSources::say_change(Other& other) {
    const std::string& problem = other.redis->problem();
    if (problem == other.said_problem) return;
    other.said_problem = problem;
    const std::string name = "backlog source " + other.redis->state().name + ": ";
    problem.empty() ? log::info(name + "up") : log::warning(name + problem);
}

}  // namespace wiregap::app
