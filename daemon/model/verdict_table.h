// SPDX-License-Identifier: Apache-2.0
// THE table of verdicts: word, whose problem, when it holds, the sentence that says why, what to
// do. A new verdict is a word in the enum (verdict.h), a row here, and its cases in
// tests/unit/judge_cases.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "daemon/model/judge.h"
#include "daemon/model/verdict.h"

namespace wiregap::model {

/// What a rule sees.
struct Case {
    const Interval& interval;
    const Thresholds& thresholds;
    HeldShares shares;
};

struct VerdictRow {
    Verdict verdict;
    std::string_view word;
    Locus locus;
    bool (*holds)(const Case&);
    /// Why, with the numbers of the interval that it rests on.
    std::string (*why)(const Interval&, const HeldShares&);
    std::string_view whose;
    std::string_view advice;
};

/// In order of priority, the last holds always.
std::span<const VerdictRow> verdict_table() noexcept;
const VerdictRow& row_of(Verdict verdict) noexcept;

}  // namespace wiregap::model
