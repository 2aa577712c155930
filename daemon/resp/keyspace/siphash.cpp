// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/keyspace/siphash.h"

#include <sys/random.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace wiregap::resp {
namespace {

std::array<std::uint64_t, 2> draw_key() noexcept {
    std::array<std::uint64_t, 2> key{0x9e3779b97f4a7c15, 0xd1b54a32d192ed03};
    // Without entropy (early boot) the constants have to do.
    if (getrandom(key.data(), sizeof key, GRND_NONBLOCK) < 0) return key;
    return key;
}

struct State {
    std::uint64_t v0, v1, v2, v3;

    void round() noexcept {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    }
    void take(std::uint64_t word) noexcept {
        v3 ^= word;
        round();
        v0 ^= word;
    }
};

}  // namespace

std::uint64_t siphash(std::string_view bytes) noexcept {
    static const std::array<std::uint64_t, 2> key = draw_key();
    State state{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
    std::uint64_t word = 0;
    std::size_t at = 0;
    for (; at + sizeof word <= bytes.size(); at += sizeof word) {
        std::memcpy(&word, bytes.data() + at, sizeof word);
        state.take(word);
    }
    word = 0;
    if (at < bytes.size()) std::memcpy(&word, bytes.data() + at, bytes.size() - at);
    state.take(word | std::uint64_t{bytes.size()} << 56U);
    state.v2 ^= 0xff;
    for (int i = 0; i < 3; ++i) state.round();
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace wiregap::resp
