// SPDX-License-Identifier: Apache-2.0
// Hashes.
#include <string>

#include "daemon/resp/engine.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/scan.h"
#include "daemon/resp/typed.h"

namespace wiregap::resp {
namespace {

/// Sets the pairs from args[2] on; how many fields are new. -1: an error, which is said.
std::int64_t set_fields(Call& call, std::string_view name) {
    if (call.args.size() % 2 != 0) {
        call.wrong_arity(name);
        return -1;
    }
    const auto found = call.keys.find_or_make<Hash>(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return -1;
    }
    std::int64_t fresh = 0;
    for (std::size_t i = 2; i < call.args.size(); i += 2) {
        fresh += found.value->set(call.args[i], call.args[i + 1]) ? 1 : 0;
    }
    return fresh;
}

void hset(Call& call) {
    const std::int64_t fresh = set_fields(call, "hset");
    if (fresh >= 0) call.reply.integer(fresh);
}

void hmset(Call& call) {
    if (set_fields(call, "hmset") >= 0) call.reply.ok();
}

void hsetnx(Call& call) {
    const auto found = call.keys.find_or_make<Hash>(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    const bool fresh = found.value->find(call.args[2]) == nullptr;
    if (fresh) found.value->set(call.args[2], call.args[3]);
    call.reply.integer(fresh ? 1 : 0);
}

void say_field(Call& call, const Hash* hash, std::string_view name) {
    const Hash::Field* const field = hash == nullptr ? nullptr : hash->find(name);
    if (field == nullptr) {
        call.reply.null();
    } else {
        call.reply.bulk(field->value);
    }
}

void hget(Call& call) {
    Hash* hash = nullptr;
    if (value_of_call(call, hash)) say_field(call, hash, call.args[2]);
}

void hmget(Call& call) {
    Hash* hash = nullptr;
    if (!value_of_call(call, hash)) return;
    call.reply.array(call.args.size() - 2);
    for (const std::string_view name : call.args.subspan(2)) say_field(call, hash, name);
}

void hexists(Call& call) {
    Hash* hash = nullptr;
    if (!value_of_call(call, hash)) return;
    call.reply.integer(hash != nullptr && hash->find(call.args[2]) != nullptr ? 1 : 0);
}

void hlen(Call& call) {
    Hash* hash = nullptr;
    if (!value_of_call(call, hash)) return;
    call.reply.integer(hash == nullptr ? 0 : static_cast<std::int64_t>(hash->size()));
}

void all(Call& call, bool names, bool values) {
    Hash* hash = nullptr;
    if (!value_of_call(call, hash)) return;
    const std::size_t size = hash == nullptr ? 0 : hash->size();
    if (!call.fits(size)) return;
    if (names && values) {
        call.reply.map(size);
    } else {
        call.reply.array(size);
    }
    if (hash == nullptr) return;
    hash->fields().each([&](const Hash::Field& field) {
        if (names) call.reply.bulk(field.key());
        if (values) call.reply.bulk(field.value);
    });
}

void hgetall(Call& call) { all(call, true, true); }
void hkeys(Call& call) { all(call, true, false); }
void hvals(Call& call) { all(call, false, true); }

void hincrby(Call& call) {
    const auto amount = to_integer(call.args[3]);
    if (!amount) {
        call.not_integer();
        return;
    }
    const auto found = call.keys.find<Hash>(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    const Hash::Field* const field =
        found.value == nullptr ? nullptr : found.value->find(call.args[2]);
    const auto before = field == nullptr ? 0 : to_integer(field->value);
    std::int64_t after = 0;
    if (!before) {
        call.reply.error("ERR hash value is not an integer");
    } else if (__builtin_add_overflow(*before, *amount, &after)) {
        call.reply.error("ERR increment or decrement would overflow");
    } else {
        call.keys.find_or_make<Hash>(call.args[1]).value->set(call.args[2], std::to_string(after));
        call.reply.integer(after);
    }
}

void hscan(Call& call) {
    Hash* hash = nullptr;
    if (!value_of_call(call, hash)) return;
    const auto options = scan_options(call, 2);
    if (!options) return;
    std::vector<const Hash::Field*> fields;
    std::uint64_t next = 0;
    if (hash != nullptr) {
        next = scan_some(hash->fields(), *options,
                         [&](const Hash::Field& field) { fields.push_back(&field); });
    }
    scan_reply(call, next, 2 * fields.size());
    for (const Hash::Field* const field : fields) {
        call.reply.bulk(field->key());
        call.reply.bulk(field->value);
    }
}

constexpr unsigned adds = flag_write | flag_denyoom | flag_fast;
constexpr unsigned reads = flag_readonly | flag_fast;
// clang-format off
constexpr Command table[] = {
    {"hset", -4, adds, 1, 1, 1, hset, "hash", "Sets fields."},
    {"hmset", -4, adds, 1, 1, 1, hmset, "hash", "Sets fields."},
    {"hsetnx", 4, adds, 1, 1, 1, hsetnx, "hash", "Sets a field unless it is there."},
    {"hget", 3, reads, 1, 1, 1, hget, "hash", "Value of a field."},
    {"hmget", -3, reads, 1, 1, 1, hmget, "hash", "Values of fields."},
    {"hexists", 3, reads, 1, 1, 1, hexists, "hash", "Whether a field is there."},
    {"hlen", 2, reads, 1, 1, 1, hlen, "hash", "Counts the fields."},
    {"hdel", -3, flag_write | flag_fast, 1, 1, 1, remove_names<Hash>, "hash", "Removes fields."},
    {"hgetall", 2, flag_readonly, 1, 1, 1, hgetall, "hash", "All fields and values."},
    {"hkeys", 2, flag_readonly, 1, 1, 1, hkeys, "hash", "All fields."},
    {"hvals", 2, flag_readonly, 1, 1, 1, hvals, "hash", "All values."},
    {"hincrby", 4, adds, 1, 1, 1, hincrby, "hash", "Adds a whole number to a field."},
    {"hscan", -3, flag_readonly, 1, 1, 1, hscan, "hash", "Fields and values, some per call."},
};
// clang-format on

}  // namespace

std::span<const Command> hash_commands() { return table; }

}  // namespace wiregap::resp
