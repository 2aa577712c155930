// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/options.h"

#include "daemon/arguments/arguments.h"
#include "daemon/cli/failure.h"
#include "daemon/cli/url.h"

namespace wiregap::cli {
namespace {

constexpr const char* about =
    "wiregap: where the bytes are after write() returned.\n"
    "Asks a running wiregapd; prints tables on a terminal and JSON elsewhere.";

constexpr const char* exit_codes =
    "Exit codes: 0 ok; 1 wiregapd can't be reached or answered with an error;\n"
    "            2 wrong usage; 3 doctor found something missing that costs features;\n"
    "            4 explain knows nothing by that name.\n"
    "Manual: wiregap(1)";

using arguments::text;
using arguments::whole;

arguments::Taker url(std::string& place) {
    return [&place](const std::string& word) {
        try {
            parse_url(word);
        } catch (const Failure& failure) {
            throw arguments::WrongArguments(failure.what());
        }
        place = word;
    };
}

void add_filter(arguments::Command& command, Filter& filter) {
    command.option("--service", text(filter.service), "Only the service of this name")
        .value_name("NAME");
    command.option("--port", whole(filter.port, 1, 65535), "Only services on this port")
        .value_name("N");
    command
        .option("--role", arguments::one_of(filter.role, {"server", "client"}),
                "Only this side: server or client")
        .value_name("ROLE");
}

void add_services(arguments::Command& program, Options& options) {
    auto& command = program.subcommand("services", "How many bytes wait in which service",
                                       [&options] { options.command = Command::services; });
    add_filter(command, options.filter);
    command.flag("--flow", options.flow,
                 "The way of the bytes: written, notsent, unacked, acked, undelivered");
}

void add_connections(arguments::Command& program, Options& options) {
    auto& command =
        program.subcommand("connections", "Connections with bytes in the send queue, fullest first",
                           [&options] { options.command = Command::connections; });
    add_filter(command, options.filter);
    command.option("--limit", whole(options.filter.limit, 1, 1048576), "At most this many")
        .value_name("N");
}

void add_explain(arguments::Command& program, Options& options) {
    auto& command = program.subcommand(
        "explain", "What is held, where, why, whose problem it is and what to do, in sentences",
        [&options] { options.command = Command::explain; });
    command
        .positional("WHAT", text(options.what),
                    "Service, port, pid, or connection (LOCAL-PEER, one end, or cookie)")
        .required();
}

void add_top(arguments::Command& program, Options& options) {
    auto& command = program.subcommand(
        "top", "Live: where the bytes wait in each service, and the worst connections",
        [&options] { options.command = Command::top; });
    command.flag("--once", options.once, "Print one frame as text and exit");
}

void add_doctor(arguments::Command& program, Options& options) {
    program.subcommand("doctor",
                       "What this kernel and these capabilities allow, what is lost, what to do",
                       [&options] { options.command = Command::doctor; });
}

void add_demo(arguments::Command& program, Options& options) {
    auto& command = program.subcommand(
        "demo", "Load for the embedded RESP server: some clients read, one does not",
        [&options] { options.command = Command::demo; });
    command
        .option("--seconds", arguments::real(options.demo_seconds, 0.001, 1e9),
                "End after this many (default: Ctrl-C)")
        .value_name("N");
    command.option("--resp", text(options.resp), "Where the RESP server listens (resp.listen)")
        .value_name("ADDRESS:PORT")
        .by_default(options.resp);
}

void add_globals(arguments::Command& program, Options& options) {
    program.option("--url", url(options.url), "Where wiregapd listens")
        .environment("WIREGAP_URL")
        .value_name("URL")
        .by_default(options.url);
    program
        .flag(
            "--json", [&options] { options.format = Format::json; },
            "Print JSON, also on a terminal")
        .excludes("--table");
    program
        .flag(
            "--table", [&options] { options.format = Format::table; },
            "Print tables, also where there is no terminal")
        .excludes("--json");
}

arguments::Command make_program(Options& options) {
    arguments::Command program("wiregap", about);
    program.footer(exit_codes);
    add_globals(program, options);
    add_services(program, options);
    add_connections(program, options);
    add_explain(program, options);
    add_top(program, options);
    add_doctor(program, options);
    add_demo(program, options);
    return program;
}

}  // namespace

Parsed parse(int argc, const char* const* argv) {
    Options options;
    auto program = make_program(options);
    try {
        const std::string text = program.parse(argc, argv, "wiregap " WIREGAP_VERSION);
        if (!text.empty()) return {std::nullopt, exit_ok, text};
    } catch (const arguments::WrongArguments& wrong) {
        return {std::nullopt, exit_usage,
                std::string("wiregap: ") + wrong.what() + "; see 'wiregap --help'\n"};
    }
    return {options, exit_ok, ""};
}

std::vector<std::string> documented_words() {
    Options options;
    std::vector<std::string> words = make_program(options).words();
    words.emplace_back("--version");
    return words;
}

}  // namespace wiregap::cli
