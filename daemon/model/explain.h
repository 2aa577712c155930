// SPDX-License-Identifier: Apache-2.0
// A verdict in plain sentences with its numbers: what is held, where, why, whose problem, what to
// do. Pure: a snapshot and a question in, sentences out; every face prints the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/model/snapshot.h"

namespace wiregap::model {

/// One whole sentence each (or more); `notes` may be empty.
struct Explanation {
    std::string subject;  ///< "redis-server:6379, 127.0.0.1:6379 -> 127.0.0.1:45234"
    Verdict verdict = Verdict::idle;
    std::string held;   ///< what is held, and for how long
    std::string where;  ///< in which of the five places
    std::string why;
    std::string whose;
    std::string advice;
    std::string peer{};              ///< who that is, if its socket is on this host; else empty
    std::vector<std::string> notes;  ///< what limits the judgement; a service's worst connections
};

struct Answer {
    std::vector<Explanation> found;  ///< services first, worst connections first
    std::string problem;             ///< one line if nothing was found: what to ask instead
};

/// what: a service's name; a port; a process id; a connection, as "LOCAL-PEER", as one of its ends
/// ("127.0.0.1:45234") or by cookie. A bare number is a port if a service has it, else a pid, else
/// a cookie; "service:", "port:", "pid:" and "cookie:" before it settle that.
Answer explain(const Snapshot& snapshot, std::string_view what);

Explanation explain_connection(const Snapshot& snapshot, const Connection& connection);
/// "This host's TCP memory is short (900MiB of 1GiB, net.ipv4.tcp_mem): ..."
std::string short_of_memory(const HostTcp& host);
Explanation explain_service(const Snapshot& snapshot, const Service& service);

}  // namespace wiregap::model
