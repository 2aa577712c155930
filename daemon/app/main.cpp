// SPDX-License-Identifier: Apache-2.0
// wiregapd: reads its arguments and its configuration, then runs the daemon.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

#include "daemon/app/daemon.h"
#include "daemon/app/log.h"
#include "daemon/config/load.h"
#include "daemon/config/secrets.h"
#include "daemon/config/web_config.h"
#include "daemon/view/build.h"
#include "exporters/web/web_security.h"

namespace {

namespace config = wiregap::config;

constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
constexpr int exit_config = 2;

struct Arguments {
    std::string config = "/etc/wiregap/config.yaml";
    bool check = false;
};

/// The exit status of what only prints: standard output may be a full disk.
int printed() {
    const bool written = static_cast<bool>(std::cout.flush()) && std::fflush(stdout) == 0;
    if (written) return exit_ok;
    std::fputs("wiregapd: can't write to standard output\n", stderr);
    return exit_failed;
}

/// The files behind web.config_file too: what --check lets pass can be started.
void check_web(const config::Config& config, const std::string& path) {
    const std::string& file = config.web.config_file;
    if (file.empty()) return;
    wiregap::exporters::make_web_security(
        config::load_web_config(config::located(file, "web.config_file", path)));
}

/// --check: also without the service's credentials, which nobody has but the service.
int check(const std::string& path) {
    const config::Config config = config::load(path, config::Credentials::if_there);
    if (!config::is_out_of_reach(config.web.config_file)) check_web(config, path);
    for (const std::string& line : config::open_secrets(config, path)) {
        std::fprintf(stderr, "wiregapd: warning: %s\n", line.c_str());
    }
    std::printf("%s: ok\n", path.c_str());
    for (const std::string& key : config::unread_keys(config)) {
        std::printf("%s: not looked at: a credential, which only the service may read\n",
                    key.c_str());
    }
    return printed();
}

int run(const Arguments& arguments) {
    config::Config config;
    try {
        if (arguments.check) return check(arguments.config);
        config = config::load(arguments.config);
        check_web(config, arguments.config);
    } catch (const std::runtime_error& problem) {
        std::fprintf(stderr, "wiregapd: %s\n", problem.what());
        return exit_config;
    }
    wiregap::app::log::start(config.log_level);
    try {
        wiregap::app::Daemon daemon(config, arguments.config);
        daemon.run();
    } catch (const std::exception& failure) {
        wiregap::app::log::error(failure.what());
        return exit_failed;
    }
    return exit_ok;
}

// Each tick makes a picture of megabytes where thousands of connections hold bytes, and drops the
// one before. By itself glibc learns from that to keep such blocks (mallopt(3), M_MMAP_THRESHOLD);
// and what libbpf needs while it loads is never needed again.
void give_memory_back() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    mallopt(M_TRIM_THRESHOLD, 128 * 1024);
#endif
}

int start(int argc, char** argv) {
    CLI::App app{"wiregapd: where the bytes are after write() returned, as metrics.", "wiregapd"};
    Arguments arguments;
    app.add_option("--config", arguments.config, "Configuration file")->capture_default_str();
    app.add_flag("--check", arguments.check, "Say whether the configuration is right, and exit");
    app.set_version_flag("--version", "wiregapd " + wiregap::view::this_build().version);
    app.footer(
        "Signals: SIGTERM and SIGINT end it, SIGHUP re-reads the configuration.\n"
        "Exit status: 0 ended when asked to, 1 it could not run, 2 wrong arguments or "
        "configuration.\n"
        "`wiregap doctor` says what this kernel and these capabilities allow.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? printed() : exit_config;
    }
    return run(arguments);
}

}  // namespace

int main(int argc, char** argv) {
    give_memory_back();
    try {
        return start(argc, argv);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "wiregapd: %s\n", failure.what());
        return exit_failed;
    } catch (...) {
        std::fputs("wiregapd: ended by something that is no exception\n", stderr);
        return exit_failed;
    }
}
