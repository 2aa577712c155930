// SPDX-License-Identifier: Apache-2.0
// Keys, whatever their text is.
#include <charconv>
#include <limits>
#include <string>
#include <system_error>
#include <vector>

#include "daemon/resp/commands/command.h"
#include "daemon/resp/commands/engine.h"
#include "daemon/resp/commands/expiry.h"
#include "daemon/resp/protocol/glob.h"
#include "daemon/resp/protocol/numbers.h"

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
    call.reply.status(call.keys.find(call.args[1]) == nullptr ? "none" : "string");
}

/// Whether NX, XX, GT, LT let the time change. A key that stays for ever expires last.
bool wanted(const ExpireOptions& options, std::int64_t before_ms, std::int64_t after_ms) {
    const bool later = before_ms != 0 && after_ms > before_ms;
    const bool sooner = before_ms == 0 || after_ms < before_ms;
    return !(options.if_none && before_ms != 0) && !(options.if_some && before_ms == 0) &&
           !(options.if_later && !later) && !(options.if_sooner && !sooner);
}

void expire_in(Call& call, std::int64_t unit_ms) {
    const auto span = to_integer(call.args[2]);
    if (!span) {
        call.not_integer();
        return;
    }
    const auto options = expire_options(call);
    if (!options) return;
    const auto expires_ms = time_after(call.keys.now_ms(), *span, unit_ms);
    if (!expires_ms) {
        call.invalid_expiry();
        return;
    }
    const std::string_view name = call.args[1];
    const bool changes = call.keys.find(name) != nullptr &&
                         wanted(*options, call.keys.expires_ms(name), *expires_ms);
    if (changes && *expires_ms <= call.keys.now_ms()) {
        call.keys.remove(name);
    } else if (changes) {
        call.keys.set_expiry(name, *expires_ms);
    }
    call.reply.integer(changes ? 1 : 0);
}

void expire(Call& call) { expire_in(call, 1000); }
void pexpire(Call& call) { expire_in(call, 1); }

void left(Call& call, std::int64_t unit_ms) {
    const bool there = call.keys.find(call.args[1]) != nullptr;
    const std::int64_t expires_ms = call.keys.expires_ms(call.args[1]);
    if (!there || expires_ms == 0) {
        call.reply.integer(there ? -1 : -2);
        return;
    }
    call.reply.integer((expires_ms - call.keys.now_ms() + unit_ms / 2) / unit_ms);
}

void ttl(Call& call) { left(call, 1000); }
void pttl(Call& call) { left(call, 1); }

void persist(Call& call) {
    const bool had =
        call.keys.find(call.args[1]) != nullptr && call.keys.expires_ms(call.args[1]) != 0;
    if (had) call.keys.set_expiry(call.args[1], 0);
    call.reply.integer(had ? 1 : 0);
}

struct ScanOptions {
    std::uint64_t cursor = 0;
    std::int64_t count = 10;
    std::string_view pattern = "*";
    std::string_view type = "string";
};

/// Reads one NAME value; false, and the error is said, if it can't be used.
bool take_option(Call& call, std::size_t at, ScanOptions& options) {
    if (at + 1 == call.args.size()) {
        call.syntax_error();
        return false;
    }
    const std::string_view value = call.args[at + 1];
    if (call.asks(at, "MATCH") && value.size() <= max_key_bytes) {
        options.pattern = value;
    } else if (call.asks(at, "TYPE")) {
        options.type = value;
    } else if (call.asks(at, "COUNT")) {
        const auto count = to_integer(value);
        if (!count) call.not_integer();
        if (count && *count < 1) call.syntax_error();
        if (!count || *count < 1) return false;
        options.count = std::min(*count, max_scan_count);
    } else {
        call.syntax_error();
        return false;
    }
    return true;
}

/// A call ends early where its matches would take long: it may answer fewer keys than COUNT.
void scan(Call& call) {
    constexpr std::size_t most_steps = 500'000;
    ScanOptions options;
    const std::string_view cursor = call.args[1];
    const char* const end = cursor.data() + cursor.size();
    const auto [stop, error] = std::from_chars(cursor.data(), end, options.cursor);
    if (error != std::errc{} || stop != end) {
        call.reply.error("ERR invalid cursor");
        return;
    }
    for (std::size_t i = 2; i < call.args.size(); i += 2) {
        if (!take_option(call, i, options)) return;
    }
    std::vector<std::string_view> names;
    std::size_t steps = 0;
    const bool strings = is_word(options.type, "STRING");
    const std::uint64_t next = call.keys.scan(options.cursor, [&](std::string_view name) {
        steps += options.pattern.size() * (name.size() + 1);
        if (strings && glob_matches(options.pattern, name)) names.push_back(name);
        return --options.count > 0 && steps < most_steps;
    });
    std::erase_if(names, [&](std::string_view name) { return call.keys.expired(name); });
    call.reply.array(2);
    call.reply.bulk(std::to_string(next));
    call.reply.array(names.size());
    for (const std::string_view name : names) call.reply.bulk(name);
}

void dbsize(Call& call) { call.reply.integer(static_cast<std::int64_t>(call.keys.size())); }

void flushall(Call& call) {
    if (call.args.size() > 2 ||
        (call.args.size() == 2 && !call.asks(1, "ASYNC") && !call.asks(1, "SYNC"))) {
        call.syntax_error();
        return;
    }
    call.keys.clear();
    call.reply.ok();
}

constexpr unsigned reads = flag_readonly | flag_fast;
constexpr unsigned writes = flag_write | flag_fast;
// clang-format off
constexpr Command table[] = {
    {"del", -2, flag_write, 1, -1, 1, del, "Removes keys."},
    {"exists", -2, reads, 1, -1, 1, exists, "Counts keys that are there."},
    {"type", 2, reads, 1, 1, 1, type, "Type of a key's value."},
    {"expire", -3, writes, 1, 1, 1, expire, "Lets a key expire in so many seconds."},
    {"pexpire", -3, writes, 1, 1, 1, pexpire, "Lets a key expire in so many milliseconds."},
    {"ttl", 2, reads, 1, 1, 1, ttl, "Seconds until a key expires."},
    {"pttl", 2, reads, 1, 1, 1, pttl, "Milliseconds until a key expires."},
    {"persist", 2, writes, 1, 1, 1, persist, "Lets a key stay."},
    {"scan", -2, flag_readonly | flag_slow, 0, 0, 0, scan, "Names of keys, some per call."},
    {"dbsize", 1, reads, 0, 0, 0, dbsize, "Counts the keys."},
    {"flushall", -1, flag_write | flag_admin, 0, 0, 0, flushall, "Removes all keys."},
};
// clang-format on

}  // namespace

CommandGroup key_commands() { return {"generic", table}; }

}  // namespace wiregap::resp
