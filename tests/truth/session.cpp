// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace wiregap::truth {

namespace {

constexpr std::uint64_t ask_every_ns = 20 * ms;

std::uint64_t taken_ns(const nlohmann::json& answer) {
    return answer.at("snapshot").at("taken_monotonic_ns").get<std::uint64_t>();
}

nlohmann::json losses(const Daemon& daemon) { return daemon.json("/api/v1/self").at("lost"); }

}  // namespace

Session::Session(SessionOptions options, Report& report)
    : options_(std::move(options)), report_(report) {}

Tolerance Session::tolerance() const noexcept {
    // An emulated CPU is slow: what lies between two instructions of the test takes longer there.
    return options_.vm ? Tolerance{.ratio = 0.01, .slack_seconds = 0.002} : Tolerance{};
}

void Session::start_daemon(DaemonSettings settings) {
    if (options_.no_daemon) return;
    DaemonOptions options = options_.daemon;
    options.settings = std::move(settings);
    daemon_.emplace(std::move(options));
    learn_what_is_missing();
}

void Session::stop_daemon() {
    if (!daemon_) return;
    const std::optional<Daemon::Exit> exit = daemon_->stop();
    if (exit) {
        report_.equal("exit status after SIGTERM", std::to_string(exit->status), "0");
        report_.within("seconds until it ended", exit->seconds, 0, options_.vm ? 5 : 1);
    } else {
        report_.fail("end after SIGTERM", "nothing for 30 s", "status 0");
    }
    if (!exit || exit->status != 0) report_.note("its log: " + daemon_->log());
    daemon_.reset();
}

void Session::begin_scenario() {
    lost_before_ = daemon_ ? losses(*daemon_) : nlohmann::json::object();
}

double Session::lost_since(std::initializer_list<const char*> what) const {
    if (!daemon_) return 0;
    const nlohmann::json now = losses(*daemon_);
    double sum = 0;
    for (const char* one : what) sum += now.value(one, 0.0) - lost_before_.value(one, 0.0);
    return sum;
}

double Session::lost_delays() const { return lost_since({"delays", "late_state"}); }

// sys_exit knows all that sock_send_length knows, at a price.
bool Session::has_substitute(const std::string& hook) const {
    return hook == "sock_send_length" && has_hook("sys_exit");
}

void Session::learn_what_is_missing() {
    const nlohmann::json self = daemon_->json("/api/v1/self");
    missing_.clear();
    hooks_.clear();
    const std::string backend = self.at("snapshot").at("backend");
    if (backend == "poll") missing_ = "the back end is poll: no program on the data path";
    for (const auto& hook : self.at("hooks"))
        if (hook.at("attached").get<bool>()) hooks_.insert(hook.at("hook").get<std::string>());
    for (const auto& hook : self.at("hooks"))
        if (!hook.at("attached").get<bool>() && !has_substitute(hook.at("hook")))
            missing_ += fmt::format(
                "{}hook {} is not attached ({}) and loses {}", missing_.empty() ? "" : "; ",
                hook.at("hook").get<std::string>(), hook.at("reason").get<std::string>(),
                hook.at("loses").get<std::string>());
    report_.note(fmt::format("back end {}; {}", backend,
                             missing_.empty() ? "nothing is missing" : missing_));
}

bool Session::has_hook(const std::string& hook) const {
    return options_.no_daemon || hooks_.contains(hook);
}

bool Session::sees_states(const char* what) {
    if (has_hook("inet_sock_set_state")) return true;
    report_.skip(what, "no hook inet_sock_set_state");
    return false;
}

bool Session::sees_deaths() { return sees_states("counters of a connection that died"); }

bool Session::sees_births() { return sees_states("whose a connection is, beyond its ports"); }

Picture Session::take(const std::string& query) const {
    Picture picture;
    nlohmann::json services = daemon_->json("/api/v1/services?" + query);
    nlohmann::json connections = daemon_->json("/api/v1/connections?limit=10000&" + query);
    picture.taken_ns = std::min(taken_ns(services), taken_ns(connections));
    picture.asked_ns = now_ns();
    picture.services = std::move(services.at("services"));
    picture.connections = std::move(connections.at("connections"));
    return picture;
}

std::uint64_t Session::snapshot_after(std::uint64_t event_ns) const {
    std::uint64_t taken = 0;
    // A port that nobody has: the answer is the snapshot's header alone, cheap in a slow machine.
    const auto came = [&] {
        taken = taken_ns(daemon_->json("/api/v1/services?port=1"));
        return taken > event_ns;
    };
    if (!poll_until(came, 10 * second, ask_every_ns))
        throw std::runtime_error("no snapshot within 10 s of the event");
    return taken;
}

Picture Session::first_after(std::uint64_t event_ns, const std::string& query) const {
    if (!daemon_) return {};
    static_cast<void>(snapshot_after(event_ns));
    return take(query);
}

Picture Session::settled(std::uint64_t event_ns, const std::string& query) const {
    if (!daemon_) return {};
    return first_after(snapshot_after(event_ns), query);
}

Picture Session::settled_on(std::uint16_t port) const {
    return settled(now_ns(), "port=" + std::to_string(port));
}

Picture Session::standing_still(const std::function<SocketTruth()>& probe, SocketTruth& truth,
                                std::uint16_t port) const {
    const std::uint64_t deadline = now_ns() + 20 * second;
    for (;;) {
        truth = probe();
        Picture picture = settled_on(port);
        if (probe() == truth) return picture;
        if (now_ns() > deadline) throw std::runtime_error("the socket's queue never stood still");
    }
}

}  // namespace wiregap::truth
