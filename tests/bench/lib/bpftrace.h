// SPDX-License-Identifier: Apache-2.0
// What an operator without wiregap would write: a bpftrace script on the hooks that a write passes.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "tests/bench/lib/condition.h"

namespace wiregap::bench {

/// A stamp at the end of the write, a histogram of the time until the segment is handed down, and a
/// histogram of the time from there to the ACK: per socket, as bpftrace's maps have it.
class Bpftrace : public Condition {
  public:
    /// The script and the log go to `work_dir`.
    explicit Bpftrace(const std::filesystem::path& work_dir);
    Bpftrace(const Bpftrace&) = delete;
    Bpftrace& operator=(const Bpftrace&) = delete;
    ~Bpftrace() override;

    /// Returns when its programs are attached. Throws if there is no bpftrace, or it ends.
    void enter() override;
    void leave() override;
    /// Of the last enter(); the maps are empty then.
    [[nodiscard]] double resident_bytes() const { return resident_bytes_; }

  private:
    void await_attached();

    std::filesystem::path script_;
    std::filesystem::path log_;
    pid_t pid_ = -1;
    double resident_bytes_ = 0;
};

}  // namespace wiregap::bench
