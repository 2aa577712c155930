// SPDX-License-Identifier: Apache-2.0
// A wiregapd of our own: started with a config made for the test, stopped with SIGTERM.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace wiregap::truth {

constexpr std::uint64_t tick_ns = 100'000'000;  ///< tick_seconds of the config that it gets

/// What a scenario may want otherwise.
struct DaemonSettings {
    std::uint32_t max_services = 256;
    std::uint32_t max_connections = 65536;
    std::vector<std::uint16_t> observe_ports{};  ///< empty: all
    bool syscalls = false;
    std::uint16_t resp_port = 0;  ///< resp.listen on 127.0.0.1; 0: no RESP server
};

struct DaemonOptions {
    std::string program;           ///< path of wiregapd
    std::string backend = "auto";  ///< as in config.yaml
    std::uint16_t port = 19473;    ///< web.listen on 127.0.0.1
    bool verbose = false;          ///< its log goes to our stderr instead of a file
    DaemonSettings settings;
};

class Daemon {
  public:
    /// Starts it and waits for /-/ready. Throws std::runtime_error, with its log, if that does not
    /// come within 60 s.
    explicit Daemon(DaemonOptions options);
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    /// Kills it if stop() was not called.
    ~Daemon();

    /// The JSON document of an API path, "/api/v1/self"; throws on any status but 200.
    [[nodiscard]] nlohmann::json json(const std::string& target) const;
    /// The page of /metrics.
    [[nodiscard]] std::string metrics() const;

    struct Exit {
        int status = -1;  ///< as a shell shows it: 128 + signal if one ended it
        double seconds = 0;
    };
    /// SIGTERM, and what came of it; nothing if it was still there after 30 s (then it is killed).
    std::optional<Exit> stop();
    /// What it wrote; empty with verbose.
    [[nodiscard]] std::string log() const;

  private:
    /// Removed with everything in it.
    class Directory {
      public:
        Directory();
        Directory(const Directory&) = delete;
        Directory& operator=(const Directory&) = delete;
        ~Directory();
        [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }

      private:
        std::string path_;
    };

    void kill_now() noexcept;
    void write_config() const;
    void launch();
    [[noreturn]] void become_daemon() const;
    void wait_ready();
    [[nodiscard]] std::string get(const std::string& target) const;

    DaemonOptions options_;
    Directory directory_;
    pid_t pid_ = -1;
};

}  // namespace wiregap::truth
