// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/doctor/command.h"

#include "daemon/cli/api_client.h"
#include "daemon/cli/doctor/findings.h"
#include "daemon/cli/doctor/view.h"
#include "daemon/cli/failure.h"
#include "daemon/cli/terminal.h"

namespace wiregap::cli {
namespace {

Diagnosis diagnose(const Options& options, const HostFacts& facts, kernel::ProbeReport (*probe)()) {
    if (may_load_programs(facts)) return {judge(facts), probe(), HookSource::tried_here};
    try {
        return {judge(facts), report_of_self(fetch_json(options.url, "/api/v1/self")),
                HookSource::running_daemon};
    } catch (const Failure& failure) {
        kernel::ProbeReport report;
        report.error =
            "the hooks can't be tried without CAP_BPF and CAP_PERFMON (sudo wiregap "
            "doctor), nor asked for: " +
            std::string(failure.what());
        return {judge(facts), report, HookSource::tried_here};
    }
}

}  // namespace

DoctorResult run_doctor(const Options& options, const HostFacts& facts,
                        kernel::ProbeReport (*probe)()) {
    const Diagnosis diagnosis = diagnose(options, facts, probe);
    return {options.json ? doctor_json(diagnosis).dump(2) + "\n"
                         : render_doctor(diagnosis, stdout_style()),
            costs_features(diagnosis) ? exit_missing : exit_ok};
}

}  // namespace wiregap::cli
