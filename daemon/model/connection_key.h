// SPDX-License-Identifier: Apache-2.0
// What tells one connection from another across ticks: its addresses within their network
// namespace. Not the cookie: the kernel gives a socket one when somebody first asks for it (an `ss`
// in between), so it can change from 0 in mid-life.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "daemon/model/connection.h"

namespace wiregap::model {

struct ConnectionKey {
    std::uint64_t netns_inode = 0;
    Endpoint local;
    Endpoint peer;
    bool operator==(const ConnectionKey&) const = default;
};

inline ConnectionKey key_of(const Connection& c) { return {c.netns_inode, c.local, c.peer}; }

struct ConnectionKeyHash {
    std::size_t operator()(const ConnectionKey& key) const noexcept {
        std::size_t hash = std::hash<std::uint64_t>{}(key.netns_inode);
        const auto mix = [&](std::uint64_t value) { hash = hash * 1000003U ^ value; };
        for (const Endpoint* end : {&key.local, &key.peer}) {
            for (const std::uint8_t byte : end->address) mix(byte);
            mix(end->port);
        }
        return hash;
    }
};

}  // namespace wiregap::model
