// SPDX-License-Identifier: Apache-2.0
// Lists.
#include <optional>
#include <string>

#include "daemon/resp/engine.h"
#include "daemon/resp/limits.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/range.h"
#include "daemon/resp/typed.h"

namespace wiregap::resp {
namespace {

void push(Call& call, bool front, bool only_if_there) {
    const auto there = call.keys.find<List>(call.args[1]);
    if (there.wrong_type) {
        call.wrong_type();
        return;
    }
    if (only_if_there && there.value == nullptr) {
        call.reply.integer(0);
        return;
    }
    List& list =
        *(there.value != nullptr ? there : call.keys.find_or_make<List>(call.args[1])).value;
    for (const std::string_view item : call.args.subspan(2)) {
        if (front) {
            list.push_front(item);
        } else {
            list.push_back(item);
        }
    }
    call.reply.integer(static_cast<std::int64_t>(list.size()));
}

void lpush(Call& call) { push(call, true, false); }
void rpush(Call& call) { push(call, false, false); }
void lpushx(Call& call) { push(call, true, true); }
void rpushx(Call& call) { push(call, false, true); }

void pop_many(Call& call, const Found<List>& found, std::size_t count, bool front) {
    count = std::min(count, found.value->size());
    if (!call.fits(count)) return;
    call.reply.array(count);
    for (; count > 0; --count) {
        call.reply.bulk(front ? found.value->pop_front() : found.value->pop_back());
    }
    call.keys.remove_if_empty(found);
}

void pop(Call& call, bool front) {
    std::optional<std::int64_t> count;
    if (call.args.size() > 3) {
        call.wrong_arity(lower(call.args[0]));
        return;
    }
    if (call.args.size() == 3) {
        count = to_integer(call.args[2]);
        if (!count || *count < 0) {
            call.reply.error("ERR value is out of range, must be positive");
            return;
        }
    }
    const auto found = call.keys.find<List>(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
    } else if (found.value == nullptr) {
        if (count) {
            call.reply.null_array();
        } else {
            call.reply.null();
        }
    } else if (count) {
        pop_many(call, found, static_cast<std::size_t>(*count), front);
    } else {
        call.reply.bulk(front ? found.value->pop_front() : found.value->pop_back());
        call.keys.remove_if_empty(found);
    }
}

void lpop(Call& call) { pop(call, true); }
void rpop(Call& call) { pop(call, false); }

void llen(Call& call) {
    List* list = nullptr;
    if (!value_of_call(call, list)) return;
    call.reply.integer(list == nullptr ? 0 : static_cast<std::int64_t>(list->size()));
}

void lrange(Call& call) {
    const auto bounds = bounds_of_call(call);
    List* list = nullptr;
    if (!bounds || !value_of_call(call, list)) return;
    const Range range =
        list == nullptr ? Range{} : range_of(bounds->first, bounds->last, list->size());
    if (!call.fits(range.count)) return;
    call.reply.array(range.count);
    for (std::size_t i = 0; i < range.count; ++i) call.reply.bulk(list->at(range.first + i));
}

/// Place of args[2], which may count from the end; nothing if there is none.
std::optional<std::size_t> place(std::int64_t index, const List& list) {
    const Range range = range_of(index, index, list.size());
    if (range.count == 0 || (index < 0 && static_cast<std::size_t>(-index) > list.size()))
        return {};
    return range.first;
}

void lindex(Call& call) {
    const auto index = to_integer(call.args[2]);
    const auto found = call.keys.find<List>(call.args[1]);
    if (!index) {
        call.not_integer();
        return;
    }
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    const auto at = found.value == nullptr ? std::nullopt : place(*index, *found.value);
    if (at) {
        call.reply.bulk(found.value->at(*at));
    } else {
        call.reply.null();
    }
}

void lset(Call& call) {
    const auto index = to_integer(call.args[2]);
    const auto found = call.keys.find<List>(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    if (found.value == nullptr) {
        call.reply.error("ERR no such key");
        return;
    }
    if (!index) {
        call.not_integer();
        return;
    }
    const auto at = place(*index, *found.value);
    if (!at) {
        call.reply.error("ERR index out of range");
        return;
    }
    found.value->set(*at, call.args[3]);
    call.reply.ok();
}

void ltrim(Call& call) {
    const auto bounds = bounds_of_call(call);
    if (!bounds) return;
    const auto found = found_of_call<List>(call);
    if (!found) return;
    if (found->value != nullptr) {
        List& list = *found->value;
        const Range range = range_of(bounds->first, bounds->last, list.size());
        if (range.count == 0) {
            call.keys.remove(*found->key);
        } else if (!call.fits(list.size() - range.count)) {
            return;
        } else {
            while (list.size() > range.first + range.count) list.pop_back();
            while (list.size() > range.count) list.pop_front();
        }
    }
    call.reply.ok();
}

constexpr unsigned adds = flag_write | flag_denyoom | flag_fast;
constexpr unsigned takes = flag_write | flag_fast;
// clang-format off
constexpr Command table[] = {
    {"lpush", -3, adds, 1, 1, 1, lpush, "list", "Adds at the begin."},
    {"rpush", -3, adds, 1, 1, 1, rpush, "list", "Adds at the end."},
    {"lpushx", -3, adds, 1, 1, 1, lpushx, "list", "Adds at the begin if the list is there."},
    {"rpushx", -3, adds, 1, 1, 1, rpushx, "list", "Adds at the end if the list is there."},
    {"lpop", -2, takes, 1, 1, 1, lpop, "list", "Takes from the begin."},
    {"rpop", -2, takes, 1, 1, 1, rpop, "list", "Takes from the end."},
    {"llen", 2, flag_readonly | flag_fast, 1, 1, 1, llen, "list", "Counts the items."},
    {"lrange", 4, flag_readonly, 1, 1, 1, lrange, "list", "Items of a range."},
    {"lindex", 3, flag_readonly, 1, 1, 1, lindex, "list", "The item at a place."},
    {"lset", 4, flag_write | flag_denyoom, 1, 1, 1, lset, "list", "Replaces the item at a place."},
    {"ltrim", 4, flag_write, 1, 1, 1, ltrim, "list", "Keeps a range only."},
};
// clang-format on

}  // namespace

std::span<const Command> list_commands() { return table; }

}  // namespace wiregap::resp
