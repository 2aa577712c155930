// SPDX-License-Identifier: Apache-2.0
// What a connection must show for a verdict. config.yaml documents each (section `verdicts`).
#pragma once

#include <cstdint>

namespace wiregap::model {

struct Thresholds {
    double held_ratio = 0.1;            ///< share of the interval that bytes were held by one cause
    double stalled_seconds = 2;         ///< without an acknowledged byte
    double retransmit_ratio = 0.01;     ///< of the bytes that were transmitted
    double egress_wait_seconds = 0.05;  ///< from qdisc to driver
    std::uint32_t calm_ticks = 3;       ///< until a better verdict takes the place of a worse
    std::uint32_t top_connections = 0;  ///< worst connections that have a series each; 0: none
    bool operator==(const Thresholds&) const = default;
};

}  // namespace wiregap::model
