// SPDX-License-Identifier: Apache-2.0
// Sets.
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "daemon/resp/engine.h"
#include "daemon/resp/limits.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/scan.h"
#include "daemon/resp/typed.h"

namespace wiregap::resp {
namespace {

std::size_t draw_place(const Set& set) {
    static std::minstd_rand dice{std::random_device{}()};
    return std::uniform_int_distribution<std::size_t>(0, set.size() - 1)(dice);
}

void sadd(Call& call) {
    const auto found = call.keys.find_or_make<Set>(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    std::int64_t fresh = 0;
    for (const std::string_view name : call.args.subspan(2))
        fresh += found.value->add(name) ? 1 : 0;
    call.reply.integer(fresh);
}

void sismember(Call& call) {
    Set* set = nullptr;
    if (!value_of_call(call, set)) return;
    call.reply.integer(set != nullptr && set->has(call.args[2]) ? 1 : 0);
}

void smismember(Call& call) {
    Set* set = nullptr;
    if (!value_of_call(call, set)) return;
    call.reply.array(call.args.size() - 2);
    for (const std::string_view name : call.args.subspan(2)) {
        call.reply.integer(set != nullptr && set->has(name) ? 1 : 0);
    }
}

void scard(Call& call) {
    Set* set = nullptr;
    if (!value_of_call(call, set)) return;
    call.reply.integer(set == nullptr ? 0 : static_cast<std::int64_t>(set->size()));
}

void smembers(Call& call) {
    Set* set = nullptr;
    if (!value_of_call(call, set)) return;
    const std::size_t size = set == nullptr ? 0 : set->size();
    if (!call.fits(size)) return;
    call.reply.set(size);
    if (set == nullptr) return;
    set->members().each([&](const Set::Member& member) { call.reply.bulk(member.key()); });
}

void pop_many(Call& call, const Found<Set>& found, std::size_t count) {
    count = std::min(count, found.value->size());
    if (!call.fits(count)) return;
    call.reply.set(count);
    for (; count > 0; --count) {
        const std::string name(found.value->at(draw_place(*found.value)));
        found.value->remove(name);
        call.reply.bulk(name);
    }
    call.keys.remove_if_empty(found);
}

void spop(Call& call) {
    const bool many = call.args.size() == 3;
    const auto count = many ? to_integer(call.args[2]) : 1;
    if (call.args.size() > 3) {
        call.syntax_error();
        return;
    }
    if (!count || *count < 0) {
        call.reply.error("ERR value is out of range, must be positive");
        return;
    }
    const auto found = call.keys.find<Set>(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
    } else if (found.value == nullptr) {
        if (many) {
            call.reply.set(0);
        } else {
            call.reply.null();
        }
    } else if (many) {
        pop_many(call, found, static_cast<std::size_t>(*count));
    } else {
        const std::string name(found.value->at(draw_place(*found.value)));
        found.value->remove(name);
        call.reply.bulk(name);
        call.keys.remove_if_empty(found);
    }
}

/// count > 0: different members, as they come; below 0: drawn -count times, with repetition.
void random_members(Call& call, const Set* set, std::int64_t count) {
    const bool repeat = count < 0;
    const auto wanted =
        static_cast<std::uint64_t>(repeat ? -(count + 1) : count) + (repeat ? 1 : 0);
    std::size_t size = set == nullptr ? 0 : static_cast<std::size_t>(wanted);
    if (!repeat && set != nullptr) size = std::min(size, set->size());
    if (!call.fits(size)) return;
    call.reply.array(size);
    if (size == 0) return;
    const std::size_t from = draw_place(*set);
    for (std::size_t i = 0; i < size; ++i) {
        call.reply.bulk(set->at(repeat ? draw_place(*set) : (from + i) % set->size()));
    }
}

void srandmember(Call& call) {
    Set* set = nullptr;
    if (call.args.size() > 3) {
        call.syntax_error();
        return;
    }
    if (!value_of_call(call, set)) return;
    if (call.args.size() == 3) {
        const auto count = to_integer(call.args[2]);
        if (!count) {
            call.not_integer();
        } else {
            random_members(call, set, *count);
        }
    } else if (set == nullptr) {
        call.reply.null();
    } else {
        call.reply.bulk(set->at(draw_place(*set)));
    }
}

void sscan(Call& call) {
    Set* set = nullptr;
    if (!value_of_call(call, set)) return;
    const auto options = scan_options(call, 2);
    if (!options) return;
    std::vector<std::string_view> names;
    std::uint64_t next = 0;
    if (set != nullptr) {
        next = scan_some(set->members(), *options,
                         [&](const Set::Member& member) { names.push_back(member.key()); });
    }
    scan_reply(call, next, names.size());
    for (const std::string_view name : names) call.reply.bulk(name);
}

constexpr unsigned reads = flag_readonly | flag_fast;
// clang-format off
constexpr Command table[] = {
    {"sadd", -3, flag_write | flag_denyoom | flag_fast, 1, 1, 1, sadd, "set", "Adds members."},
    {"srem", -3, flag_write | flag_fast, 1, 1, 1, remove_names<Set>, "set", "Removes members."},
    {"sismember", 3, reads, 1, 1, 1, sismember, "set", "Whether a member is there."},
    {"smismember", -3, reads, 1, 1, 1, smismember, "set", "Whether members are there."},
    {"scard", 2, reads, 1, 1, 1, scard, "set", "Counts the members."},
    {"smembers", 2, flag_readonly, 1, 1, 1, smembers, "set", "All members."},
    {"spop", -2, flag_write | flag_fast, 1, 1, 1, spop, "set", "Takes members by chance."},
    {"srandmember", -2, flag_readonly, 1, 1, 1, srandmember, "set", "Members by chance."},
    {"sscan", -3, flag_readonly, 1, 1, 1, sscan, "set", "Members, some per call."},
};
// clang-format on

}  // namespace

std::span<const Command> set_commands() { return table; }

}  // namespace wiregap::resp
