// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/process_stats.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <vector>

namespace wiregap::view {
namespace {

/// Fields of stat from the third on. The second, the name, may hold blanks and parentheses.
std::vector<std::string> stat_fields(const std::string& path) {
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string::npos) return {};
    std::istringstream rest(text.substr(name_end + 1));
    return {std::istream_iterator<std::string>(rest), {}};
}

double unix_seconds_of_boot() {
    timespec now{};
    timespec since_boot{};
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_BOOTTIME, &since_boot);
    return static_cast<double>(now.tv_sec - since_boot.tv_sec) +
           static_cast<double>(now.tv_nsec - since_boot.tv_nsec) / 1e9;
}

void take_stat(const std::string& path, ProcessStats& stats) {
    // proc(5) counts fields from 1; fields[0] is its third.
    constexpr std::size_t utime = 14 - 3, stime = 15 - 3, starttime = 22 - 3, vsize = 23 - 3,
                          rss = 24 - 3;
    const std::vector<std::string> fields = stat_fields(path);
    if (fields.size() <= rss) return;
    const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto seconds = [&](std::size_t field) {
        return std::strtod(fields[field].c_str(), nullptr) / ticks_per_second;
    };
    const auto whole = [&](std::size_t field) {
        return std::strtoull(fields[field].c_str(), nullptr, 10);
    };
    // Once: the wall clock may be set while we run, the start does not move.
    static const double boot = unix_seconds_of_boot();
    stats.cpu_seconds = seconds(utime) + seconds(stime);
    stats.start_time_unix_seconds = boot + seconds(starttime);
    stats.virtual_memory_bytes = whole(vsize);
    stats.resident_memory_bytes = whole(rss) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void take_fds(const std::string& path, ProcessStats& stats) {
    std::error_code error;
    std::uint64_t entries = 0;
    std::filesystem::directory_iterator at(path, error);
    for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) ++entries;
    if (!error && entries > 0) stats.open_fds = entries - 1;  // without the one that lists
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        stats.max_fds = limit.rlim_cur;
    }
}

}  // namespace

ProcessStats read_process_stats(const std::string& proc_self) {
    ProcessStats stats;
    take_stat(proc_self + "/stat", stats);
    take_fds(proc_self + "/fd", stats);
    return stats;
}

}  // namespace wiregap::view
