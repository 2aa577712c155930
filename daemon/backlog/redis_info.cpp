// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/redis_info.h"

#include <charconv>
#include <sstream>
#include <utility>

namespace wiregap::backlog {
namespace {

std::string_view without_line_end(std::string_view line) {
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
    return value;
}

/// "ip=127.0.0.1,port=6380,state=wait_bgsave,.."
std::string_view field_of(std::string_view fields, std::string_view name) {
    while (!fields.empty()) {
        const std::size_t end = fields.find(',');
        const std::string_view field = fields.substr(0, end);
        fields.remove_prefix(end == std::string_view::npos ? fields.size() : end + 1);
        if (field.starts_with(name) && field.substr(name.size()).starts_with('='))
            return field.substr(name.size() + 1);
    }
    return {};
}

/// "name:value"; both are empty where there is no colon.
std::pair<std::string_view, std::string_view> halves_of(std::string_view line) {
    line = without_line_end(line);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return {};
    return {line.substr(0, colon), line.substr(colon + 1)};
}

bool is_replica(std::string_view name) {
    return name.starts_with("slave") && whole_number(name.substr(5)).has_value();
}

}  // namespace

void take_stats_line(std::string_view line, RedisInfo& info) {
    const auto [name, value] = halves_of(line);
    if (name == "client_output_buffer_limit_disconnections") info.cut_off = whole_number(value);
}

void take_replica_line(std::string_view line, Replicas& replicas) {
    constexpr std::size_t most_replicas = 1024;
    constexpr std::size_t longest_ip = 64;
    const auto [name, value] = halves_of(line);
    const std::string_view ip = field_of(value, "ip");
    const bool is_full = replicas.syncing.size() + replicas.online.size() >= most_replicas;
    if (!is_replica(name) || is_full || ip.size() > longest_ip) return;
    const std::string_view state = field_of(value, "state");
    if (state == "wait_bgsave" || state == "send_bulk" || state == "send_bulk_and_stream" ||
        state == "bg_transfer")
        replicas.syncing.insert(std::string(ip));
    if (state == "online") replicas.online.insert(std::string(ip));
}

void take_limits_line(std::string_view line, RedisInfo& info) {
    std::istringstream words{std::string(without_line_end(line))};
    std::array<std::uint64_t, client_kinds> limits{};
    std::string kind;
    std::uint64_t hard = 0;
    std::uint64_t soft = 0;
    std::uint64_t seconds = 0;
    std::size_t found = 0;
    while (words >> kind >> hard >> soft >> seconds) {
        if (kind == "normal") {
            limits[0] = hard;
        } else if (kind == "slave" || kind == "replica") {
            limits[1] = hard;
        } else if (kind == "pubsub") {
            limits[2] = hard;
        } else {
            return;
        }
        ++found;
    }
    if (found == client_kinds) info.limits = limits;
}

}  // namespace wiregap::backlog
