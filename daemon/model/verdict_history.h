// SPDX-License-Identifier: Apache-2.0
// Who had which verdict: the history that intervals and hysteresis need, and each service's counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "daemon/model/connection_key.h"
#include "daemon/model/hysteresis.h"
#include "daemon/model/sample.h"
#include "daemon/model/thresholds.h"
#include "daemon/model/verdict_change.h"

namespace wiregap::model {

/// Of the sample's connections and services, in their order.
struct Verdicts {
    std::vector<Judgement> connections;
    std::vector<VerdictCounts> services;
    std::vector<VerdictChange> changes;  ///< from or to a problem; not yet named
};

/// A sample lists the connections that hold bytes; every other one of a service holds nothing and
/// counts as idle. What has just emptied is kept for calm_ticks, under the verdict it still has,
/// and forgotten then: the history is never larger than calm_ticks + 1 lists.
class VerdictHistory {
  public:
    explicit VerdictHistory(const Thresholds& thresholds = {}) : thresholds_(thresholds) {}
    void set_thresholds(const Thresholds& thresholds) { thresholds_ = thresholds; }
    [[nodiscard]] const Thresholds& thresholds() const { return thresholds_; }

    /// Call once per tick. Where the connections were not walked (gauges_fresh), verdicts and
    /// seconds stand still until the next walk, which makes up for the time. Beyond a truncated
    /// list nobody is called idle.
    Verdicts judge(const Sample& sample);

    /// Connections that are remembered.
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        Mark mark;
        Hysteresis hysteresis;
        Judgement judgement;
        std::uint64_t since_ns = 0;  // of the verdict
        std::uint32_t service = 0;
        std::uint32_t unlisted_ticks = 0;
    };
    struct Account {
        std::uint64_t since_ns = 0;
        VerdictCounts counts{};
        std::uint64_t listed = 0;
        bool seen = false;
    };

    void open_accounts(const Sample& sample);
    Verdicts as_before(const Sample& sample) const;
    const Judgement& judge_one(const Connection& connection, std::uint32_t service,
                               std::uint64_t now_ns);
    void rule(const ConnectionKey& key, Entry& entry, const Interval& interval,
              std::uint64_t now_ns);
    void show(const ConnectionKey& key, Entry& entry, std::uint64_t held, std::uint64_t now_ns);
    void let_go(const Sample& sample);
    void count(std::uint32_t service, Verdict verdict);
    void count_idle(const Sample& sample);
    std::vector<VerdictCounts> close_accounts(const Sample& sample);

    Thresholds thresholds_;
    std::unordered_map<ConnectionKey, Entry, ConnectionKeyHash> entries_;
    std::map<std::uint32_t, Account> accounts_;  // by ServiceSample::id
    std::vector<VerdictChange> changes_;
    std::uint64_t walked_ns_ = 0;  // the last tick that was fresh
    double elapsed_seconds_ = 0;   // from the fresh tick before to this one
};

}  // namespace wiregap::model
