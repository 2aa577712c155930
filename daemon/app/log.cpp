// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

namespace wiregap::app::log {
namespace {

spdlog::level::level_enum to_spdlog(config::LogLevel level) {
    switch (level) {
        case config::LogLevel::debug:
            return spdlog::level::debug;
        case config::LogLevel::info:
            return spdlog::level::info;
        case config::LogLevel::warning:
            return spdlog::level::warn;
        case config::LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

/// The journal reads the priority from "<N>" at the line's begin.
void say(spdlog::level::level_enum level, const char* journal, const std::string& line) {
    static const bool in_journal = std::getenv("JOURNAL_STREAM") != nullptr;
    spdlog::log(level, "{}{}", in_journal ? journal : "", line);
}

}  // namespace

void start(config::LogLevel level) {
    const bool in_journal = std::getenv("JOURNAL_STREAM") != nullptr;
    auto logger = std::make_shared<spdlog::logger>(
        "wiregapd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern(in_journal ? "%v" : "wiregapd: %l: %v");
    spdlog::set_default_logger(std::move(logger));
    set_level(level);
}

void set_level(config::LogLevel level) { spdlog::set_level(to_spdlog(level)); }

void info(const std::string& line) { say(spdlog::level::info, "<6>", line); }
void warning(const std::string& line) { say(spdlog::level::warn, "<4>", line); }
void error(const std::string& line) { say(spdlog::level::err, "<3>", line); }

}  // namespace wiregap::app::log
