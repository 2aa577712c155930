// SPDX-License-Identifier: Apache-2.0
// Keys, whatever their value is.
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "daemon/resp/engine.h"
#include "daemon/resp/glob.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/scan.h"

namespace wiregap::resp {
namespace {

void del(Call& call) {
    std::int64_t removed = 0;
    for (const std::string_view name : call.args.subspan(1)) removed += call.keys.remove(name);
    call.reply.integer(removed);
}

void exists(Call& call) {
    std::int64_t found = 0;
    for (const std::string_view name : call.args.subspan(1)) {
        found += call.keys.find(name) != nullptr ? 1 : 0;
    }
    call.reply.integer(found);
}

void type(Call& call) {
    const Key* const key = call.keys.find(call.args[1]);
    call.reply.status(key == nullptr ? "none" : type_name(key->value));
}

/// unit_ms: 1000 for EXPIRE; from: 0 for absolute times.
void expire_at(Call& call, std::int64_t unit_ms, std::int64_t from_ms) {
    const auto asked = to_integer(call.args[2]);
    constexpr std::int64_t farthest = std::numeric_limits<std::int64_t>::max();
    if (!asked) {
        call.not_integer();
        return;
    }
    if (*asked > farthest / unit_ms || *asked < -(farthest / unit_ms) ||
        *asked * unit_ms > farthest - from_ms) {
        call.reply.error("ERR invalid expire time in '" + lower(call.args[0]) + "' command");
        return;
    }
    Key* const key = call.keys.find(call.args[1]);
    if (key == nullptr) {
        call.reply.integer(0);
        return;
    }
    key->expires_ms = *asked * unit_ms + from_ms;
    if (key->expires_ms <= call.keys.now_ms()) call.keys.remove(*key);
    call.reply.integer(1);
}

void expire(Call& call) { expire_at(call, 1000, call.keys.now_ms()); }
void pexpire(Call& call) { expire_at(call, 1, call.keys.now_ms()); }
void expireat(Call& call) { expire_at(call, 1000, 0); }
void pexpireat(Call& call) { expire_at(call, 1, 0); }

void left(Call& call, std::int64_t unit_ms) {
    const Key* const key = call.keys.find(call.args[1]);
    if (key == nullptr || key->expires_ms == 0) {
        call.reply.integer(key == nullptr ? -2 : -1);
        return;
    }
    const std::int64_t ms = key->expires_ms - call.keys.now_ms();
    call.reply.integer((ms + unit_ms / 2) / unit_ms);
}

void ttl(Call& call) { left(call, 1000); }
void pttl(Call& call) { left(call, 1); }

void persist(Call& call) {
    Key* const key = call.keys.find(call.args[1]);
    const bool had = key != nullptr && key->expires_ms != 0;
    if (had) key->expires_ms = 0;
    call.reply.integer(had ? 1 : 0);
}

void rename(Call& call) {
    Key* const key = call.keys.find(call.args[1]);
    if (key == nullptr) {
        call.reply.error("ERR no such key");
        return;
    }
    if (call.args[1] != call.args[2]) call.keys.rename(*key, call.args[2]);
    call.reply.ok();
}

void keys_matching(Call& call) {
    std::vector<std::string_view> names;
    if (!call.fits(call.keys.size())) return;
    call.keys.keys().each([&](const Key& key) {
        if (!call.keys.expired(key) && glob_matches(call.args[1], key.key())) {
            names.push_back(key.key());
        }
    });
    call.reply.array(names.size());
    for (const std::string_view name : names) call.reply.bulk(name);
}

void scan(Call& call) {
    const auto options = scan_options(call, 1);
    if (!options) return;
    std::vector<std::string_view> names;
    const std::uint64_t next = scan_some(call.keys.keys(), *options, [&](const Key& key) {
        const bool type_fits =
            options->type.empty() || lower(options->type) == type_name(key.value);
        if (!call.keys.expired(key) && type_fits) names.push_back(key.key());
    });
    scan_reply(call, next, names.size());
    for (const std::string_view name : names) call.reply.bulk(name);
}

void dbsize(Call& call) { call.reply.integer(static_cast<std::int64_t>(call.keys.size())); }

void flush(Call& call) {
    if (call.args.size() > 2 ||
        (call.args.size() == 2 && !call.asks(1, "ASYNC") && !call.asks(1, "SYNC"))) {
        call.syntax_error();
        return;
    }
    call.keys.clear();
    call.reply.ok();
}

// clang-format off
constexpr Command table[] = {
    {"del", -2, flag_write, 1, -1, 1, del, "generic", "Removes keys."},
    {"unlink", -2, flag_write | flag_fast, 1, -1, 1, del, "generic", "Removes keys."},
    {"exists", -2, flag_readonly | flag_fast, 1, -1, 1, exists, "generic", "Counts keys that are there."},
    {"touch", -2, flag_readonly | flag_fast, 1, -1, 1, exists, "generic", "Counts keys that are there."},
    {"type", 2, flag_readonly | flag_fast, 1, 1, 1, type, "generic", "Type of a key's value."},
    {"expire", 3, flag_write | flag_fast, 1, 1, 1, expire, "generic", "Lets a key expire in so many seconds."},
    {"pexpire", 3, flag_write | flag_fast, 1, 1, 1, pexpire, "generic", "Lets a key expire in so many milliseconds."},
    {"expireat", 3, flag_write | flag_fast, 1, 1, 1, expireat, "generic", "Lets a key expire at a Unix time."},
    {"pexpireat", 3, flag_write | flag_fast, 1, 1, 1, pexpireat, "generic", "Lets a key expire at a Unix time in milliseconds."},
    {"ttl", 2, flag_readonly | flag_fast, 1, 1, 1, ttl, "generic", "Seconds until a key expires."},
    {"pttl", 2, flag_readonly | flag_fast, 1, 1, 1, pttl, "generic", "Milliseconds until a key expires."},
    {"persist", 2, flag_write | flag_fast, 1, 1, 1, persist, "generic", "Lets a key stay."},
    {"rename", 3, flag_write, 1, 2, 1, rename, "generic", "Gives a key another name."},
    {"keys", 2, flag_readonly, 0, 0, 0, keys_matching, "generic", "Names of keys, of a small keyspace."},
    {"scan", -2, flag_readonly, 0, 0, 0, scan, "generic", "Names of keys, some per call."},
    {"dbsize", 1, flag_readonly | flag_fast, 0, 0, 0, dbsize, "server", "Counts the keys."},
    {"flushdb", -1, flag_write, 0, 0, 0, flush, "server", "Removes all keys."},
    {"flushall", -1, flag_write, 0, 0, 0, flush, "server", "Removes all keys."},
};
// clang-format on

}  // namespace

std::span<const Command> key_commands() { return table; }

}  // namespace wiregap::resp
