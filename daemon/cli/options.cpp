// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/options.h"

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <sstream>

#include "daemon/cli/failure.h"
#include "daemon/cli/url.h"

namespace wiregap::cli {
namespace {

constexpr const char* about =
    "wiregap: where the bytes are after write() returned.\n"
    "Asks a running wiregapd; prints tables, and JSON for programs (--json).";

constexpr const char* exit_codes =
    "Exit codes: 0 ok; 1 wiregapd can't be reached or answered with an error;\n"
    "            2 wrong usage; 3 doctor found something missing that costs features;\n"
    "            4 explain knows nothing by that name.\n"
    "Manual: wiregap(1)";

std::string check_url(const std::string& text) {
    try {
        parse_url(text);
    } catch (const Failure& failure) {
        return failure.what();
    }
    return "";
}

void add_filter(CLI::App& command, Filter& filter) {
    command.add_option("--service", filter.service, "Only the service of this name")
        ->type_name("NAME");
    command.add_option("--port", filter.port, "Only services on this port")
        ->check(CLI::Range(1, 65535).description(""))
        ->type_name("N");
    command.add_option("--role", filter.role, "Only this side: server or client")
        ->check(CLI::IsMember({"server", "client"}).description(""))
        ->type_name("ROLE");
}

void add_services(CLI::App& app, Options& options) {
    auto* command = app.add_subcommand("services", "How many bytes wait in which service");
    command->fallthrough()->callback([&options] { options.command = Command::services; });
    add_filter(*command, options.filter);
    command->add_flag("--flow", options.flow,
                      "The way of the bytes: written, notsent, unacked, acked, undelivered");
}

void add_connections(CLI::App& app, Options& options) {
    auto* command = app.add_subcommand(
        "connections", "Connections that hold bytes or leave much unread, fullest first");
    command->fallthrough()->callback([&options] { options.command = Command::connections; });
    add_filter(*command, options.filter);
    command->add_option("--limit", options.filter.limit, "At most this many")
        ->check(CLI::Range(1, 1048576).description(""))
        ->type_name("N");
}

void add_explain(CLI::App& app, Options& options) {
    auto* command = app.add_subcommand(
        "explain", "What is held, where, why, whose problem it is and what to do, in sentences");
    command->fallthrough()->callback([&options] { options.command = Command::explain; });
    command
        ->add_option("WHAT", options.what,
                     "Service, port, pid, or connection (LOCAL-PEER, one end, or cookie)")
        ->required();
}

void add_top(CLI::App& app, Options& options) {
    auto* command = app.add_subcommand(
        "top", "Live: where the bytes wait in each service, and the worst connections");
    command->fallthrough()->callback([&options] { options.command = Command::top; });
    command->add_flag("--once", options.once, "Print one frame as text and exit");
}

void add_doctor(CLI::App& app, Options& options) {
    auto* command = app.add_subcommand(
        "doctor", "What this kernel and these capabilities allow, what is lost, what to do");
    command->fallthrough()->callback([&options] { options.command = Command::doctor; });
}

void add_demo(CLI::App& app, Options& options) {
    auto* command = app.add_subcommand(
        "demo", "Load for the embedded RESP server: some clients read, one does not");
    command->fallthrough()->callback([&options] { options.command = Command::demo; });
    command->add_option("--seconds", options.demo_seconds, "End after this many (default: Ctrl-C)")
        ->check(CLI::Range(0.001, 1e9).description(""))
        ->type_name("N");
    command->add_option("--resp", options.resp, "Where the RESP server listens (resp.listen)")
        ->type_name("ADDRESS:PORT")
        ->capture_default_str();
}

void add_globals(CLI::App& app, Options& options) {
    app.add_option("--url", options.url, "Where wiregapd listens")
        ->envname("WIREGAP_URL")
        ->type_name("URL")
        ->check(CLI::Validator(check_url, ""))
        ->capture_default_str();
    app.add_option("--login-file", options.login_file, "File with user:password for wiregapd")
        ->envname("WIREGAP_LOGIN_FILE")
        ->type_name("FILE");
    app.add_flag("--json", options.json, "Print JSON, for programs");
    // What it asked for is the rule now; scripts that have it go on.
    app.add_flag_callback("--table", [] {})->group("");
    app.set_version_flag("--version", "wiregap " WIREGAP_VERSION, "Print the version and exit");
    app.set_help_flag("--help,-h", "Print this help and exit");
}

std::unique_ptr<CLI::App> make_app(Options& options) {
    auto app = std::make_unique<CLI::App>(about, "wiregap");
    app->footer(exit_codes);
    app->require_subcommand(1);
    add_globals(*app, options);
    add_services(*app, options);
    add_connections(*app, options);
    add_explain(*app, options);
    add_top(*app, options);
    add_doctor(*app, options);
    add_demo(*app, options);
    return app;
}

/// CLI11 says of a misspelt subcommand only that one is required.
std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& error) {
    const std::vector<std::string> extra = app.remaining();
    if (error.get_name() != "RequiredError" || extra.empty()) return error.what();
    return "there is no subcommand '" + extra.front() + "'";
}

Parsed ended(const CLI::App& app, const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) {
        return {std::nullopt, exit_usage,
                "wiregap: " + what_is_wrong(app, error) + "; see 'wiregap --help'\n"};
    }
    std::ostringstream out;
    app.exit(error, out, out);
    return {std::nullopt, exit_ok, out.str()};
}

void add_option_names(const CLI::App& app, std::vector<std::string>& words) {
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_group().empty()) continue;  // hidden
        for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
}

}  // namespace

Parsed parse(int argc, const char* const* argv) {
    Options options;
    const auto app = make_app(options);
    try {
        app->parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return ended(*app, error);
    }
    return {options, exit_ok, ""};
}

std::vector<std::string> documented_words() {
    Options options;
    const auto app = make_app(options);
    std::vector<std::string> words;
    add_option_names(*app, words);
    for (const CLI::App* command : app->get_subcommands([](CLI::App*) { return true; })) {
        words.push_back(command->get_name());
        add_option_names(*command, words);
    }
    return words;
}

}  // namespace wiregap::cli
