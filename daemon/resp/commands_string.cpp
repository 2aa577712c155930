// SPDX-License-Identifier: Apache-2.0
// Texts.
#include <string>

#include "daemon/resp/engine.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/set_options.h"

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
};
// clang-format on

}  // namespace

std::span<const Command> string_commands() { return table; }

}  // namespace wiregap::resp
