// SPDX-License-Identifier: Apache-2.0
// The table of programs: what is known where some of them are missing.
#include "daemon/kernel/bpf/hooks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace wiregap::kernel {
namespace {

std::vector<model::Hook> hooks_without(const std::set<std::string>& missing, In back_end) {
    std::vector<model::Hook> hooks;
    for (const HookSpec& spec : hook_specs()) {
        if (spec.in != In::both && spec.in != back_end) continue;
        const std::string program(spec.program);
        hooks.push_back({.name = std::string(spec.hook),
                         .mechanism = "",
                         .program = program,
                         .attached = !missing.contains(program),
                         .reason = "",
                         .loses = ""});
    }
    return hooks;
}

TEST(Hooks, AllOfThemGiveAllThatNeedsOne) {
    const model::Known known = given_by(hooks_without({}, In::fentry));
    EXPECT_TRUE(known.retransmits && known.acks && known.egress && known.blocked &&
                known.accept_wait && known.write_calls);
    EXPECT_FALSE(known.lifecycle) << "no single hook gives it";
}

TEST(Hooks, WhatNeedsTwoIsLostWithEither) {
    for (const char* missing : {"wg_ack", "wg_dequeue"}) {
        EXPECT_FALSE(given_by(hooks_without({missing}, In::fentry)).egress) << missing;
    }
    EXPECT_FALSE(given_by(hooks_without({"wg_ack"}, In::fentry)).acks);
    EXPECT_TRUE(given_by(hooks_without({"wg_dequeue"}, In::fentry)).acks);
    EXPECT_FALSE(given_by(hooks_without({"wg_wait_end"}, In::fentry)).blocked);
}

TEST(Hooks, WhatABackEndDoesNotWantItDoesNotGive) {
    const model::Known known = given_by(hooks_without({}, In::tracepoint));
    EXPECT_FALSE(known.accept_wait || known.blocked);
    EXPECT_TRUE(known.acks);
}

TEST(Hooks, EachProgramStandsOnceAndAStandInNamesAnother) {
    std::set<std::string_view> programs;
    for (const HookSpec& spec : hook_specs())
        EXPECT_TRUE(programs.insert(spec.program).second) << spec.program;
    for (const HookSpec& spec : hook_specs()) {
        EXPECT_FALSE(spec.loses.empty()) << spec.program;
        EXPECT_TRUE(spec.stands_in_for.empty() || programs.contains(spec.stands_in_for));
    }
}

TEST(Hooks, OneIsFoundByWhenItIsWanted) {
    EXPECT_TRUE(has_hook(hooks_without({}, In::both), When::state_in_hash));
    EXPECT_FALSE(has_hook(hooks_without({"wg_iter_hash"}, In::both), When::state_in_hash));
}

}  // namespace
}  // namespace wiregap::kernel
