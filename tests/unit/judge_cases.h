// SPDX-License-Identifier: Apache-2.0
// The table of cases of the judgement: what was seen over one interval, the verdict, and why. The
// section "Cases" of ARCHITECTURE.md is this table, and a test holds one against the other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/model/judge.h"

namespace wiregap::test {

struct JudgeCase {
    std::string seen;  ///< in words
    model::Interval interval;
    model::Verdict verdict;
    std::string why;  ///< one sentence
};

/// A second of a connection that moves 1 MB; cwnd and the peer's window have room.
model::Interval busy_second();
std::vector<JudgeCase> judge_cases();

}  // namespace wiregap::test
