// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/hash.h"

#include <sys/random.h>

#include <array>
#include <cstddef>
#include <cstring>

namespace wiregap::resp {
namespace {

std::array<std::uint64_t, 2> draw_secret() noexcept {
    std::array<std::uint64_t, 2> secret{0x9e3779b97f4a7c15, 0xd1b54a32d192ed03};
    // Without entropy (early boot) the constants have to do.
    if (getrandom(secret.data(), sizeof secret, GRND_NONBLOCK) < 0) return secret;
    return secret;
}

/// High and low half of the product, folded: one multiplication mixes 128 bits.
std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(const char* at, std::size_t size) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, size);
    return word;
}

}  // namespace

std::uint64_t hash_of(std::string_view bytes) noexcept {
    static const std::array<std::uint64_t, 2> secret = draw_secret();
    std::uint64_t state = secret[0] ^ bytes.size();
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left > 16; left -= 16, at += 16) {
        state = folded_product(load(at, 8) ^ secret[1], load(at + 8, 8) ^ state);
    }
    const std::size_t low = left < 8 ? left : 8;
    const std::uint64_t tail = load(at, low);
    const std::uint64_t rest = load(at + low, left - low);
    return folded_product(folded_product(tail ^ secret[1], rest ^ state), secret[0] ^ secret[1]);
}

}  // namespace wiregap::resp
