// SPDX-License-Identifier: Apache-2.0
// Hosts that lack something: what doctor says, and how it ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "daemon/cli/doctor/command.h"
#include "daemon/cli/doctor/findings.h"
#include "daemon/cli/doctor/host_facts.h"
#include "daemon/cli/doctor/view.h"
#include "daemon/cli/failure.h"

namespace wiregap::cli {
namespace {

namespace fs = std::filesystem;

HostFacts good_host() {
    HostFacts facts;
    facts.kernel_release = "6.1.0-18-amd64";
    facts.btf = Readable::yes;
    facts.lockdown = "none";
    facts.unprivileged_bpf_disabled = 2;
    facts.bpf_jit_enable = 1;
    facts.capabilities = {{"CAP_BPF", true}, {"CAP_PERFMON", true}};
    return facts;
}

kernel::ProbeReport full_probe() {
    kernel::ProbeReport report;
    report.chosen_backend = "fentry";
    report.hooks = {{"tcp_write_xmit", "fentry", "fentry_tcp_write_xmit", true, "", ""}};
    return report;
}

kernel::ProbeReport degraded_probe() {
    kernel::ProbeReport report = full_probe();
    report.chosen_backend = "tracepoint";
    report.backend_reason = "fentry is refused: EPERM";
    report.hooks.push_back(
        {"tcp_ack", "fexit", "fexit_tcp_ack", false, "EPERM: boot another kernel", "ACK times"});
    return report;
}

Finding finding_of(const HostFacts& facts, const std::string& fact) {
    const auto findings = judge(facts);
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const Finding& f) { return f.fact == fact; });
    return found == findings.end() ? Finding{} : *found;
}

/// What is not ok says what is lost and what to do.
void expect_trouble(const HostFacts& facts, const std::string& fact, Status status,
                    const std::string& todo) {
    const Finding finding = finding_of(facts, fact);
    EXPECT_EQ(finding.status, status) << fact;
    EXPECT_FALSE(finding.loses.empty()) << fact;
    EXPECT_NE(finding.todo.find(todo), std::string::npos) << fact << ": " << finding.todo;
}

TEST(CliDoctor, AGoodHostLacksNothing) {
    for (const Finding& finding : judge(good_host())) {
        EXPECT_EQ(finding.status, Status::ok) << finding.fact;
        EXPECT_TRUE(finding.loses.empty() && finding.todo.empty()) << finding.fact;
    }
    EXPECT_FALSE(costs_features({judge(good_host()), full_probe(), HookSource::tried_here}));
}

TEST(CliDoctor, NoBtf) {
    HostFacts facts = good_host();
    facts.btf = Readable::absent;
    expect_trouble(facts, "BTF", Status::missing, "CONFIG_DEBUG_INFO_BTF=y");
    facts.btf = Readable::no;
    expect_trouble(facts, "BTF", Status::missing, "/sys");
    EXPECT_TRUE(costs_features({judge(facts), full_probe(), HookSource::tried_here}));
}

TEST(CliDoctor, LockdownCostsOnlyWhatTheHooksSay) {
    HostFacts facts = good_host();
    facts.lockdown = "integrity";
    EXPECT_EQ(finding_of(facts, "lockdown").status, Status::ok);
    facts.lockdown = "confidentiality";
    expect_trouble(facts, "lockdown", Status::limit, "lockdown=integrity");
    EXPECT_FALSE(costs_features({judge(facts), full_probe(), HookSource::tried_here}));
    EXPECT_TRUE(costs_features({judge(facts), degraded_probe(), HookSource::tried_here}));
}

TEST(CliDoctor, MissingCapabilitiesNameTheLineThatGivesThem) {
    HostFacts facts = good_host();
    facts.capabilities["CAP_PERFMON"] = false;
    expect_trouble(facts, "CAP_PERFMON", Status::missing,
                   "AmbientCapabilities=CAP_BPF CAP_PERFMON");
    expect_trouble(facts, "CAP_PERFMON", Status::missing, "setcap cap_bpf,cap_perfmon+ep");
    expect_trouble(facts, "CAP_PERFMON", Status::missing, "sudo wiregap doctor");
    EXPECT_EQ(finding_of(facts, "CAP_BPF").status, Status::ok);
    EXPECT_FALSE(may_load_programs(facts));
    facts.capabilities["CAP_SYS_ADMIN"] = true;
    EXPECT_EQ(finding_of(facts, "CAP_PERFMON").value, "by CAP_SYS_ADMIN");
    EXPECT_TRUE(may_load_programs(facts));
}

TEST(CliDoctor, CapabilitiesOfAnotherUserNamespaceDoNotCount) {
    HostFacts facts = good_host();
    facts.initial_user_namespace = false;
    expect_trouble(facts, "user namespace", Status::missing, "host");
    EXPECT_FALSE(may_load_programs(facts));
}

TEST(CliDoctor, LockedMemoryMattersBefore511Only) {
    HostFacts facts = good_host();
    facts.memlock_bytes = 65536;
    EXPECT_EQ(finding_of(facts, "RLIMIT_MEMLOCK").status, Status::ok);
    facts.kernel_release = "5.10.0-32-amd64";
    expect_trouble(facts, "RLIMIT_MEMLOCK", Status::limit, "LimitMEMLOCK=infinity");
    facts.capabilities["CAP_SYS_RESOURCE"] = true;
    EXPECT_EQ(finding_of(facts, "RLIMIT_MEMLOCK").status, Status::ok);
}

TEST(CliDoctor, JitOffAndOldKernels) {
    HostFacts facts = good_host();
    facts.bpf_jit_enable = 0;
    expect_trouble(facts, "bpf_jit_enable", Status::limit, "sysctl -w net.core.bpf_jit_enable=1");
    facts.kernel_release = "5.4.0";
    expect_trouble(facts, "kernel", Status::limit, "5.10");
}

TEST(CliDoctor, KernelVersionsCompareAsNumbers) {
    EXPECT_TRUE(kernel_before("5.9.0", 5, 10));
    EXPECT_FALSE(kernel_before("5.10.223", 5, 10));
    EXPECT_FALSE(kernel_before("6.1.0-18-amd64", 5, 11));
    EXPECT_FALSE(kernel_before("", 5, 11));
}

TEST(CliDoctor, ABackEndCostsWhatItsHooksCost) {
    kernel::ProbeReport probe = full_probe();
    probe.chosen_backend = "tracepoint";
    probe.backend_reason = "fentry is refused: EPERM";
    EXPECT_FALSE(hooks_cost_features(probe));
    probe.hooks.push_back({"tcp_retransmit_skb", "tp_btf", "p", false, "why", ""});
    EXPECT_FALSE(hooks_cost_features(probe)) << "a hook that loses nothing";
    probe.hooks.back().loses = "retransmitted bytes";
    EXPECT_TRUE(hooks_cost_features(probe));
    probe = {"poll", "no BTF", {}, ""};
    EXPECT_TRUE(hooks_cost_features(probe));
    const std::string text = render_doctor({judge(good_host()), probe, HookSource::tried_here}, {});
    EXPECT_NE(text.find("lost  delays"), std::string::npos) << text;
}

TEST(CliDoctor, TextNamesEveryHookWhatIsLostAndWhy) {
    const std::string text =
        render_doctor({judge(good_host()), degraded_probe(), HookSource::tried_here}, {});
    for (const char* part :
         {"6.1.0-18-amd64", "tracepoint", "fentry is refused: EPERM", "fentry tcp_write_xmit",
          "fexit tcp_ack", "lost  ACK times", "EPERM: boot another kernel", "costs features"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
    }
}

TEST(CliDoctor, LongTextsAreWrapped) {
    kernel::ProbeReport probe = full_probe();
    for (int i = 0; i < 40; ++i) probe.backend_reason += "word ";
    const std::string text =
        render_doctor({judge(good_host()), probe, HookSource::tried_here}, {60, false});
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        EXPECT_LE(end - at, 75U) << text.substr(at, end - at);  // words are never split
        at = end + 1;
    }
}

TEST(CliDoctor, JsonSaysTheSame) {
    const Json json = doctor_json({judge(good_host()), degraded_probe(), HookSource::tried_here});
    EXPECT_FALSE(json.at("complete").get<bool>());
    EXPECT_EQ(json.at("backend"), "tracepoint");
    EXPECT_EQ(json.at("hooks").at(1).at("loses"), "ACK times");
    EXPECT_EQ(json.at("host").at(0).at("value"), "6.1.0-18-amd64");
}

TEST(CliDoctor, TheHooksOfARunningDaemonAreRead) {
    const auto report = report_of_self(Json::parse(
        R"({"snapshot":{"backend":"poll","backend_reason":"no BTF"},
            "hooks":[{"hook":"tcp_ack","mechanism":"fexit","program":"p","attached":false,
                      "reason":"r","loses":"l"},{"hook":"x","attached":true}]})"));
    EXPECT_EQ(report.chosen_backend, "poll");
    ASSERT_EQ(report.hooks.size(), 2U);
    EXPECT_EQ(report.hooks[0].loses, "l");
    EXPECT_TRUE(report.hooks[1].attached);
    // What this process lacks costs a daemon that has all its hooks nothing.
    HostFacts facts = good_host();
    facts.capabilities.clear();
    EXPECT_FALSE(costs_features({judge(facts), full_probe(), HookSource::running_daemon}));
    EXPECT_TRUE(costs_features({judge(facts), report, HookSource::running_daemon}));
}

TEST(CliDoctor, EndsWithThreeWhereSomethingIsMissing) {
    Options options;
    options.command = Command::doctor;
    EXPECT_EQ(run_doctor(options, good_host(), full_probe).exit_code, exit_ok);
    EXPECT_EQ(run_doctor(options, good_host(), degraded_probe).exit_code, exit_missing);
    options.url = "http://127.0.0.1:1";
    HostFacts facts = good_host();
    facts.capabilities.clear();
    const DoctorResult unable = run_doctor(options, facts, full_probe);
    EXPECT_EQ(unable.exit_code, exit_missing);
    EXPECT_NE(unable.text.find("sudo wiregap doctor"), std::string::npos);
}

/// A /proc and a /sys of our own.
class CliHostFacts : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = fs::temp_directory_path() / "wiregap-host-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        root_ = pattern;
    }
    void TearDown() override { fs::remove_all(root_); }
    void put(const fs::path& path, const std::string& text) {
        fs::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << text;
    }
    HostFacts gather() { return gather_host_facts({root_ / "proc", root_ / "sys"}); }

    fs::path root_;
};

TEST_F(CliHostFacts, AreReadFromTheKernelsFiles) {
    put("proc/sys/kernel/osrelease", "6.12.1-test\n");
    put("proc/sys/kernel/unprivileged_bpf_disabled", "1\n");
    put("proc/sys/net/core/bpf_jit_enable", "0\n");
    put("proc/self/uid_map", "         0     100000      65536\n");
    put("sys/kernel/btf/vmlinux", "\x9f\xeb");
    put("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
    const HostFacts facts = gather();
    EXPECT_EQ(facts.kernel_release, "6.12.1-test");
    EXPECT_EQ(facts.unprivileged_bpf_disabled, 1);
    EXPECT_EQ(facts.bpf_jit_enable, 0);
    EXPECT_FALSE(facts.initial_user_namespace);
    EXPECT_EQ(facts.btf, Readable::yes);
    EXPECT_EQ(facts.lockdown, "confidentiality");
    EXPECT_EQ(facts.capabilities.count("CAP_BPF"), 1U);
}

TEST_F(CliHostFacts, AnEmptyTreeGivesUnknownsAndNoCrash) {
    const HostFacts facts = gather();
    EXPECT_EQ(facts.kernel_release, "");
    EXPECT_EQ(facts.btf, Readable::absent);
    EXPECT_FALSE(facts.lockdown || facts.bpf_jit_enable || facts.unprivileged_bpf_disabled);
    EXPECT_TRUE(facts.initial_user_namespace);
    put("sys/kernel/security/lockdown", "garbage ] [\n");
    put("sys/kernel/btf/vmlinux", "");
    EXPECT_FALSE(gather().lockdown);
    EXPECT_EQ(gather().btf, Readable::no);
}

}  // namespace
}  // namespace wiregap::cli
