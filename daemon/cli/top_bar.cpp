// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/top_bar.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace wiregap::cli {

double bar_bytes(const TopService& s) { return s.held_bytes() + s.unacked_bytes; }

std::string top_bar(const TopService& s, double scale_bytes, std::size_t width) {
    const double egress = std::min(s.egress_bytes.value_or(0), s.unacked_bytes);
    const std::pair<char, double> places[] = {{'b', s.backlog_bytes.value_or(0)},
                                              {'n', s.notsent_bytes},
                                              {'e', egress},
                                              {'f', s.unacked_bytes - egress}};
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
