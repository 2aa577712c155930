// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/doctor_probe.h"

#include <exception>

#include "daemon/kernel/bpf/programs.h"

namespace wiregap::kernel {

ProbeReport probe_hooks() {
    try {
        Choice choice = choose_backend(config::BackendChoice::automatic, false);
        return {.chosen_backend = std::string(to_string(choice.backend)),
                .backend_reason = choice.reason,
                .hooks = std::move(choice.hooks),
                .error = ""};
    } catch (const std::exception& failure) {
        return {
            .chosen_backend = "poll", .backend_reason = "", .hooks = {}, .error = failure.what()};
    }
}

}  // namespace wiregap::kernel
