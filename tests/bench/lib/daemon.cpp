// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/daemon.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <utility>

#include "daemon/util/fd.h"
#include "tests/bench/lib/adapted_config.h"
#include "tests/bench/lib/error.h"
#include "tests/bench/lib/process.h"
#include "tests/bench/lib/sockets.h"
#include "tests/support/clock.h"
#include "tests/support/http.h"

namespace wiregap::bench {

namespace {

using namespace std::chrono_literals;

[[noreturn]] void become(const char* binary, const char* config, int log) {
    run_anywhere();
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execl(binary, binary, "--config", config, nullptr);
    _exit(127);
}

bool ended_cleanly(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }

}  // namespace

Daemon::Daemon(DaemonFiles files, ConfigChanges changes)
    : files_(std::move(files)),
      changes_(std::move(changes)),
      log_(files_.work_dir / "wiregapd.log"),
      port_(free_port()) {
    changes_.emplace_back("listen", "\"127.0.0.1:" + std::to_string(port_) + "\"");
}

Daemon::~Daemon() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

void Daemon::start() {
    launch();
    await_ready();
}

void Daemon::launch() {
    std::filesystem::create_directories(files_.work_dir);
    const auto config = files_.work_dir / "wiregapd.yaml";
    write_adapted_config(files_.config, config, changes_);
    const util::Fd log(
        checked(open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), "open log"));
    pid_ = checked(fork(), "fork");
    if (pid_ == 0) become(files_.binary.c_str(), config.c_str(), log.get());
}

void Daemon::await_ready() {
    const std::uint64_t deadline_ns = now_ns() + 20'000'000'000U;
    while (http_get(port_, "/-/ready").status != 200) {
        throw_if_ended();
        if (now_ns() > deadline_ns) {
            throw std::runtime_error("wiregapd is not ready after 20 s, see " + log_.string());
        }
        std::this_thread::sleep_for(2ms);
    }
}

void Daemon::throw_if_ended() {
    if (waitpid(pid_, nullptr, WNOHANG) != pid_) return;
    pid_ = -1;
    throw std::runtime_error(files_.binary.string() + " ended before it was ready, see " +
                             log_.string());
}

void Daemon::stop() {
    kill(pid_, SIGTERM);
    int status = 0;
    checked(waitpid(std::exchange(pid_, -1), &status, 0), "waitpid");
    if (!ended_cleanly(status)) {
        throw std::runtime_error("wiregapd did not end cleanly after SIGTERM, see " +
                                 log_.string());
    }
}

double Daemon::cpu_seconds() const {
    clockid_t clock{};
    if (clock_getcpuclockid(pid_, &clock) != 0)
        throw std::runtime_error("no CPU clock of wiregapd");
    return static_cast<double>(util::clock_ns(clock)) * 1e-9;
}

double Daemon::resident_bytes() const { return resident_bytes_of(pid_); }

nlohmann::json Daemon::get_json(const std::string& path) const {
    const HttpAnswer answer = http_get(port_, path);
    if (answer.status != 200) {
        throw std::runtime_error("GET " + path + " answered " + std::to_string(answer.status));
    }
    return nlohmann::json::parse(answer.body);
}

nlohmann::json Daemon::get_fresh_json(const std::string& path) const {
    const std::uint64_t asked_ns = now_ns();
    while (now_ns() < asked_ns + 130'000'000'000U) {
        nlohmann::json answer = get_json(path);
        if (answer.at("snapshot").at("taken_monotonic_ns").get<std::uint64_t>() > asked_ns) {
            return answer;
        }
        std::this_thread::sleep_for(20ms);
    }
    throw std::runtime_error("GET " + path + ": no new snapshot in 130 s");
}

}  // namespace wiregap::bench
