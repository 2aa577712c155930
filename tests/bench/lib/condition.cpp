// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/condition.h"

#include <stdexcept>

namespace wiregap::bench {

std::unique_ptr<Condition> make_condition(const std::string& name, const DaemonFiles& files) {
    if (name == "wiregapd") return std::make_unique<Watched>(files);
    if (name == "empty") return std::make_unique<Floor>();
    if (name == "nothing") return std::make_unique<Unwatched>();
    throw std::invalid_argument("no such condition: " + name);
}

}  // namespace wiregap::bench
