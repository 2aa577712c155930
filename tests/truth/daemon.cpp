// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/daemon.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/support/clock.h"
#include "tests/support/fd.h"
#include "tests/support/http.h"

namespace wiregap::truth {

namespace {

int shell_status(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Daemon::Directory::Directory()
    : path_((std::filesystem::temp_directory_path() / "wiregap-truth.XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) must(-1, "mkdtemp");
}

Daemon::Directory::~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Daemon::Daemon(DaemonOptions options) : options_(std::move(options)) {
    write_config();
    launch();
    try {
        wait_ready();
    } catch (...) {
        kill_now();
        throw;
    }
}

Daemon::~Daemon() { kill_now(); }

void Daemon::kill_now() noexcept {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

void Daemon::write_config() const {
    const DaemonSettings& settings = options_.settings;
    std::ofstream config(directory_.file("config.yaml"));
    // sweep_cpu_ratio 1: every tick reads every connection, so that one snapshot after an event
    // shows it, however slow the machine.
    config << fmt::format(
        "tick_seconds: {}\nbackend: {}\nowners_seconds: 1\nsyscalls: {}\n"
        "limits:\n  sweep_cpu_ratio: 1\n  max_services: {}\n"
        "  max_client_connections: {}\n"
        "observe:\n  ports: [{}]\n"
        "resp:\n  enabled: {}\n  listen: \"127.0.0.1:{}\"\n  unix_socket: \"\"\n"
        "web:\n  listen: \"127.0.0.1:{}\"\n",
        static_cast<double>(tick_ns) / 1e9, options_.backend, settings.syscalls,
        settings.max_services, settings.max_connections, fmt::join(settings.observe_ports, ", "),
        settings.resp_port == 0 ? "off" : "on", settings.resp_port, options_.port);
    if (!config.flush()) throw std::runtime_error("cannot write " + directory_.file("config.yaml"));
}

void Daemon::launch() {
    pid_ = must(fork(), "fork");
    if (pid_ == 0) become_daemon();
}

void Daemon::become_daemon() const {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that dies leaves no daemon behind
    if (!options_.verbose) {
        const std::string log = directory_.file("log");
        const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(fd, STDOUT_FILENO);
        ::dup2(fd, STDERR_FILENO);
    }
    const std::string config = directory_.file("config.yaml");
    ::execl(options_.program.c_str(), "wiregapd", "--config", config.c_str(), nullptr);
    _exit(127);
}

void Daemon::wait_ready() {
    std::optional<int> ended;
    const bool ready = poll_until(
        [&] {
            int status = 0;
            if (waitpid(pid_, &status, WNOHANG) != pid_)
                return http_get(options_.port, "/-/ready").status == 200;
            ended = shell_status(status);
            pid_ = -1;
            return true;
        },
        60 * second, 20 * ms);
    if (ended)
        throw std::runtime_error(
            fmt::format("wiregapd ended with status {} before it was ready:\n{}", *ended, log()));
    if (!ready) throw std::runtime_error("wiregapd was not ready after 60 s:\n" + log());
}

std::string Daemon::get(const std::string& target) const {
    HttpAnswer answer = http_get(options_.port, target);
    if (answer.status != 200)
        throw std::runtime_error(
            fmt::format("GET {}: status {} {}", target, answer.status, answer.body));
    return std::move(answer.body);
}

nlohmann::json Daemon::json(const std::string& target) const {
    return nlohmann::json::parse(get(target));
}

std::string Daemon::metrics() const { return get("/metrics"); }

std::optional<Daemon::Exit> Daemon::stop() {
    const std::uint64_t begin = now_ns();
    kill(pid_, SIGTERM);
    int status = 0;
    if (!poll_until([&] { return waitpid(pid_, &status, WNOHANG) == pid_; }, 30 * second))
        return std::nullopt;
    pid_ = -1;
    return Exit{.status = shell_status(status),
                .seconds = static_cast<double>(now_ns() - begin) / 1e9};
}

std::string Daemon::log() const {
    std::ifstream file(directory_.file("log"));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace wiregap::truth
