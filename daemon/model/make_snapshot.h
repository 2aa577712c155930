// SPDX-License-Identifier: Apache-2.0
// From a source's sample to the picture that every view sees.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/accept_drops.h"
#include "daemon/model/ack_rates.h"
#include "daemon/model/derived_bytes.h"
#include "daemon/model/held_history.h"
#include "daemon/model/integral.h"
#include "daemon/model/sample.h"
#include "daemon/model/service_book.h"
#include "daemon/model/snapshot.h"
#include "daemon/model/verdict_history.h"

namespace wiregap::model {

/// What is remembered from tick to tick.
struct Books {
    explicit Books(const Thresholds& thresholds = {}) : verdicts(thresholds) {}

    DerivedBytes derived_bytes;
    Integrals integrals;
    AcceptDrops accept_drops;
    VerdictHistory verdicts;
    ServiceBook services;
    AckRates rates;
    HeldHistory held;
};

/// A service whose reply backlog a source knows, by where it listens.
struct Served {
    std::string source;
    std::uint64_t netns_inode = 0;
    std::uint16_t port = 0;
};

/// What a picture has besides what was read from the kernel.
struct Surroundings {
    std::uint64_t own_netns_inode = 0;
    std::uint64_t sequence = 0;
    double taken_unix_seconds = 0;
    double tick_interval_seconds = 1;
    Self self{};
    std::vector<BacklogSource> backlog_sources{};
    std::vector<Served> served{};  ///< by sources that are up: there with 0, too
    std::optional<RespServer> resp{};
};

/// The one place where a picture is put together: completes the counters, judges the connections,
/// names the services, adds up, sorts. The caller adds how long all of it took.
Snapshot make_snapshot(Sample sample, Books& books, Surroundings surroundings);

}  // namespace wiregap::model
