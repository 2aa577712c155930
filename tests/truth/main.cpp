// SPDX-License-Identifier: Apache-2.0
// wiregap_truth: makes TCP traffic whose truth it knows itself, and compares what wiregapd says.
#include <fmt/format.h>
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "tests/truth/executed.h"
#include "tests/truth/expectations.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

struct Arguments {
    SessionOptions session;
    std::vector<std::string> wanted;  ///< empty: all
    bool list = false;
    bool short_run = false;
};

void describe(CLI::App& app, Arguments& arguments) {
    DaemonOptions& daemon = arguments.session.daemon;
    auto* program = app.add_option("--daemon", daemon.program, "wiregapd to test");
    program->check(CLI::ExistingFile);
    auto* without = app.add_flag("--no-daemon", arguments.session.no_daemon,
                                 "only make the scenarios and check the truth against itself");
    without->excludes(program);
    app.add_option("--backend", daemon.backend, "as in config.yaml")
        ->check(CLI::IsMember({"auto", "fentry", "tracepoint", "poll"}))
        ->capture_default_str();
    app.add_option("--scenario", arguments.wanted, "only this one; may be repeated");
    app.add_option("--port", daemon.port, "where wiregapd serves HTTP")->capture_default_str();
    app.add_flag("--list", arguments.list, "name the scenarios and end");
    app.add_flag("--vm", arguments.session.vm, "an emulated machine: times within 1 % and 2 ms");
    app.add_flag(
        "--short", arguments.short_run,
        "without the scenarios in what is new in which neither kernel nor back end has a part");
    LedgerOptions& ledger = arguments.session.ledger;
    app.add_option("--seed", ledger.seed, "of scenario ledger; what it draws follows from it")
        ->capture_default_str();
    app.add_option("--seconds", ledger.seconds, "that scenario ledger takes")
        ->check(CLI::Range(1, 86'400))
        ->capture_default_str();
    app.add_flag("--verbose", daemon.verbose, "wiregapd logs to stderr");
}

void run(Session& session, const Scenario& scenario) {
    session.report().begin(std::string(scenario.name));
    try {
        session.begin_scenario();
        scenario.run(session);
    } catch (const std::exception& error) {
        session.report().fail("the scenario", "-", error.what());
    }
}

// False if the daemon could not be started; then nothing else can be said.
bool start(Session& session) {
    session.report().begin("daemon");
    try {
        session.start_daemon({.max_services = 1024});  // each scenario has some of its own
        return true;
    } catch (const std::exception& error) {
        session.report().fail("start", "-", error.what());
        return false;
    }
}

// The kernel skips a program that it interrupted on the same CPU: a segment sent in softirq while a
// write is just sending one. Rarer the shorter the programs run, so an emulated CPU sees it more.
double allowed_skipped_runs(const Session& session, const nlohmann::json& self) {
    double runs = 0;
    for (const auto& program : self.at("programs")) runs += program.at("runs").get<double>();
    return runs * (session.vm() ? 0.0005 : 0.00001);
}

// A late write may leave unseen where tracing programs have no spin lock (5.10): then it is
// counted, without a delay (see scenarios/nagle.cpp); or a look at the socket may be left out.
double allowed_losses(const Session& session, const std::string& what, const nlohmann::json& self) {
    if (what == "program_runs") return allowed_skipped_runs(session, self);
    const bool is_state = what == "late_state" && !kernel_has_spin_lock();
    if (what != "delays" && !is_state) return 0;
    double late = 0;
    const nlohmann::json answer = session.daemon()->json("/api/v1/services");
    for (const auto& service : answer.at("services"))
        late += View{service}.number("/writes/late").value_or(0);
    return late * (session.vm() ? 0.005 : 0.0001);
}

// With a host at work and maps of the usual size nothing else may have been lost.
void check_losses(Session& session) {
    session.report().begin("daemon");
    if (session.daemon() == nullptr) return;
    const nlohmann::json self = session.daemon()->json("/api/v1/self");
    for (const auto& [what, count] : self.at("lost").items())
        session.report().within("lost " + what, count.get<double>(), 0,
                                allowed_losses(session, what, self));
}

void run_all(Session& session, const std::vector<Scenario>& scenarios) {
    using enum Scenario::Needs;
    const auto own = std::find_if(scenarios.begin(), scenarios.end(),
                                  [](const Scenario& s) { return s.needs == own_daemon; });
    if (own != scenarios.begin()) {
        if (!start(session)) return;
        std::for_each(scenarios.begin(), own, [&](const Scenario& s) { run(session, s); });
        check_losses(session);
        session.stop_daemon();
    }
    std::for_each(own, scenarios.end(), [&](const Scenario& s) { run(session, s); });
}

std::vector<Scenario> chosen(const Arguments& read) {
    const std::vector<std::string>& wanted = read.wanted;
    std::vector<Scenario> scenarios = all_scenarios();
    if (read.short_run)
        std::erase_if(scenarios, [](const Scenario& scenario) {
            return scenario.in == Scenario::In::whole_runs;
        });
    if (wanted.empty()) return scenarios;
    for (const auto& by_name : {server_scenarios(), ledger_scenarios()})
        scenarios.insert(scenarios.end(), by_name.begin(), by_name.end());
    std::erase_if(scenarios, [&](const Scenario& scenario) {
        return std::find(wanted.begin(), wanted.end(), scenario.name) == wanted.end();
    });
    if (scenarios.size() != wanted.size())
        throw CLI::ValidationError("--scenario", "no such scenario; --list names them");
    return scenarios;
}

void list() {
    for (const auto& group : {all_scenarios(), server_scenarios(), ledger_scenarios()})
        for (const Scenario& scenario : group)
            fmt::print("{:28} {}\n", scenario.name, scenario.summary);
}

int run_program(int argc, char** argv) {
    Arguments arguments;
    CLI::App app("Ground truth: TCP scenarios on loopback against what wiregapd says about them.");
    describe(app, arguments);
    std::vector<Scenario> scenarios;
    try {
        app.parse(argc, argv);
        if (!arguments.list && !arguments.session.no_daemon &&
            arguments.session.daemon.program.empty())
            throw CLI::RequiredError("--daemon or --no-daemon");
        scenarios = chosen(arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    }
    if (arguments.list) {
        list();
        return 0;
    }
    Report report;
    Session session(arguments.session, report);
    run_all(session, scenarios);
    report.print_sums();
    return report.failed() == 0 ? 0 : 1;
}

}  // namespace

}  // namespace wiregap::truth

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    try {
        if (wiregap::truth::is_executed(argc, argv)) {
            wiregap::truth::play_executed(wiregap::truth::parse_executed(argc, argv));
            return 0;
        }
        // Services are named after the process: the name must not depend on how the program was
        // called.
        prctl(PR_SET_NAME, "wiregap_truth");
        return wiregap::truth::run_program(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "wiregap_truth: %s\n", error.what());
        return 2;
    }
}
