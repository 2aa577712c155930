// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/backlog_sources.h"

#include <utility>

#include "daemon/app/log.h"
#include "daemon/backlog/embedded.h"
#include "daemon/backlog/redis.h"

namespace wiregap::app {

BacklogSources::BacklogSources(loop::EventLoop& loop, const resp::Server* resp,
                               const config::Backlog& config, std::uint64_t netns_inode)
    : resp_(resp) {
    if (resp_ != nullptr) {
        add(std::make_unique<backlog::Embedded>(*resp_, netns_inode));
        self_check_.emplace(*resp_, netns_inode);
    }
    for (const config::RedisServer& server : config.redis_servers) {
        add(std::make_unique<backlog::Redis>(loop, server, config.redis_list_seconds, netns_inode));
    }
}

void BacklogSources::add(std::unique_ptr<backlog::Source> source) {
    const std::string problem = source->problem();
    entries_.push_back({std::move(source), problem, {}});
}

void BacklogSources::before_reading() {
    if (self_check_) self_check_->before();
}

void BacklogSources::fill(model::Sample& sample) {
    if (self_check_) self_check_->after(sample);
    for (const Entry& entry : entries_) entry.source->fill(sample);
}

void BacklogSources::describe(model::Surroundings& surroundings) {
    if (resp_ != nullptr) {
        surroundings.resp = resp_->state();
        surroundings.resp->self_check = self_check_->counts();
    }
    for (Entry& entry : entries_) {
        model::BacklogSource state = entry.source->state();
        const auto listening = entry.source->listening();
        if (state.up && listening)
            surroundings.served.push_back({state.name, listening->netns_inode, listening->port});
        surroundings.backlog_sources.push_back(std::move(state));
        say_change(entry);
    }
}

void BacklogSources::say_change(Entry& entry) {
    std::string problem = entry.source->problem();
    const std::string name = "backlog source " + entry.source->state().name + ": ";
    // Once, though a connection that is made anew finds it out anew.
    if (const std::string limits = entry.source->limits();
        problem.empty() && !limits.empty() && limits != entry.said_limits) {
        log::info(name + limits);
        entry.said_limits = limits;
    }
    if (problem == entry.said_problem) return;
    problem.empty() ? log::info(name + "up") : log::warning(name + problem);
    entry.said_problem = std::move(problem);
}

}  // namespace wiregap::app
