// SPDX-License-Identifier: Apache-2.0
// Which programs each back end takes where the kernel refuses some of them.
#include "daemon/kernel/bpf/wanted.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <string>

namespace wiregap::kernel {
namespace {

using testing::Contains;
using testing::Not;

HookProbes all_but(const std::map<std::string_view, int>& refused) {
    HookProbes probes;
    for (const HookSpec& spec : hook_specs()) {
        const auto found = refused.find(spec.program);
        probes[spec.program] =
            found == refused.end() ? HookProbe{true, 0} : HookProbe{false, found->second};
    }
    return probes;
}

std::set<std::string> programs(Backend backend, const HookProbes& probes, bool by_address = false,
                               bool syscalls = false) {
    std::set<std::string> names;
    for (const model::Hook& hook : hooks_of(backend, probes, by_address, syscalls))
        names.insert(hook.program);
    return names;
}

TEST(Wanted, TheCheapLookAtWritesWhereThereIsOne) {
    const HookProbes new_kernel = all_but({});
    EXPECT_FALSE(missing_program(Backend::tracepoint, new_kernel));
    EXPECT_FALSE(has_stand_in(Backend::tracepoint, new_kernel));
    EXPECT_THAT(programs(Backend::tracepoint, new_kernel), Contains("wg_send_length"));
    EXPECT_THAT(programs(Backend::tracepoint, new_kernel), Not(Contains("wg_sys_exit")));
}

TEST(Wanted, TheEndOfEverySystemCallStandsInForIt) {
    const HookProbes old_kernel = all_but({{"wg_send_length", ENOENT}});
    EXPECT_FALSE(missing_program(Backend::tracepoint, old_kernel));
    EXPECT_TRUE(has_stand_in(Backend::tracepoint, old_kernel));
    EXPECT_FALSE(has_stand_in(Backend::fentry, old_kernel)) << "it looks at writes otherwise";
    EXPECT_THAT(programs(Backend::tracepoint, old_kernel), Contains("wg_sys_exit"));
    EXPECT_TRUE(missing_program(Backend::tracepoint,
                                all_but({{"wg_send_length", ENOENT}, {"wg_sys_exit", EPERM}})));
}

TEST(Wanted, WhatIsRequiredIsAnObstacleOfItsOwnBackEndAlone) {
    const HookProbes no_fexit = all_but({{"wg_sendmsg", EPERM}});
    EXPECT_TRUE(missing_program(Backend::fentry, no_fexit));
    EXPECT_FALSE(missing_program(Backend::tracepoint, no_fexit));
    EXPECT_TRUE(missing_program(Backend::tracepoint, all_but({{"wg_iter_tcp", EPERM}})));
    EXPECT_FALSE(missing_program(Backend::fentry, all_but({{"wg_ack", EPERM}})));
}

TEST(Wanted, AFunctionThatTheKernelHasNoMoreLosesNothing) {
    EXPECT_THAT(programs(Backend::fentry, all_but({{"wg_sendpage", ENOENT}})),
                Not(Contains("wg_sendpage")));
    EXPECT_THAT(programs(Backend::fentry, all_but({{"wg_sendpage", EPERM}})),
                Contains("wg_sendpage"))
        << "refused: its loss is to be said";
}

TEST(Wanted, OneIteratorOverLateWritesFits) {
    EXPECT_THAT(programs(Backend::fentry, all_but({}), false), Contains("wg_iter_late"));
    EXPECT_THAT(programs(Backend::fentry, all_but({}), false), Not(Contains("wg_iter_hash")));
    EXPECT_THAT(programs(Backend::fentry, all_but({}), true), Contains("wg_iter_hash"));
    EXPECT_THAT(programs(Backend::fentry, all_but({}), true), Not(Contains("wg_iter_late")));
}

TEST(Wanted, SystemCallsAreWatchedWhereTheConfigSaysSo) {
    EXPECT_THAT(programs(Backend::fentry, all_but({}), false, true), Contains("wg_call_exit"));
    EXPECT_THAT(programs(Backend::fentry, all_but({}), false, false),
                Not(Contains("wg_call_exit")));
}

}  // namespace
}  // namespace wiregap::kernel
