// SPDX-License-Identifier: Apache-2.0
// A verdict that became a problem, ceased to be one, or turned into another one.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/model/connection.h"
#include "daemon/model/verdict.h"

namespace wiregap::model {

struct VerdictChange {
    std::uint32_t service_id = 0;  ///< ServiceSample::id; service and port are named from it
    std::string service{};
    std::uint16_t service_port = 0;
    Role role = Role::server;
    Endpoint local{};
    Endpoint peer{};
    Verdict before = Verdict::idle;
    Verdict verdict = Verdict::idle;
    double before_seconds = 0;     ///< for how long it had the verdict before
    std::uint64_t held_bytes = 0;  ///< notsent and reply backlog, now
};

}  // namespace wiregap::model
