// SPDX-License-Identifier: Apache-2.0
// The iterators: one object for each walk over the kernel's own state.
#pragma once

#include <cstdint>
#include <vector>

#include "bpf/shared.h"

struct bpf_link;
struct bpf_program;
struct wiregap_bpf;

namespace wiregap::kernel {

/// One iterator, attached. A walk runs its program over everything once.
class Walk {
  public:
    /// over_map: fd of the map to iterate, for iterators over maps; -1 otherwise.
    /// A program that was not loaded gives a walk that does nothing.
    explicit Walk(const bpf_program* program, int over_map = -1);
    ~Walk();
    Walk(const Walk&) = delete;
    Walk& operator=(const Walk&) = delete;

    [[nodiscard]] bool usable() const noexcept { return link_ != nullptr; }
    /// Runs it; what the program wrote to the sequence file is returned as whole records of
    /// record_bytes each. Empty on failure (the walk's effects in maps are partial then).
    std::vector<std::byte> run() const;

  private:
    bpf_link* link_ = nullptr;
};

/// The walks of wiregap.
class Walks {
  public:
    explicit Walks(wiregap_bpf& skeleton, bool late_by_address);
    /// Every process' files: owners, and the sockets of all network namespaces. The first one must
    /// run before any hook is attached: it teaches the programs where they lie.
    std::vector<wg_owned> files() const;
    /// Own network namespace: sums and list in the maps.
    void own_namespace() const { connections_.run(); }
    /// Other namespaces: sockets that were late once, into the list.
    void late_elsewhere() const { late_.run(); }

    /// Deaths that waited to be told whose reset it was.
    void decide_resets() const { resets_.run(); }

  private:
    Walk files_;
    Walk connections_;
    Walk late_;
    Walk resets_;
};

}  // namespace wiregap::kernel
