// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "daemon/cli/explain_command.h"
#include "daemon/cli/failure.h"

namespace wiregap::cli {
namespace {

const char* const document = R"json({"explanations": [
  {"subject": "service a:1 (server)", "verdict": "peer_slow", "locus": "peer", "held": "H.",
   "where": "W.", "why": "one two three four five six seven eight nine ten.", "whose": "X.",
   "advice": "D.", "notes": ["N\u001b."]}]})json";

TEST(CliExplain, PrintsEachSentenceUnderItsLabel) {
    const Explained result = render_explain(Json::parse(document), false, 0);
    EXPECT_EQ(result.exit_code, exit_ok);
    EXPECT_EQ(result.text,
              "service a:1 (server)\n"
              "  Verdict: peer_slow (peer)\n"
              "  Held:    H.\n"
              "  Where:   W.\n"
              "  Why:     one two three four five six seven eight nine ten.\n"
              "  Whose:   X.\n"
              "  To do:   D.\n"
              "  Note:    N?.\n");
}

TEST(CliExplain, FitsTheScreen) {
    const std::string text = render_explain(Json::parse(document), false, 41).text;
    EXPECT_NE(
        text.find("  Why:     one two three four five six\n           seven eight nine ten.\n"),
        std::string::npos)
        << text;
}

TEST(CliExplain, NothingFoundIsOneLineAndItsOwnExitCode) {
    const Json nothing = Json::parse(R"({"explanations": [], "problem": "nothing is known"})");
    const Explained result = render_explain(nothing, false, 80);
    EXPECT_EQ(result.exit_code, exit_unknown);
    EXPECT_EQ(result.problem, "nothing is known");
    EXPECT_EQ(result.text, "");
    EXPECT_EQ(render_explain(nothing, true, 80).exit_code, exit_unknown);
}

TEST(CliExplain, AForeignAnswerIsRefused) {
    EXPECT_THROW(render_explain(Json::parse("{}"), false, 80), Failure);
    EXPECT_NO_THROW(render_explain(Json::parse(R"({"explanations":[1,null]})"), false, 80));
}

}  // namespace
}  // namespace wiregap::cli
