// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/map_entries.h"

#include "tests/support/clock.h"
#include "tests/truth/metrics_page.h"

namespace wiregap::truth {

MapEntries map_entries(const Session& session) {
    MapEntries entries;
    if (session.daemon() == nullptr) return entries;
    const MetricsPage page(session.daemon()->metrics());
    for (const Sample& sample : page.samples("wiregap_map_entries", {}))
        entries[sample.labels.at("map")] = sample.value;
    return entries;
}

// Other programs of this host come and go, too: a leak of ours would be in the thousands.
void expect_entries(Session& session, const MapEntries& before) {
    const double others = session.vm() ? 5 : 40;
    MapEntries now;
    const auto back = [&] {
        now = map_entries(session);
        for (const auto& [map, entries] : before)
            if (now[map] > entries + others) return false;
        return true;
    };
    poll_until(back, 10 * second, 100 * ms);
    for (const auto& [map, entries] : before)
        session.report().within("entries of map " + map + " afterwards", now[map], 0,
                                entries + others);
}

}  // namespace wiregap::truth
