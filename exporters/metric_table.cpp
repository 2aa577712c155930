// SPDX-License-Identifier: Apache-2.0
#include "exporters/metric_table.h"

#include <vector>

#include "exporters/rows.h"

namespace wiregap::exporters {

std::span<const MetricRow> metric_table() {
    static const std::vector<MetricRow> joined = [] {
        std::vector<MetricRow> all;
        for (const auto rows :
             {bytes_rows(), writes_rows(), waits_rows(), held_rows(), queues_rows(),
              connections_rows(), verdicts_rows(), resp_rows(), self_rows(), process_rows()}) {
            all.insert(all.end(), rows.begin(), rows.end());
        }
        return all;
    }();
    return joined;
}

}  // namespace wiregap::exporters
