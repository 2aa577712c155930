// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/other_end.h"

#include "daemon/model/units.h"

namespace wiregap::model {

const Connection* other_end(const std::vector<Connection>& connections, const Connection& of) {
    const Endpoint local = unmapped(of.local);
    const Endpoint peer = unmapped(of.peer);
    const Connection* elsewhere = nullptr;
    std::size_t matches = 0;
    for (const Connection& c : connections) {
        if (c.local.port != peer.port || c.peer.port != local.port) continue;
        if (unmapped(c.local) != peer || unmapped(c.peer) != local) continue;
        if (c.netns_inode == of.netns_inode) return &c;
        elsewhere = &c;
        ++matches;
    }
    return matches == 1 && !is_loopback(of.peer) ? elsewhere : nullptr;
}

bool is_group_full(const Connection& other) {
    const auto& memory = other.owner.memory;
    constexpr double full = 0.95;
    return memory &&
           static_cast<double>(memory->bytes) >= full * static_cast<double>(memory->limit_bytes);
}

std::string who_is(const Connection& other) {
    const Owner& owner = other.owner;
    const std::string program = owner.comm.empty() ? other.service : owner.comm;
    std::string text = "The peer is " + program;
    if (owner.pid != 0) text += "[" + std::to_string(owner.pid) + "]";
    text += " on this host, and has ";
    text += other.receive_queue_bytes == 0
                ? "read what has arrived."
                : "not read " + human_bytes(other.receive_queue_bytes) + ".";
    if (is_group_full(other))
        text += " Its control group " + printable(owner.memory->group) + " uses " +
                human_bytes(owner.memory->bytes) + " of its " +
                human_bytes(owner.memory->limit_bytes) +
                " of memory (memory.max): the kernel takes little more for its sockets.";
    return text;
}

}  // namespace wiregap::model
