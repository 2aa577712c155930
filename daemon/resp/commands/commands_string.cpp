// SPDX-License-Identifier: Apache-2.0
// Texts: whole, in parts, and as numbers.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

#include "daemon/resp/commands/command.h"
#include "daemon/resp/commands/engine.h"
#include "daemon/resp/commands/expiry.h"
#include "daemon/resp/protocol/numbers.h"

namespace wiregap::resp {
namespace {

void say_text(Call& call, std::string_view name) {
    const TextPtr* const text = call.keys.find(name);
    ++(text != nullptr ? call.engine.statistics.hits : call.engine.statistics.misses);
    if (text == nullptr) {
        call.reply.null();
    } else {
        call.reply.bulk(*text);
    }
}

/// False, and the error is said, if no key may be called so: what looks at names (SCAN) takes as
/// long as they are.
bool may_be_key(Call& call, std::string_view name) {
    if (name.size() <= max_key_bytes) return true;
    call.reply.error("ERR a key's name has at most 1024 bytes here");
    return false;
}

/// False, and the error is said: a text may be as long as a request, nobody could have sent a
/// longer one.
bool may_be_long(Call& call, std::size_t bytes) {
    if (bytes <= call.engine.limits.query_buffer_bytes) return true;
    call.reply.error("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    return false;
}

void get(Call& call) { say_text(call, call.args[1]); }

void set(Call& call) {
    if (!may_be_key(call, call.args[1])) return;
    if (call.args.size() == 3) {  // nearly always
        call.keys.set(call.args[1], call.args[2]);
        call.reply.ok();
        return;
    }
    const auto options = set_options(call);
    if (!options) return;
    const bool there = call.keys.find(call.args[1]) != nullptr;
    if (options->get) say_text(call, call.args[1]);
    if (there ? options->if_new : options->if_there) {
        if (!options->get) call.reply.null();
        return;
    }
    call.keys.set(call.args[1], call.args[2], options->keep_expiry);
    if (options->expires_ms != 0) call.keys.set_expiry(call.args[1], options->expires_ms);
    if (!options->get) call.reply.ok();
}

void mget(Call& call) {
    call.reply.array(call.args.size() - 1);
    for (const std::string_view name : call.args.subspan(1)) say_text(call, name);
}

void mset(Call& call) {
    if (call.args.size() % 2 == 0) {
        call.wrong_arity("mset");
        return;
    }
    for (std::size_t i = 1; i < call.args.size(); i += 2) {
        if (!may_be_key(call, call.args[i])) return;
    }
    for (std::size_t i = 1; i < call.args.size(); i += 2) {
        call.keys.set(call.args[i], call.args[i + 1]);
    }
    call.reply.ok();
}

void add(Call& call, std::int64_t amount) {
    if (!may_be_key(call, call.args[1])) return;
    const TextPtr* const text = call.keys.find(call.args[1]);
    const auto before = text == nullptr ? 0 : to_integer((*text)->bytes);
    std::int64_t after = 0;
    if (!before) {
        call.not_integer();
        return;
    }
    if (__builtin_add_overflow(*before, amount, &after)) {
        call.reply.error("ERR increment or decrement would overflow");
        return;
    }
    std::array<char, 24> digits{};
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), after).ptr;
    call.keys.set(call.args[1], {digits.data(), static_cast<std::size_t>(end - digits.data())},
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

void append(Call& call) {
    const std::size_t before = call.text(call.args[1]).size();
    const std::size_t after = before + call.args[2].size();
    if (!may_be_key(call, call.args[1]) || !may_be_long(call, after)) return;
    call.keys.overwrite(call.args[1], before, call.args[2]);
    call.reply.integer(static_cast<std::int64_t>(after));
}

void strlen_of(Call& call) {
    call.reply.integer(static_cast<std::int64_t>(call.text(call.args[1]).size()));
}

void setrange(Call& call) {
    const auto offset = to_integer(call.args[2]);
    if (!offset) {
        call.not_integer();
        return;
    }
    if (*offset < 0) {
        call.reply.error("ERR offset is out of range");
        return;
    }
    const std::size_t before = call.text(call.args[1]).size();
    const std::string_view part = call.args[3];
    const auto at = static_cast<std::size_t>(*offset);
    if (part.empty()) {
        call.reply.integer(static_cast<std::int64_t>(before));
        return;
    }
    if (!may_be_key(call, call.args[1]) || !may_be_long(call, at) ||
        !may_be_long(call, at + part.size())) {
        return;
    }
    call.keys.overwrite(call.args[1], at, part);
    call.reply.integer(static_cast<std::int64_t>(std::max(before, at + part.size())));
}

void getrange(Call& call) {
    const auto first = to_integer(call.args[2]);
    const auto last = to_integer(call.args[3]);
    if (!first || !last) {
        call.not_integer();
        return;
    }
    const std::string_view text = call.text(call.args[1]);
    const auto size = static_cast<std::int64_t>(text.size());
    // Negative ones count from the end (t_string.c, getrangeCommand).
    const bool backward = *first < 0 && *last < 0 && *first > *last;
    const std::int64_t from = std::max<std::int64_t>(*first < 0 ? *first + size : *first, 0);
    const std::int64_t to =
        std::min(std::max<std::int64_t>(*last < 0 ? *last + size : *last, 0), size - 1);
    call.reply.bulk(backward || from > to ? std::string_view()
                                          : text.substr(static_cast<std::size_t>(from),
                                                        static_cast<std::size_t>(to - from + 1)));
}

constexpr unsigned reads = flag_readonly | flag_fast;
constexpr unsigned writes = flag_write | flag_denyoom;
// clang-format off
constexpr Command table[] = {
    {"get", 2, reads, 1, 1, 1, get, "Text of a key."},
    {"set", -3, writes, 1, 1, 1, set, "Makes a key or replaces it."},
    {"mget", -2, reads, 1, -1, 1, mget, "Texts of keys."},
    {"mset", -3, writes, 1, -1, 2, mset, "SET of many."},
    {"incr", 2, writes | flag_fast, 1, 1, 1, incr, "Adds 1."},
    {"decr", 2, writes | flag_fast, 1, 1, 1, decr, "Takes 1 off."},
    {"incrby", 3, writes | flag_fast, 1, 1, 1, incrby, "Adds a whole number."},
    {"append", 3, writes | flag_fast, 1, 1, 1, append, "Adds text at the end."},
    {"strlen", 2, reads, 1, 1, 1, strlen_of, "Bytes of a text."},
    {"setrange", 4, writes, 1, 1, 1, setrange, "Replaces a part of a text."},
    {"getrange", 4, flag_readonly, 1, 1, 1, getrange, "A part of a text."},
};
// clang-format on

}  // namespace

CommandGroup string_commands() { return {"string", table}; }

}  // namespace wiregap::resp
