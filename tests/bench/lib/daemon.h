// SPDX-License-Identifier: Apache-2.0
// A wiregapd that the benchmark starts and stops.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace wiregap::bench {

struct DaemonFiles {
    std::filesystem::path binary;    ///< wiregapd
    std::filesystem::path config;    ///< the shipped config.yaml: what is measured are its defaults
    std::filesystem::path work_dir;  ///< gets the adapted config and the daemon's log
};

/// Replacements in the config's text: the value of a key at any depth, e.g. {"backend", "fentry"}.
using ConfigChanges = std::vector<std::pair<std::string, std::string>>;

class Daemon {
  public:
    /// It will run with the shipped config, but for a free loopback port and `changes`.
    explicit Daemon(DaemonFiles files, ConfigChanges changes = {});
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon();

    /// Returns when /-/ready says so. Throws when the daemon ends or isn't ready in 20 s.
    void start();
    /// SIGTERM, and waits for the end. Throws when it was not clean.
    void stop();

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// User and system CPU time of the process since it began.
    [[nodiscard]] double cpu_seconds() const;
    [[nodiscard]] double resident_bytes() const;

    /// GET of an /api/v1/ path. Throws unless it is a 200 with JSON.
    [[nodiscard]] nlohmann::json get_json(const std::string& path) const;
    /// The same, repeated until the snapshot was taken after this call: it has all that was
    /// counted before.
    [[nodiscard]] nlohmann::json get_fresh_json(const std::string& path) const;

  private:
    void launch();
    void await_ready();
    void throw_if_ended();

    DaemonFiles files_;
    ConfigChanges changes_;
    std::filesystem::path log_;
    std::uint16_t port_;
    pid_t pid_ = -1;
};

}  // namespace wiregap::bench
