// SPDX-License-Identifier: Apache-2.0
// Texts and the numbers in them.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "daemon/resp/engine.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/range.h"
#include "daemon/resp/set_options.h"
#include "daemon/resp/typed.h"

namespace wiregap::resp {
namespace {

/// Answers with the text of a key. False: a collection, and the error is said.
bool say_text(Call& call, std::string_view name) {
    const auto found = call.keys.find_text(name);
    ++(found.key != nullptr ? call.engine.statistics.hits : call.engine.statistics.misses);
    if (found.wrong_type) {
        call.wrong_type();
    } else if (found.value == nullptr) {
        call.reply.null();
    } else {
        call.reply.bulk(*found.value);
    }
    return !found.wrong_type;
}

void get(Call& call) { say_text(call, call.args[1]); }

void set(Call& call) {
    if (call.args.size() == 3) {  // nearly always
        call.keys.set_text(call.args[1], call.args[2]);
        call.reply.ok();
        return;
    }
    const auto options = set_options(call);
    if (!options) return;
    const Key* const key = call.keys.find(call.args[1]);
    if (options->get && !say_text(call, call.args[1])) return;
    if ((options->if_new && key != nullptr) || (options->if_there && key == nullptr)) {
        if (!options->get) call.reply.null();
        return;
    }
    call.keys.set_text(call.args[1], call.args[2], options->keep_expiry);
    if (options->expires_ms != 0) call.keys.find(call.args[1])->expires_ms = options->expires_ms;
    if (!options->get) call.reply.ok();
}

void set_expiring(Call& call, std::int64_t unit_ms) {
    const auto span = to_integer(call.args[2]);
    if (!span) {
        call.not_integer();
        return;
    }
    const auto expires_ms = expiry_after(call.keys.now_ms(), *span, unit_ms);
    if (!expires_ms) {
        call.reply.error("ERR invalid expire time in '" + lower(call.args[0]) + "' command");
        return;
    }
    call.keys.set_text(call.args[1], call.args[3]);
    call.keys.find(call.args[1])->expires_ms = *expires_ms;
    call.reply.ok();
}

void setex(Call& call) { set_expiring(call, 1000); }
void psetex(Call& call) { set_expiring(call, 1); }

void setnx(Call& call) {
    const bool fresh = call.keys.find(call.args[1]) == nullptr;
    if (fresh) call.keys.set_text(call.args[1], call.args[2]);
    call.reply.integer(fresh ? 1 : 0);
}

void getset(Call& call) {
    if (say_text(call, call.args[1])) call.keys.set_text(call.args[1], call.args[2]);
}

void getdel(Call& call) {
    if (say_text(call, call.args[1])) call.keys.remove(call.args[1]);
}

void mget(Call& call) {
    call.reply.array(call.args.size() - 1);
    for (const std::string_view name : call.args.subspan(1)) {
        const auto found = call.keys.find_text(name);
        if (found.value == nullptr) {
            call.reply.null();
        } else {
            call.reply.bulk(*found.value);
        }
    }
}

void set_pairs(Call& call) {
    for (std::size_t i = 1; i < call.args.size(); i += 2) {
        call.keys.set_text(call.args[i], call.args[i + 1]);
    }
}

void mset(Call& call) {
    if (call.args.size() % 2 == 0) {
        call.wrong_arity("mset");
        return;
    }
    set_pairs(call);
    call.reply.ok();
}

void msetnx(Call& call) {
    if (call.args.size() % 2 == 0) {
        call.wrong_arity("msetnx");
        return;
    }
    for (std::size_t i = 1; i < call.args.size(); i += 2) {
        if (call.keys.find(call.args[i]) == nullptr) continue;
        call.reply.integer(0);
        return;
    }
    set_pairs(call);
    call.reply.integer(1);
}

void add(Call& call, std::int64_t amount) {
    const auto found = call.keys.find_text(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    const auto before = found.value == nullptr ? 0 : to_integer(found.value->view());
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
    const auto found = call.keys.find_text(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    const auto before = found.value == nullptr ? 0.0 : to_real(found.value->view());
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

/// A text may be as long as a request: nobody could have sent a longer one.
bool too_long(Call& call, std::size_t bytes) {
    if (bytes <= call.engine.limits.query_buffer_bytes) return false;
    call.reply.error("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    return true;
}

void append(Call& call) {
    const auto found = call.keys.find_text(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    const std::size_t before = found.value == nullptr ? 0 : found.value->view().size();
    if (too_long(call, before + call.args[2].size())) return;
    call.keys.overwrite_text(call.args[1], before, call.args[2]);
    call.reply.integer(static_cast<std::int64_t>(before + call.args[2].size()));
}

void strlen_of(Call& call) {
    const auto found = call.keys.find_text(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    call.reply.integer(
        found.value == nullptr ? 0 : static_cast<std::int64_t>(found.value->view().size()));
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
    const auto found = call.keys.find_text(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    const std::size_t before = found.value == nullptr ? 0 : found.value->view().size();
    const auto at = static_cast<std::size_t>(*offset);
    if (call.args[3].empty()) {
        call.reply.integer(static_cast<std::int64_t>(before));
        return;
    }
    if (at > call.engine.limits.query_buffer_bytes || too_long(call, at + call.args[3].size())) {
        if (at > call.engine.limits.query_buffer_bytes) too_long(call, at);
        return;
    }
    call.keys.overwrite_text(call.args[1], at, call.args[3]);
    call.reply.integer(static_cast<std::int64_t>(std::max(before, at + call.args[3].size())));
}

void getrange(Call& call) {
    const auto bounds = bounds_of_call(call);
    if (!bounds) return;
    const auto found = call.keys.find_text(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    const std::string_view text = found.value == nullptr ? "" : found.value->view();
    const Range range = range_of(bounds->first, bounds->last, text.size());
    call.reply.bulk(text.substr(range.first, range.count));
}

constexpr unsigned reads = flag_readonly | flag_fast;
constexpr unsigned writes = flag_write | flag_denyoom;
// clang-format off
constexpr Command table[] = {
    {"get", 2, reads, 1, 1, 1, get, "string", "Text of a key."},
    {"set", -3, writes, 1, 1, 1, set, "string", "Makes a key or replaces it."},
    {"setex", 4, writes, 1, 1, 1, setex, "string", "SET, and expire in so many seconds."},
    {"psetex", 4, writes, 1, 1, 1, psetex, "string", "SET, and expire in so many milliseconds."},
    {"setnx", 3, writes | flag_fast, 1, 1, 1, setnx, "string", "SET unless the key is there."},
    {"getset", 3, writes | flag_fast, 1, 1, 1, getset, "string", "SET; answers the text before."},
    {"getdel", 2, flag_write | flag_fast, 1, 1, 1, getdel, "string", "GET, and removes the key."},
    {"mget", -2, reads, 1, -1, 1, mget, "string", "Texts of keys."},
    {"mset", -3, writes, 1, -1, 2, mset, "string", "SET of many."},
    {"msetnx", -3, writes, 1, -1, 2, msetnx, "string", "SET of many, unless one is there."},
    {"incr", 2, writes | flag_fast, 1, 1, 1, incr, "string", "Adds 1."},
    {"decr", 2, writes | flag_fast, 1, 1, 1, decr, "string", "Takes 1 off."},
    {"incrby", 3, writes | flag_fast, 1, 1, 1, incrby, "string", "Adds a whole number."},
    {"decrby", 3, writes | flag_fast, 1, 1, 1, decrby, "string", "Takes a whole number off."},
    {"incrbyfloat", 3, writes | flag_fast, 1, 1, 1, incrbyfloat, "string", "Adds a number."},
    {"append", 3, writes | flag_fast, 1, 1, 1, append, "string", "Adds text at the end."},
    {"strlen", 2, reads, 1, 1, 1, strlen_of, "string", "Bytes of a text."},
    {"setrange", 4, writes, 1, 1, 1, setrange, "string", "Replaces a part of a text."},
    {"getrange", 4, flag_readonly, 1, 1, 1, getrange, "string", "A part of a text."},
    {"substr", 4, flag_readonly, 1, 1, 1, getrange, "string", "A part of a text."},
};
// clang-format on

}  // namespace

std::span<const Command> string_commands() { return table; }

}  // namespace wiregap::resp
