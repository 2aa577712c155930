// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/netstat.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace wiregap::truth {

std::uint64_t netstat(const std::string& name) {
    std::ifstream file("/proc/net/netstat");
    std::string names;
    std::string values;
    while (std::getline(file, names) && std::getline(file, values)) {
        std::istringstream name_words(names);
        std::istringstream value_words(values);
        std::string one;
        std::string value;
        while (name_words >> one && value_words >> value) {
            if (one == name) return std::stoull(value);
        }
    }
    throw std::runtime_error("/proc/net/netstat has no " + name);
}

}  // namespace wiregap::truth
