// SPDX-License-Identifier: Apache-2.0
// Where samples come from. To add a source, implement this and name it in make_source().
#pragma once

#include <cstdint>
#include <memory>

#include "daemon/config/config.h"
#include "daemon/model/sample.h"

namespace wiregap::kernel {

class Source {
  public:
    Source() = default;
    virtual ~Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    /// Reads the kernel. now_ns: CLOCK_MONOTONIC. Throws std::runtime_error only if nothing at all
    /// can be read.
    virtual model::Sample read(std::uint64_t now_ns) = 0;
    /// The monitor about itself, tick_seconds excepted.
    [[nodiscard]] virtual model::Self self() const = 0;
    /// Takes over what a reload may change: tick, owners_seconds, sweep_cpu_ratio.
    virtual void reconfigure(const config::Config& config) = 0;
};

/// Chooses the back end by trying and starts it. Throws BackendRefused if the config names one that
/// can't be had.
std::unique_ptr<Source> make_source(const config::Config& config);

}  // namespace wiregap::kernel
