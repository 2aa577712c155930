// SPDX-License-Identifier: Apache-2.0
// From a source's sample to the picture that every view sees.
#pragma once

#include <cstdint>

#include "daemon/model/ack_rates.h"
#include "daemon/model/integral.h"
#include "daemon/model/ledger.h"
#include "daemon/model/sample.h"
#include "daemon/model/service_book.h"
#include "daemon/model/snapshot.h"
#include "daemon/model/verdict_book.h"

namespace wiregap::model {

/// What is remembered from tick to tick.
struct Books {
    explicit Books(const Thresholds& thresholds = {}) : verdicts(thresholds) {}

    Ledger ledger;
    Integrals integrals;
    VerdictBook verdicts;
    ServiceBook services;
    AckRates rates;
};

/// Completes the counters, judges the connections, names the services, sorts. The caller adds
/// sequence, times and Self.
Snapshot make_snapshot(Sample sample, Books& books, std::uint64_t own_netns_inode);

}  // namespace wiregap::model
