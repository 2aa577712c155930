// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/top/bar.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "daemon/cli/top/data.h"

namespace wiregap::cli {

double bar_bytes(const view::Row& service) {
    return service_number(service, "held_bytes") + service_number(service, "unacked_bytes");
}

std::string top_bar(const view::Row& service, double scale_bytes, std::size_t width) {
    const double unacked = service_number(service, "unacked_bytes");
    const double egress = std::min(service_number(service, "egress_payload_bytes"), unacked);
    const std::pair<char, double> places[] = {{'b', service_number(service, "reply_backlog_bytes")},
                                              {'n', service_number(service, "notsent_bytes")},
                                              {'e', egress},
                                              {'f', unacked - egress}};
    std::string bar;
    for (const auto& [letter, bytes] : places) {
        if (bytes <= 0 || scale_bytes <= 0) continue;
        const double cells = std::round(bytes / scale_bytes * static_cast<double>(width));
        bar.append(static_cast<std::size_t>(std::max(1.0, cells)), letter);
    }
    bar.resize(width, '.');
    return bar;
}

}  // namespace wiregap::cli
