// SPDX-License-Identifier: Apache-2.0
// What scenarios about verdicts share. Nothing here measures a time: a cause goes on until wiregap
// has counted some under its verdict, and only a generous deadline ends the wait.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/truth/session.h"

namespace wiregap::truth {

/// Makes the cause again and again, to last `times` as long at the n-th time, until
/// connection-seconds of the service on this port under this verdict have grown; a check fails
/// after 60 s. Without a daemon the cause is made once.
void until_verdict(Session& session, std::uint16_t port, const std::string& verdict,
                   const std::function<void(unsigned times)>& cause);

/// `explain` of the service had this verdict within the last ticks: some sentence of the answer, or
/// of the verdict's own advice, has this text.
void expect_explained(Session& session, std::uint16_t port, const std::string& verdict,
                      const std::string& text);

/// False, with a skip that says so, if the back end does not know why bytes are held.
bool knows_reasons_now(Session& session);

}  // namespace wiregap::truth
