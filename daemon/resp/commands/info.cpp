// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/commands/info.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "daemon/resp/commands/engine.h"
#include "daemon/resp/commands/identity.h"
#include "daemon/resp/protocol/numbers.h"

namespace wiregap::resp {
namespace {

class Section {
  public:
    explicit Section(std::string_view title) : text_("# " + std::string(title) + "\r\n") {}
    Section& text(std::string_view name, std::string_view value) {
        text_ += std::string(name) + ":" + std::string(value) + "\r\n";
        return *this;
    }
    template <class Number>
    Section& number(std::string_view name, Number value) {
        return text(name, std::to_string(value));
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

std::string server(const Engine& engine) {
    utsname host{};
    uname(&host);
    const std::int64_t up = (engine.now_ms() - engine.started_ms) / 1000;
    return Section("Server")
        .text("redis_version", followed_version)
        .text("redis_mode", "standalone")
        .text("server_name", "wiregap")
        .text("os", std::string(host.sysname) + " " + host.release + " " + host.machine)
        .number("arch_bits", 64)
        .text("multiplexing_api", "epoll")
        .number("process_id", getpid())
        .number("tcp_port", engine.port)
        .number("uptime_in_seconds", up)
        .number("uptime_in_days", up / 86400)
        .take();
}

std::string clients(const Engine& engine) {
    std::size_t pubsub = 0;
    for (const auto& [id, session] : engine.sessions()) pubsub += session->subscribed() ? 1U : 0U;
    return Section("Clients")
        .number("connected_clients", engine.sessions().size())
        .number("maxclients", engine.limits.max_clients)
        .number("blocked_clients", 0)
        .number("pubsub_clients", pubsub)
        .take();
}

std::string memory(const Engine& engine) {
    return Section("Memory")
        .number("used_memory", engine.budget.used_bytes())
        .number("used_memory_dataset", engine.keys.used_bytes())
        .number("total_system_memory", engine.budget.limit_bytes())
        .number("maxmemory", engine.keys.limit_bytes())
        .text("maxmemory_policy", "noeviction")
        .take();
}

std::string persistence(const Engine&) {
    return Section("Persistence").number("loading", 0).number("aof_enabled", 0).take();
}

std::string stats(const Engine& engine) {
    const Statistics& s = engine.statistics;
    const auto cut = [&](CutOff why) { return s.cut_off.at(static_cast<std::size_t>(why)); };
    return Section("Stats")
        .number("total_connections_received", s.connections)
        .number("total_commands_processed", s.commands)
        .number("total_net_input_bytes", s.in_bytes)
        .number("total_net_output_bytes", s.out_bytes)
        .number("rejected_connections", s.rejected)
        .number("keyspace_hits", s.hits)
        .number("keyspace_misses", s.misses)
        .number("total_error_replies", s.errors)
        .number("pubsub_channels", engine.pubsub.channel_count())
        .number("pubsub_patterns", engine.pubsub.pattern_count())
        .number("client_query_buffer_limit_disconnections", cut(CutOff::query_buffer))
        .number("client_output_buffer_limit_disconnections",
                cut(CutOff::output_hard) + cut(CutOff::output_soft))
        .take();
}

std::string replication(const Engine&) {
    return Section("Replication").text("role", "master").number("connected_slaves", 0).take();
}

std::string keyspace(const Engine& engine) {
    Section section("Keyspace");
    if (engine.keys.size() > 0) {
        section.text("db0", "keys=" + std::to_string(engine.keys.size()) + ",expires=" +
                                std::to_string(engine.keys.expiring()) + ",avg_ttl=0");
    }
    return section.take();
}

struct Named {
    std::string_view name;
    std::string (*make)(const Engine&);
};
constexpr Named sections[] = {{"server", server},           {"clients", clients},
                              {"memory", memory},           {"stats", stats},
                              {"persistence", persistence}, {"replication", replication},
                              {"keyspace", keyspace}};

}  // namespace

std::string info_text(const Engine& engine, Arguments wanted) {
    const auto asks = [&](std::string_view name) {
        return std::any_of(wanted.begin(), wanted.end(), [&](std::string_view word) {
            return lower(word.substr(0, 32)) == name;
        });
    };
    const bool all = wanted.empty() || asks("default") || asks("all") || asks("everything");
    std::string text;
    for (const Named& named : sections) {
        if (!all && !asks(named.name)) continue;
        if (!text.empty()) text += "\r\n";
        text += named.make(engine);
    }
    return text;
}

}  // namespace wiregap::resp
