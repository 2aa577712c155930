// SPDX-License-Identifier: Apache-2.0
// Numbers that are kept as texts.
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "daemon/resp/engine.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/typed.h"

namespace wiregap::resp {
namespace {

void add(Call& call, std::int64_t amount) {
    const auto found = found_text_of_call(call);
    if (!found) return;
    const auto before = found->value == nullptr ? 0 : to_integer(found->value->view());
    if (!before) {
        call.not_integer();
        return;
    }
    std::int64_t after = 0;
    if (__builtin_add_overflow(*before, amount, &after)) {
        call.reply.error("ERR increment or decrement would overflow");
        return;
    }
    std::array<char, 24> text{};
    const char* const end = std::to_chars(text.data(), text.data() + text.size(), after).ptr;
    call.keys.set_text(call.args[1], {text.data(), static_cast<std::size_t>(end - text.data())},
                       true);
    call.reply.integer(after);
}

void incr(Call& call) { add(call, 1); }
void decr(Call& call) { add(call, -1); }

void incrby(Call& call) {
    const auto amount = to_integer(call.args[2]);
    if (!amount) {
        call.not_integer();
    } else {
        add(call, *amount);
    }
}

void decrby(Call& call) {
    const auto amount = to_integer(call.args[2]);
    if (!amount) {
        call.not_integer();
    } else if (*amount == std::numeric_limits<std::int64_t>::min()) {
        call.reply.error("ERR decrement would overflow");
    } else {
        add(call, -*amount);
    }
}

void incrbyfloat(Call& call) {
    const auto found = found_text_of_call(call);
    if (!found) return;
    const auto before = found->value == nullptr ? 0.0 : to_real(found->value->view());
    const auto amount = to_real(call.args[2]);
    if (!before || !amount) {
        call.not_float();
    } else if (!std::isfinite(*before + *amount)) {
        call.reply.error("ERR increment would produce NaN or Infinity");
    } else {
        const std::string text = shown(*before + *amount);
        call.keys.set_text(call.args[1], text, true);
        call.reply.bulk(text);
    }
}

constexpr unsigned writes = flag_write | flag_denyoom | flag_fast;
// clang-format off
constexpr Command table[] = {
    {"incr", 2, writes, 1, 1, 1, incr, "string", "Adds 1."},
    {"decr", 2, writes, 1, 1, 1, decr, "string", "Takes 1 off."},
    {"incrby", 3, writes, 1, 1, 1, incrby, "string", "Adds a whole number."},
    {"decrby", 3, writes, 1, 1, 1, decrby, "string", "Takes a whole number off."},
    {"incrbyfloat", 3, writes, 1, 1, 1, incrbyfloat, "string", "Adds a number."},
};
// clang-format on

}  // namespace

std::span<const Command> number_commands() { return table; }

}  // namespace wiregap::resp
