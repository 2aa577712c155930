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

std::string who_is(const Connection& other) {
    const Owner& owner = other.owner;
    const bool is_known = !other.owner_of_service && !owner.comm.empty();
    std::string text = "The peer is ";
    text += is_known ? owner.comm + "[" + std::to_string(owner.pid) + "]"
                     : "a connection of " + other.service;
    text += " on this host";
    if (!other.kernel_unknown)
        text += other.receive_queue_bytes == 0
                    ? ", and has read what has arrived"
                    : ", and has not read " + human_bytes(other.receive_queue_bytes);
    text += ".";
    if (owner.memory)
        text += " Its control group " + printable(owner.memory->group) + " uses " +
                human_bytes(owner.memory->bytes) + " of its " +
                human_bytes(owner.memory->limit_bytes) +
                " of memory (memory.max): the kernel takes little more for its sockets.";
    return text;
}

}  // namespace wiregap::model
