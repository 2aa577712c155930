// SPDX-License-Identifier: Apache-2.0
// Two programs that do what programs do with connections, and write down what their calls returned.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/truth/ledger.h"
#include "tests/truth/program.h"

namespace wiregap::truth {

/// What happens on one connection.
struct Act {
    enum Kind : std::uint8_t {
        exchange,         ///< both write and read all; one closes, then the other
        half_close,       ///< the client ends its direction first, then reads
        reset_by_server,  ///< the client does not read; the server fills its queue and resets
        reset_by_client,  ///< the same; the client resets, and the server goes on writing
        kinds
    };
    Kind kind = exchange;
    std::uint32_t down_bytes = 0;  ///< server to client
    std::uint32_t up_bytes = 0;
    std::uint32_t writes = 1;  ///< calls in which the bytes are written
    bool server_first = false;
};

struct Plan {
    enum class Listen : std::uint8_t {
        plain,
        dual_stack,
        unbound,
        shared,
        inherited,
        activated,
        mptcp,
        kinds
    };
    enum class Dial : std::uint8_t { ephemeral, fixed, listening, kinds };
    std::string server;
    std::string client;
    std::uint16_t port = 0;       ///< 0: the kernel chooses
    std::uint16_t dial_port = 0;  ///< the client's own, where Dial is not ephemeral
    Listen listen = Listen::plain;
    Dial dial = Dial::ephemeral;
    bool own_namespace = false;
    std::string cgroup{};        ///< a control group's directory; empty: where we are
    bool killed = false;         ///< both end by SIGKILL with their sockets open
    bool refused = false;        ///< the client also dials where nobody listens
    bool renames = false;        ///< after the first connection both have another name
    bool acceptor_owns = false;  ///< wiregap sees accept(): a server is who accepts
    std::string executed{};      ///< who serves, where it is activated
    std::vector<Act> acts;
};

std::string to_string(const Plan& plan);

/// The plan that this generator draws.
Plan draw_plan(std::mt19937_64& random);

struct Executed;
/// What an executed server does. Throws as Play::finish().
void play_executed(const Executed& what);

/// One plan, played.
class Play {
  public:
    /// Begins it. Throws std::system_error where the machine can't.
    Play(Plan plan, Ledger& ledger);
    /// Waits for its end; throws if it went otherwise than planned.
    void finish();

  private:
    Plan plan_;
    Pipe told_;  // by the server to the client: the queue is full
    std::optional<Program> server_;
    std::optional<Program> client_;
};

}  // namespace wiregap::truth
