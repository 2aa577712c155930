// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/keys.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "daemon/config/readers.h"
#include "daemon/config/redis_servers.h"

namespace wiregap::config {
namespace {

using model::Thresholds;

/// `field` gives the place of the value in a Config; `read(value, name)` makes the value.
template <class Field, class Read>
Key key(std::string name, bool restart, Field field, Read read) {
    return {name, restart,
            [=](const YAML::Node& value, Config& config) { field(config) = read(value, name); },
            [=](Config before, Config after) { return field(before) == field(after); },
            [=](Config& into, Config from) { field(into) = field(from); }};
}

auto whole(std::uint32_t lowest, std::uint32_t highest) {
    return [=](const YAML::Node& value, const std::string& name) {
        return read_whole(value, name, lowest, highest);
    };
}

auto real(double lowest, double highest) {
    return [=](const YAML::Node& value, const std::string& name) {
        return read_real(value, name, lowest, highest);
    };
}

/// words[i] stands for values[i].
template <class Value>
auto choice(std::vector<std::string> words, std::vector<Value> values) {
    return [words = std::move(words), values = std::move(values)](
               const YAML::Node& value, const std::string& name) -> Value {
        return values[read_choice(value, name, words)];
    };
}

auto backend() {
    using enum BackendChoice;
    return choice<BackendChoice>({"auto", "fentry", "tracepoint", "poll"},
                                 {automatic, fentry, tracepoint, poll});
}

auto container_names() {
    using enum ContainerNames;
    return choice<ContainerNames>({"workload", "node", "id"}, {workload, node, id});
}

auto resp_mode() {
    using enum RespMode;
    return choice<RespMode>({"auto", "on", "off"}, {automatic, on, off});
}

auto log_level() {
    using enum LogLevel;
    return choice<LogLevel>({"debug", "info", "warning", "error"}, {debug, info, warning, error});
}

/// A key that fills two fields of a section.
template <class Section>
Key listen(const std::string& name, Section Config::*section) {
    return {name, true,
            [=](const YAML::Node& value, Config& config) {
                std::tie((config.*section).listen_address, (config.*section).listen_port) =
                    read_listen(value, name);
            },
            [=](const Config& before, const Config& after) {
                return (before.*section).listen_address == (after.*section).listen_address &&
                       (before.*section).listen_port == (after.*section).listen_port;
            },
            [=](Config& into, const Config& from) {
                (into.*section).listen_address = (from.*section).listen_address;
                (into.*section).listen_port = (from.*section).listen_port;
            }};
}

/// Place of a value in a Config: at(&Config::limits, &Limits::max_services).
template <class... Members>
auto at(Members... members) {
    // clang-format off
    return [=](Config& config) -> auto& { return (config .* ... .* members); };
    // clang-format on
}

/// The password itself or the file that it is in, not both.
Key requirepass(const std::string& name, std::string Resp::*field, std::string Resp::*other,
                const std::string& other_name) {
    Key result = key(name, true, at(&Config::resp, field), read_line);
    result.read = [=, read = result.read](const YAML::Node& value, Config& config) {
        read(value, config);
        if ((config.resp.*field).empty() || (config.resp.*other).empty()) return;
        throw Problem(value.Mark(),
                      name + " stands beside " + other_name + "; keep one of the two");
    };
    return result;
}

// One row per key: as long as there are keys.
std::vector<Key> make_keys() {  // NOLINT(readability-function-size)
    constexpr bool live = false;
    constexpr bool restart = true;
    return {
        key("tick_seconds", live, at(&Config::tick_seconds), real(0.05, 60)),
        key("backend", restart, at(&Config::backend), backend()),
        key("owners_seconds", live, at(&Config::owners_seconds), whole(1, 3600)),
        key("syscalls", restart, at(&Config::syscalls),
            choice<bool>({"false", "true"}, {false, true})),
        key("limits.max_services", restart, at(&Config::limits, &Limits::max_services),
            whole(1, 4096)),
        key("limits.max_connections", restart, at(&Config::limits, &Limits::max_connections),
            whole(64, 1048576)),
        key("limits.max_client_connections", restart,
            at(&Config::limits, &Limits::max_client_connections), whole(1024, 4194304)),
        key("limits.max_late_sockets", restart, at(&Config::limits, &Limits::max_late_sockets),
            whole(1024, 4194304)),
        key("limits.sweep_cpu_ratio", live, at(&Config::limits, &Limits::sweep_cpu_ratio),
            real(0.0001, 1)),
        key("names.containers", restart, at(&Config::container_names), container_names()),
        key("observe.ports", restart, at(&Config::observe, &Observe::ports), read_ports),
        key("observe.exclude_ports", restart, at(&Config::observe, &Observe::exclude_ports),
            read_ports),
        key("observe.network_namespaces", restart,
            at(&Config::observe, &Observe::own_network_namespace_only),
            choice<bool>({"all", "own"}, {false, true})),
        key("verdicts.held_ratio", live, at(&Config::verdicts, &Thresholds::held_ratio),
            real(0.001, 1)),
        key("verdicts.stalled_seconds", live, at(&Config::verdicts, &Thresholds::stalled_seconds),
            real(0.1, 3600)),
        key("verdicts.retransmit_ratio", live, at(&Config::verdicts, &Thresholds::retransmit_ratio),
            real(0.0001, 1)),
        key("verdicts.egress_wait_seconds", live,
            at(&Config::verdicts, &Thresholds::egress_wait_seconds), real(0.0001, 60)),
        key("verdicts.calm_ticks", live, at(&Config::verdicts, &Thresholds::calm_ticks),
            whole(1, 60)),
        key("verdicts.top_connections", live, at(&Config::verdicts, &Thresholds::top_connections),
            whole(0, 100)),
        key("metrics.buckets_per_octave", restart, at(&Config::buckets_per_octave),
            choice<std::uint32_t>({"1", "2", "4", "8"}, {1, 2, 4, 8})),
        listen("web.listen", &Config::web),
        key("web.max_connections", restart, at(&Config::web, &Web::max_connections),
            whole(1, 4096)),
        key("web.request_timeout_seconds", restart, at(&Config::web, &Web::request_timeout_seconds),
            real(0.1, 300)),
        key("web.config_file", restart, at(&Config::web, &Web::config_file), read_path),
        key("resp.enabled", restart, at(&Config::resp, &Resp::enabled), resp_mode()),
        listen("resp.listen", &Config::resp),
        key("resp.unix_socket", restart, at(&Config::resp, &Resp::unix_socket), read_line),
        requirepass("resp.requirepass", &Resp::requirepass, &Resp::requirepass_file,
                    "resp.requirepass_file"),
        requirepass("resp.requirepass_file", &Resp::requirepass_file, &Resp::requirepass,
                    "resp.requirepass"),
        key("resp.max_clients", restart, at(&Config::resp, &Resp::max_clients), whole(1, 10240)),
        key("resp.idle_timeout_seconds", restart, at(&Config::resp, &Resp::idle_timeout_seconds),
            whole(0, 1000000)),
        key("resp.memory_bytes", restart, at(&Config::resp, &Resp::memory_bytes),
            whole(8388608, 1073741824)),
        key("resp.query_buffer_bytes", restart, at(&Config::resp, &Resp::query_buffer_bytes),
            whole(65536, 4194304)),
        key("resp.output_hard_bytes", restart, at(&Config::resp, &Resp::output_hard_bytes),
            whole(65536, 67108864)),
        key("resp.output_soft_bytes", restart, at(&Config::resp, &Resp::output_soft_bytes),
            whole(65536, 67108864)),
        key("resp.output_soft_seconds", restart, at(&Config::resp, &Resp::output_soft_seconds),
            whole(0, 86400)),
        key("resp.pause_reading_bytes", restart, at(&Config::resp, &Resp::pause_reading_bytes),
            whole(4096, 67108864)),
        key("resp.keyspace_bytes", restart, at(&Config::resp, &Resp::keyspace_bytes),
            whole(1048576, 536870912)),
        key("resp.follow_one_reply_in", restart, at(&Config::resp, &Resp::follow_one_reply_in),
            whole(0, 1000000)),
        key("backlog.redis_servers", restart, at(&Config::backlog, &Backlog::redis_servers),
            read_redis_servers),
        key("backlog.redis_list_seconds", restart,
            at(&Config::backlog, &Backlog::redis_list_seconds), whole(1, 3600)),
        key("log.level", live, at(&Config::log_level), log_level()),
    };
}

/// Letters to change, add or remove to make one word of the other (Levenshtein).
std::size_t edit_distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t swap = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
            diagonal = row[j];
            row[j] = std::min({swap, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

std::string last_part(const std::string& name) { return name.substr(name.rfind('.') + 1); }

/// How unlike two full names are: the right word in a wrong section is a near miss.
std::size_t unlikeness(const std::string& wrong, const std::string& known) {
    return std::min(edit_distance(wrong, known),
                    edit_distance(last_part(wrong), last_part(known)) + 1);
}

}  // namespace

const std::vector<Key>& keys() {
    static const std::vector<Key> table = make_keys();
    return table;
}

const Key* find_key(const std::string& name) {
    const auto found = std::find_if(keys().begin(), keys().end(),
                                    [&](const Key& key) { return key.name == name; });
    return found == keys().end() ? nullptr : &*found;
}

bool is_section(const std::string& name) {
    return std::any_of(keys().begin(), keys().end(),
                       [&](const Key& key) { return key.name.rfind(name + ".", 0) == 0; });
}

std::string advice_for_unknown_key(const std::string& name) {
    const auto nearest =
        std::min_element(keys().begin(), keys().end(), [&](const Key& a, const Key& b) {
            return unlikeness(name, a.name) < unlikeness(name, b.name);
        });
    // Nearer than a third of the letters: more than that is a different word.
    if (unlikeness(name, nearest->name) * 3 > nearest->name.size()) {
        return "remove it, the shipped config.yaml lists every key";
    }
    return "did you mean " + nearest->name + "?";
}

}  // namespace wiregap::config
