// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/bpftrace.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "daemon/util/fd.h"
#include "tests/bench/lib/error.h"
#include "tests/bench/lib/process.h"
#include "tests/support/clock.h"

namespace wiregap::bench {

namespace {

using namespace std::chrono_literals;

constexpr const char* attached = "every probe is attached";

/// skb->sk lies 24 bytes into struct sk_buff wherever there are these tracepoints (6.5 and later).
constexpr const char* script = R"(
tracepoint:sock:sock_send_length { @written[(uint64)args->sk] = nsecs; }
tracepoint:net:net_dev_queue {
    $sk = *(uint64 *)((uint64)args->skbaddr + 24);
    $since = @written[$sk];
    if ($since) { @write_to_transmit_ns = hist(nsecs - $since); delete(@written[$sk]); }
    @transmitted[$sk] = nsecs;
}
tracepoint:tcp:tcp_probe {
    $sk = (uint64)args->skaddr;
    $since = @transmitted[$sk];
    if ($since) { @transmit_to_ack_ns = hist(nsecs - $since); delete(@transmitted[$sk]); }
}
interval:ms:100 { printf("every probe is attached\n"); }
END { clear(@written); clear(@transmitted); }
)";

[[noreturn]] void become(const char* script_path, int log) {
    run_anywhere();
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execlp("bpftrace", "bpftrace", "-B", "none", script_path, nullptr);
    _exit(127);
}

bool contains(const std::filesystem::path& path, const std::string& text) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        if (line.find(text) != std::string::npos) return true;
    return false;
}

}  // namespace

Bpftrace::Bpftrace(const std::filesystem::path& work_dir)
    : script_(work_dir / "writes.bt"), log_(work_dir / "bpftrace.log") {
    std::filesystem::create_directories(work_dir);
    std::ofstream(script_) << script;
}

Bpftrace::~Bpftrace() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

void Bpftrace::enter() {
    const util::Fd log(
        checked(open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), "open log"));
    pid_ = checked(fork(), "fork");
    if (pid_ == 0) become(script_.c_str(), log.get());
    await_attached();
    resident_bytes_ = resident_bytes_of(pid_);
}

void Bpftrace::await_attached() {
    const std::uint64_t deadline_ns = now_ns() + 30'000'000'000U;
    while (!contains(log_, attached)) {
        if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
            pid_ = -1;
            throw std::runtime_error("bpftrace ended before its programs were attached, see " +
                                     log_.string() +
                                     "; it is Debian's package bpftrace, and wants "
                                     "tracefs mounted on /sys/kernel/tracing");
        }
        if (now_ns() > deadline_ns)
            throw std::runtime_error("bpftrace attached nothing in 30 s, see " + log_.string());
        std::this_thread::sleep_for(5ms);
    }
}

void Bpftrace::leave() {
    kill(pid_, SIGINT);
    waitpid(std::exchange(pid_, -1), nullptr, 0);
}

}  // namespace wiregap::bench
