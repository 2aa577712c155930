// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/process.h"

#include <sched.h>
#include <sys/prctl.h>

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string>

namespace wiregap::bench {

void run_anywhere() {
    cpu_set_t everywhere;
    CPU_ZERO(&everywhere);
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) CPU_SET(cpu, &everywhere);
    sched_setaffinity(0, sizeof everywhere, &everywhere);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

double resident_bytes_of(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string word; status >> word;) {
        double kib = 0;
        if (word == "VmRSS:" && status >> kib) return kib * 1024;
    }
    throw std::runtime_error("no VmRSS of process " + std::to_string(pid) + " in /proc");
}

}  // namespace wiregap::bench
