// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/kernel_memory.h"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace wiregap::bench {

namespace {

std::ifstream opened(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("can't read " + file.string());
    return in;
}

double kmalloc_bytes(const std::filesystem::path& slabinfo) {
    std::ifstream in = opened(slabinfo);
    double sum = 0;
    for (std::string line; std::getline(in, line);) {
        std::istringstream fields(line);
        std::string cache;
        double active = 0;
        double total = 0;
        double object_bytes = 0;
        fields >> cache >> active >> total >> object_bytes;
        if (cache.rfind("kmalloc", 0) == 0) sum += active * object_bytes;
    }
    return sum;
}

double per_cpu_bytes(const std::filesystem::path& meminfo) {
    std::ifstream in = opened(meminfo);
    for (std::string word; in >> word;) {
        double kib = 0;
        if (word == "Percpu:" && in >> kib) return kib * 1024;
    }
    throw std::runtime_error("no Percpu in " + meminfo.string());
}

}  // namespace

double kernel_memory_bytes(const std::filesystem::path& proc) {
    return kmalloc_bytes(proc / "slabinfo") + per_cpu_bytes(proc / "meminfo");
}

}  // namespace wiregap::bench
