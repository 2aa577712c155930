// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/commands/parameters.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "daemon/resp/commands/engine.h"
#include "daemon/resp/protocol/numbers.h"

namespace wiregap::resp {
namespace {

/// "16mb", "64kb", "1000".
std::optional<std::size_t> to_bytes(std::string_view text) {
    std::size_t unit = 1;
    const std::string small = lower(text);
    for (const auto& [suffix, bytes] :
         {std::pair<std::string_view, std::size_t>{"kb", kib}, {"mb", mib}, {"gb", 1024 * mib}}) {
        if (!small.ends_with(suffix)) continue;
        unit = bytes;
        text.remove_suffix(2);
    }
    constexpr std::int64_t most = std::int64_t{1} << 40;
    const auto number = to_integer(text);
    if (!number || *number < 0 || *number > most / static_cast<std::int64_t>(unit)) return {};
    return static_cast<std::size_t>(*number) * unit;
}

std::string out_of_range(std::uint64_t least, std::uint64_t most) {
    return "argument must be between " + std::to_string(least) + " and " + std::to_string(most) +
           ", the value that the daemon was started with";
}

std::string set_max_clients(Engine& engine, std::string_view value) {
    const auto number = to_integer(value);
    const std::uint32_t most = engine.configured.max_clients;
    if (!number || *number < 1 || *number > most) return out_of_range(1, most);
    engine.limits.max_clients = static_cast<std::uint32_t>(*number);
    return {};
}

std::string set_max_memory(Engine& engine, std::string_view value) {
    const auto bytes = to_bytes(value);
    const std::size_t most = engine.configured.keyspace_bytes;
    // 0 means no limit elsewhere; here there always is one.
    if (!bytes || *bytes == 0 || *bytes > most) return out_of_range(1, most);
    engine.keys.set_limit_bytes(*bytes);
    return {};
}

std::string set_timeout(Engine& engine, std::string_view value) {
    const auto seconds = to_integer(value);
    const std::uint32_t configured = engine.configured.idle_seconds;
    const std::int64_t least = configured == 0 ? 0 : 1;  // 0 is for ever
    const std::int64_t most = configured == 0 ? 1'000'000 : configured;
    if (!seconds || *seconds < least || *seconds > most) {
        return out_of_range(static_cast<std::uint64_t>(least), static_cast<std::uint64_t>(most));
    }
    engine.limits.idle_seconds = static_cast<std::uint32_t>(*seconds);
    return {};
}

std::string get_output_limit(const Engine& engine) {
    const Limits& l = engine.limits;
    const std::string both = " " + std::to_string(l.output_hard_bytes) + " " +
                             std::to_string(l.output_soft_bytes) + " " +
                             std::to_string(l.output_soft_seconds);
    return "normal" + both + " slave 0 0 0 pubsub" + both;
}

/// "normal 32mb 8mb 60"; the classes normal and pubsub have the same limits here.
std::string set_output_limit(Engine& engine, std::string_view value) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : std::string(value) + " ") {
        if (c != ' ') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    if (words.size() != 4 || (words[0] != "normal" && words[0] != "pubsub")) {
        return "write CLASS HARD SOFT SECONDS, with the class normal or pubsub (both are set)";
    }
    const auto hard = to_bytes(words[1]);
    const auto soft = to_bytes(words[2]);
    const auto seconds = to_integer(words[3]);
    const Limits& most = engine.configured;
    if (!hard || *hard == 0 || *hard > most.output_hard_bytes || !soft || *soft == 0 ||
        *soft > std::min(*hard, most.output_soft_bytes) || !seconds || *seconds < 0 ||
        *seconds > most.output_soft_seconds) {
        return "hard, soft and seconds must be at most " + std::to_string(most.output_hard_bytes) +
               ", " + std::to_string(most.output_soft_bytes) + " and " +
               std::to_string(most.output_soft_seconds) +
               ", the values that the daemon was started with; hard and soft above 0";
    }
    engine.limits.output_hard_bytes = *hard;
    engine.limits.output_soft_bytes = *soft;
    engine.limits.output_soft_seconds = static_cast<std::uint32_t>(*seconds);
    return {};
}

std::string nothing(const Engine&) { return ""; }
std::string no(const Engine&) { return "no"; }
std::string one(const Engine&) { return "1"; }

const Parameter table[] = {
    {"maxclients", [](const Engine& e) { return std::to_string(e.limits.max_clients); },
     set_max_clients},
    {"maxmemory", [](const Engine& e) { return std::to_string(e.keys.limit_bytes()); },
     set_max_memory},
    {"maxmemory-policy", [](const Engine&) { return std::string("noeviction"); }, nullptr},
    {"timeout", [](const Engine& e) { return std::to_string(e.limits.idle_seconds); }, set_timeout},
    {"client-output-buffer-limit", get_output_limit, set_output_limit},
    {"client-query-buffer-limit",
     [](const Engine& e) { return std::to_string(e.limits.query_buffer_bytes); }, nullptr},
    {"proto-max-bulk-len",
     [](const Engine& e) { return std::to_string(e.limits.query_buffer_bytes); }, nullptr},
    {"port", [](const Engine& e) { return std::to_string(e.port); }, nullptr},
    {"databases", one, nullptr},
    {"io-threads", one, nullptr},
    {"save", nothing, nullptr},
    {"appendonly", no, nullptr},
};

}  // namespace

std::span<const Parameter> parameters() { return table; }

std::string set_parameter(Engine& engine, std::string_view word, std::string_view value) {
    const std::string name = lower(word.substr(0, max_pattern_bytes));
    for (const Parameter& parameter : table) {
        if (parameter.name != name) continue;
        constexpr std::size_t longest_value = 256;
        const std::string problem = parameter.set == nullptr       ? "can't set immutable config"
                                    : value.size() > longest_value ? "the value is too long"
                                                                   : parameter.set(engine, value);
        if (problem.empty()) return {};
        std::string error = "ERR CONFIG SET failed (possibly related to argument '";
        return error.append(name).append("') - ").append(problem);
    }
    return "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'";
}

}  // namespace wiregap::resp
