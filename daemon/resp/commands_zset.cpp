// SPDX-License-Identifier: Apache-2.0
// Sorted sets: changes.
#include "daemon/resp/commands_zset.h"

#include <cmath>
#include <optional>
#include <string>

#include "daemon/resp/engine.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/typed.h"

namespace wiregap::resp {
namespace {

struct AddOptions {
    bool if_new = false;
    bool if_there = false;
    bool greater = false;
    bool less = false;
    bool changed = false;  ///< answer how many changed, not how many are new
    bool increment = false;
    std::size_t pairs_at = 2;
};

AddOptions add_options(const Call& call) {
    AddOptions options;
    for (;; ++options.pairs_at) {
        const std::size_t at = options.pairs_at;
        if (call.asks(at, "NX")) {
            options.if_new = true;
        } else if (call.asks(at, "XX")) {
            options.if_there = true;
        } else if (call.asks(at, "GT")) {
            options.greater = true;
        } else if (call.asks(at, "LT")) {
            options.less = true;
        } else if (call.asks(at, "CH")) {
            options.changed = true;
        } else if (call.asks(at, "INCR")) {
            options.increment = true;
        } else {
            return options;
        }
    }
}

/// An error text if the call can't be done, else empty. Nothing is changed before all is checked.
std::string_view why_not(const Call& call, const AddOptions& options) {
    const std::size_t words = call.args.size() - options.pairs_at;
    if (words == 0 || words % 2 != 0) return "ERR syntax error";
    if (options.if_new && options.if_there) {
        return "ERR XX and NX options at the same time are not compatible";
    }
    if ((options.greater && options.less) ||
        (options.if_new && (options.greater || options.less))) {
        return "ERR GT, LT, and/or NX options at the same time are not compatible";
    }
    if (options.increment && words > 2) {
        return "ERR INCR option supports a single increment-element pair";
    }
    for (std::size_t i = options.pairs_at; i < call.args.size(); i += 2) {
        if (!to_real(call.args[i])) return "ERR value is not a valid float";
    }
    return {};
}

struct Outcome {
    std::int64_t fresh = 0;
    std::int64_t moved = 0;
    bool taken = false;  ///< the last pair was
    double score = 0;    ///< .. and came to this
    bool nan = false;
};

void add_pair(SortedSet& set, const AddOptions& options, double score, std::string_view name,
              Outcome& outcome) {
    const SortedSet::Scored* const there = set.find(name);
    outcome.taken = false;
    if ((options.if_new && there != nullptr) || (options.if_there && there == nullptr)) return;
    if (there != nullptr) {
        if (options.increment) score += there->score;
        if (std::isnan(score)) {
            outcome.nan = true;
            return;
        }
        if ((options.greater && score <= there->score) || (options.less && score >= there->score)) {
            return;
        }
        outcome.moved += score != there->score ? 1 : 0;
    }
    outcome.taken = true;
    outcome.score = score;
    outcome.fresh += set.set(name, score) ? 1 : 0;
}

void add(Call& call, const AddOptions& options) {
    const std::string_view error = why_not(call, options);
    if (!error.empty()) {
        call.reply.error(error);
        return;
    }
    const auto found = call.keys.find_or_make<SortedSet>(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
        return;
    }
    Outcome outcome;
    for (std::size_t i = options.pairs_at; i < call.args.size(); i += 2) {
        add_pair(*found.value, options, *to_real(call.args[i]), call.args[i + 1], outcome);
    }
    call.keys.remove_if_empty(found);
    if (outcome.nan) {
        call.reply.error("ERR resulting score is not a number (NaN)");
    } else if (!options.increment) {
        call.reply.integer(outcome.fresh + (options.changed ? outcome.moved : 0));
    } else if (outcome.taken) {
        call.reply.real(outcome.score);
    } else {
        call.reply.null();
    }
}

void zadd(Call& call) { add(call, add_options(call)); }

void zincrby(Call& call) {
    AddOptions options;
    options.increment = true;
    add(call, options);
}

void pop_some(Call& call, const Found<SortedSet>& found, std::size_t count, bool lowest) {
    SortedSet& set = *found.value;
    count = std::min(count, set.size());
    // With a count RESP3 has pairs, each an array of two.
    const bool pairs = call.reply.protocol() >= 3 && call.args.size() == 3;
    if (!call.fits(2 * count)) return;
    call.reply.array(pairs ? count : 2 * count);
    for (; count > 0; --count) {
        const SortedSet::Scored& member = **set.at(lowest ? 0 : set.size() - 1);
        if (pairs) call.reply.array(2);
        call.reply.bulk(member.key());
        call.reply.real(member.score);
        set.remove(std::string(member.key()));
    }
    call.keys.remove_if_empty(found);
}

void pop(Call& call, bool lowest) {
    const auto count = call.args.size() == 3 ? to_integer(call.args[2]) : 1;
    if (call.args.size() > 3) {
        call.syntax_error();
        return;
    }
    if (!count || *count < 0) {
        call.reply.error("ERR value is out of range, must be positive");
        return;
    }
    const auto found = call.keys.find<SortedSet>(call.args[1]);
    if (found.wrong_type) {
        call.wrong_type();
    } else if (found.value == nullptr) {
        call.reply.array(0);
    } else {
        pop_some(call, found, static_cast<std::size_t>(*count), lowest);
    }
}

void zpopmin(Call& call) { pop(call, true); }
void zpopmax(Call& call) { pop(call, false); }

constexpr unsigned adds = flag_write | flag_denyoom | flag_fast;
constexpr unsigned reads = flag_readonly | flag_fast;
// clang-format off
constexpr Command table[] = {
    {"zadd", -4, adds, 1, 1, 1, zadd, "sorted-set", "Adds members or moves them."},
    {"zincrby", 4, adds, 1, 1, 1, zincrby, "sorted-set", "Adds to a member's score."},
    {"zrem", -3, flag_write | flag_fast, 1, 1, 1, remove_names<SortedSet>, "sorted-set", "Removes members."},
    {"zpopmin", -2, flag_write | flag_fast, 1, 1, 1, zpopmin, "sorted-set", "Takes the lowest."},
    {"zpopmax", -2, flag_write | flag_fast, 1, 1, 1, zpopmax, "sorted-set", "Takes the highest."},
    {"zcard", 2, reads, 1, 1, 1, zcard, "sorted-set", "Counts the members."},
    {"zcount", 4, reads, 1, 1, 1, zcount, "sorted-set", "Counts the members between scores."},
    {"zscore", 3, reads, 1, 1, 1, zscore, "sorted-set", "Score of a member."},
    {"zmscore", -3, reads, 1, 1, 1, zmscore, "sorted-set", "Scores of members."},
    {"zrank", 3, reads, 1, 1, 1, zrank, "sorted-set", "Rank of a member from the lowest."},
    {"zrevrank", 3, reads, 1, 1, 1, zrevrank, "sorted-set", "Rank of a member from the highest."},
    {"zrange", -4, flag_readonly, 1, 1, 1, zrange, "sorted-set", "Members of a range."},
    {"zrevrange", -4, flag_readonly, 1, 1, 1, zrevrange, "sorted-set", "Members of a range, highest first."},
    {"zrangebyscore", -4, flag_readonly, 1, 1, 1, zrangebyscore, "sorted-set", "Members between scores."},
    {"zrevrangebyscore", -4, flag_readonly, 1, 1, 1, zrevrangebyscore, "sorted-set", "Members between scores, highest first."},
};
// clang-format on

}  // namespace

std::span<const Command> sorted_set_commands() { return table; }

}  // namespace wiregap::resp
