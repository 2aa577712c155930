// SPDX-License-Identifier: Apache-2.0
#include <bpf/libbpf.h>

#include "daemon/kernel/bpf/bpf_source.h"
#include "daemon/kernel/diag/diag_source.h"
#include "daemon/kernel/host/environment.h"
#include "daemon/kernel/source.h"

namespace wiregap::kernel {

std::string libbpf_version() {
    return std::to_string(libbpf_major_version()) + "." + std::to_string(libbpf_minor_version());
}

std::unique_ptr<Source> make_source(const config::Config& config) {
    Choice choice = choose_backend(config.backend, config.syscalls);
    if (choice.backend != Backend::poll) {
        try {
            return std::make_unique<BpfSource>(choice, config);
        } catch (const BackendRefused& refused) {
            if (config.backend != config::BackendChoice::automatic) throw;
            // The probes passed and the whole did not load: go on with less, and say so.
            choice.reason = refused.what();
        }
    }
    for (model::Hook& hook : choice.hooks) hook.attached = false;
    return std::make_unique<DiagSource>(std::move(choice), config);
}

}  // namespace wiregap::kernel
