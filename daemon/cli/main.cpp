// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <exception>
#include <iostream>

#include "daemon/cli/demo/demo.h"
#include "daemon/cli/doctor/command.h"
#include "daemon/cli/doctor/host_facts.h"
#include "daemon/cli/explain_command.h"
#include "daemon/cli/failure.h"
#include "daemon/cli/login.h"
#include "daemon/cli/options.h"
#include "daemon/cli/query.h"
#include "daemon/cli/top/command.h"
#include "daemon/kernel/bpf/doctor_probe.h"

namespace {

using namespace wiregap::cli;

int run(Options options) {
    if (options.command == Command::demo) {
        DemoTarget target = parse_demo_target(options.resp);
        // As for redis-cli: a password has no place on a command line.
        if (const char* const word = std::getenv("REDISCLI_AUTH")) target.password = word;
        run_demo(target, options.demo_seconds, std::cout);
        return exit_ok;
    }
    options.url = with_login(options.url, options.login_file);
    if (options.command == Command::doctor) {
        const DoctorResult result =
            run_doctor(options, gather_host_facts({}), wiregap::kernel::probe_hooks);
        std::cout << result.text;
        return result.exit_code;
    }
    if (options.command == Command::explain) {
        const Explained explained = run_explain(options);
        std::cout << explained.text << std::flush;
        if (std::cout && !explained.problem.empty())
            std::cerr << "wiregap: " << explained.problem << "\n";
        return explained.exit_code;
    }
    if (options.command == Command::top) {
        run_top(options, std::cout);
        return exit_ok;
    }
    std::cout << run_query(options);
    return exit_ok;
}

int parse_and_run(int argc, char** argv) {
    const Parsed parsed = parse(argc, argv);
    if (!parsed.options) (parsed.exit_code == exit_ok ? std::cout : std::cerr) << parsed.text;
    const int exit_code = parsed.options ? run(*parsed.options) : parsed.exit_code;
    if (!std::cout.flush()) throw Failure("can't write to standard output");
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return parse_and_run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "wiregap: " << error.what() << "\n";
        return exit_failed;
    }
}
