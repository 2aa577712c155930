// SPDX-License-Identifier: Apache-2.0
// When the kernel gives a connection up that nobody answers any more.
#pragma once

#include <optional>

namespace wiregap::model {

struct Connection;

/// Seconds until then, about; absent where it cannot be known (after close() the kernel is less
/// patient, tcp_orphan_retries) or nothing is unanswered. silent_seconds: since the last answer.
/// As net/ipv4/tcp_timer.c has it: tcp_probe_timer counts the probes of a closed window, and
/// tcp_write_timeout gives as much time as tcp_retries2 doublings from the least timeout would
/// take.
std::optional<double> gives_up_seconds(const Connection& connection, double silent_seconds);

}  // namespace wiregap::model
