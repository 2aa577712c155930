// SPDX-License-Identifier: Apache-2.0
// The loaded and attached kernel programs of one back end: choosing by trying, loading, attaching.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bpf/shared.h"
#include "daemon/config/config.h"
#include "daemon/kernel/bpf/hooks.h"
#include "daemon/model/snapshot.h"

struct wiregap_bpf;
struct bpf_link;

namespace wiregap::kernel {

/// No back end that the configuration allows can be had; what() is one line with what to do.
class BackendRefused : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What dropped a packet, by the reasons of this kernel.
struct DropReasons {
    std::array<std::uint8_t, WG_DROP_REASONS> by_reason{};  ///< enum wg_drop
    std::uint32_t qdisc_subsystem = 0;                      ///< 0: it has none
};

/// What was chosen and why.
struct Choice {
    Backend backend = Backend::poll;
    std::string reason;  ///< why not a better back end; empty if this is the best
    std::vector<model::Hook> hooks;
    bool late_by_address = false;       ///< state by socket address instead of sk_storage
    bool has_spin_lock = true;          ///< tracing programs may lock their state
    bool retransmit_has_error = false;  ///< the tracepoint has a third argument
    DropReasons drops;
    unsigned accept_arguments = 0;  ///< of inet_csk_accept, 0 where it does not exist
};

/// Tries every hook and picks the best back end that `wanted` allows. Loads nothing for good.
/// syscalls: the write calls are to be watched too. Throws BackendRefused if `wanted` names one
/// that can't be had.
Choice choose_backend(config::BackendChoice wanted, bool syscalls);

/// Of max_services so many are for servers alone: ids 1 to this.
std::uint32_t server_share(const config::Limits& limits);

class Programs {
  public:
    /// Loads and attaches what `choice` found; a program that is refused after all is taken out and
    /// said in choice.hooks. Throws BackendRefused if a required one is.
    Programs(Choice& choice, const config::Config& config);
    ~Programs();
    Programs(const Programs&) = delete;
    Programs& operator=(const Programs&) = delete;

    [[nodiscard]] wiregap_bpf* skeleton() const noexcept { return skeleton_; }
    /// Attaches every hook; call after the first walk over files has learnt what is there.
    void attach_hooks(Choice& choice);

  private:
    void open(const Choice& choice, const config::Config& config);

    wiregap_bpf* skeleton_ = nullptr;
    std::vector<bpf_link*> links_;
};

}  // namespace wiregap::kernel
