// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/verdicts.h"

#include <fmt/format.h>

#include <algorithm>

namespace wiregap::truth {

namespace {

constexpr std::uint64_t timeout_ns = 60 * second;

double seconds_under(Session& session, std::uint16_t port, const std::string& verdict) {
    const View view = session.settled_service({.port = port});
    return view.number("/verdicts/" + verdict + "/seconds").value_or(0);
}

}  // namespace

void until_verdict(Session& session, std::uint16_t port, const std::string& verdict,
                   const std::function<void(unsigned times)>& cause) {
    if (session.daemon() == nullptr) return cause(1);
    const double before = seconds_under(session, port, verdict);
    const std::uint64_t end = now_ns() + timeout_ns;
    double now = before;
    // Longer each time: a busy machine ticks rarely, and the cause must last from one tick to the
    // next.
    for (unsigned times = 1; now <= before && now_ns() < end; ++times) {
        cause(times);
        now = seconds_under(session, port, verdict);
    }
    session.report().within("connection-seconds that were " + verdict, now - before, 1e-9, 1e9);
}

void expect_explained(Session& session, std::uint16_t port, const std::string& verdict,
                      const std::string& text) {
    if (session.daemon() == nullptr) return;
    const auto document = session.daemon()->json(fmt::format("/api/v1/explain?what=port:{}", port));
    const std::string answer = document.dump();
    const bool now = answer.find("\"verdict\":\"" + verdict + "\"") != std::string::npos;
    // The cause may have ended a tick ago, and a worse verdict of the same moment comes first.
    if (!now) {
        session.report().equal("explain names the verdict's time",
                               answer.find(verdict) != std::string::npos, true);
        return;
    }
    session.report().equal("explain says '" + text + "'", answer.find(text) != std::string::npos,
                           true);
}

bool knows_reasons_now(Session& session) {
    if (session.daemon() == nullptr) return true;
    const auto self = session.daemon()->json("/api/v1/self");
    if (self["snapshot"]["backend"] != "poll") return true;
    session.report().skip("verdict", "the poll back end counts no held time by reason");
    return false;
}

}  // namespace wiregap::truth
