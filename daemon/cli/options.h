// SPDX-License-Identifier: Apache-2.0
// The command line as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wiregap::cli {

inline constexpr const char* default_url = "http://127.0.0.1:19473";
inline constexpr const char* default_resp = "127.0.0.1:16379";

enum class Command : std::uint8_t { services, connections, explain, top, doctor, demo };

/// Narrows what `services` and `connections` show; the daemon applies it.
struct Filter {
    std::string service;                 ///< empty: all
    std::optional<std::uint16_t> port;   ///< the service's port
    std::string role;                    ///< "server", "client" or empty
    std::optional<std::uint32_t> limit;  ///< connections only
};

struct Options {
    Command command = Command::services;
    std::string url = default_url;
    std::string login_file;  ///< holds user:password; empty: see the URL
    bool json = false;       ///< for programs, instead of tables
    Filter filter;
    bool flow = false;                ///< services: the way of the bytes instead of all columns
    std::string what;                 ///< explain: service, port, pid or connection
    bool once = false;                ///< top: one frame as text
    double demo_seconds = 0;          ///< 0: until a signal
    std::string resp = default_resp;  ///< demo: where the RESP server listens
};

/// Either options to run with, or a text to print and the code to exit with.
struct Parsed {
    std::optional<Options> options;
    int exit_code = 0;
    std::string text;  ///< --help and --version (exit_code 0), or one line about what is wrong
};

/// Reads the command line, WIREGAP_URL and WIREGAP_LOGIN_FILE of the environment. Never throws on
/// bad input.
Parsed parse(int argc, const char* const* argv);

/// Every subcommand and every --option, as the manual must name them.
std::vector<std::string> documented_words();

}  // namespace wiregap::cli
