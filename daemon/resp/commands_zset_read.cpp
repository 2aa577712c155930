// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "daemon/resp/commands_zset.h"
#include "daemon/resp/engine.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/score_range.h"
#include "daemon/resp/typed.h"

namespace wiregap::resp {
namespace {

void say_score(Call& call, const SortedSet* set, std::string_view name) {
    const SortedSet::Scored* const member = set == nullptr ? nullptr : set->find(name);
    if (member == nullptr) {
        call.reply.null();
    } else {
        call.reply.real(member->score);
    }
}

void rank(Call& call, bool from_highest) {
    SortedSet* set = nullptr;
    if (!value_of_call(call, set)) return;
    const SortedSet::Scored* const member = set == nullptr ? nullptr : set->find(call.args[2]);
    if (member == nullptr) {
        call.reply.null();
        return;
    }
    const std::size_t from_lowest = set->rank(*member);
    call.reply.integer(
        static_cast<std::int64_t>(from_highest ? set->size() - 1 - from_lowest : from_lowest));
}

struct RangeOptions {
    bool by_score = false;
    bool highest_first = false;
    bool with_scores = false;
    bool limited = false;
    std::int64_t offset = 0;
    std::int64_t count = -1;  ///< below 0: all
};

/// Reads what stands from args[4] on. False, and the error is said, if it can't be used.
bool read_options(Call& call, RangeOptions& options, bool is_zrange) {
    for (std::size_t i = 4; i < call.args.size(); ++i) {
        if (call.asks(i, "WITHSCORES")) {
            options.with_scores = true;
        } else if (is_zrange && call.asks(i, "BYSCORE")) {
            options.by_score = true;
        } else if (is_zrange && call.asks(i, "REV")) {
            options.highest_first = true;
        } else if (call.asks(i, "LIMIT") && i + 2 < call.args.size()) {
            const auto offset = to_integer(call.args[i + 1]);
            const auto count = to_integer(call.args[i + 2]);
            if (!offset || !count) {
                call.not_integer();
                return false;
            }
            options.limited = true;
            options.offset = *offset;
            options.count = *count;
            i += 2;
        } else {
            call.syntax_error();
            return false;
        }
    }
    if (options.limited && !options.by_score) {
        call.reply.error(
            "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or "
            "BYLEX");
        return false;
    }
    return true;
}

/// LIMIT: skips `offset` from the end that comes first.
Range limited(Range range, const RangeOptions& options) {
    if (options.offset < 0 || static_cast<std::uint64_t>(options.offset) >= range.count) return {};
    const auto offset = static_cast<std::size_t>(options.offset);
    std::size_t count = range.count - offset;
    if (options.count >= 0) count = std::min(count, static_cast<std::size_t>(options.count));
    const std::size_t first =
        options.highest_first ? range.first + range.count - offset - count : range.first + offset;
    return {first, count};
}

std::optional<Range> by_score(Call& call, const SortedSet* set, const RangeOptions& options) {
    std::string_view low = call.args[2];
    std::string_view high = call.args[3];
    if (options.highest_first) std::swap(low, high);
    if (!are_score_bounds(low, high)) {
        call.reply.error("ERR min or max is not a float");
        return {};
    }
    return set == nullptr ? Range{} : limited(*ranks_between(*set, low, high), options);
}

std::optional<Range> by_rank(Call& call, const SortedSet* set, const RangeOptions& options) {
    const auto first = to_integer(call.args[2]);
    const auto last = to_integer(call.args[3]);
    if (!first || !last) {
        call.not_integer();
        return {};
    }
    const std::size_t size = set == nullptr ? 0 : set->size();
    Range range = range_of(*first, *last, size);
    if (options.highest_first) range.first = size - range.first - range.count;
    return range;
}

void say_range(Call& call, const SortedSet* set, const Range& range, const RangeOptions& options) {
    const bool pairs = options.with_scores && call.reply.protocol() >= 3;
    const std::size_t per_member = options.with_scores ? 2 : 1;
    if (!call.fits(range.count * per_member)) return;
    call.reply.array(pairs ? range.count : range.count * per_member);
    if (range.count == 0) return;
    auto at = set->at(options.highest_first ? range.first + range.count - 1 : range.first);
    for (std::size_t i = 0; i < range.count; ++i) {
        if (pairs) call.reply.array(2);
        call.reply.bulk((*at)->key());
        if (options.with_scores) call.reply.real((*at)->score);
        if (i + 1 == range.count) break;
        if (options.highest_first) {
            --at;
        } else {
            ++at;
        }
    }
}

void range(Call& call, RangeOptions options, bool is_zrange) {
    if (!read_options(call, options, is_zrange)) return;
    SortedSet* set = nullptr;
    if (!value_of_call(call, set)) return;
    const auto found =
        options.by_score ? by_score(call, set, options) : by_rank(call, set, options);
    if (found) say_range(call, set, *found, options);
}

}  // namespace

void zcard(Call& call) {
    SortedSet* set = nullptr;
    if (!value_of_call(call, set)) return;
    call.reply.integer(set == nullptr ? 0 : static_cast<std::int64_t>(set->size()));
}

void zcount(Call& call) {
    SortedSet* set = nullptr;
    if (!value_of_call(call, set)) return;
    const auto found = by_score(call, set, {});
    if (found) call.reply.integer(static_cast<std::int64_t>(found->count));
}

void zscore(Call& call) {
    SortedSet* set = nullptr;
    if (value_of_call(call, set)) say_score(call, set, call.args[2]);
}

void zmscore(Call& call) {
    SortedSet* set = nullptr;
    if (!value_of_call(call, set)) return;
    call.reply.array(call.args.size() - 2);
    for (const std::string_view name : call.args.subspan(2)) say_score(call, set, name);
}

void zrank(Call& call) { rank(call, false); }
void zrevrank(Call& call) { rank(call, true); }
void zrange(Call& call) { range(call, {}, true); }
void zrevrange(Call& call) { range(call, {.highest_first = true}, false); }
void zrangebyscore(Call& call) { range(call, {.by_score = true}, false); }
void zrevrangebyscore(Call& call) { range(call, {.by_score = true, .highest_first = true}, false); }

}  // namespace wiregap::resp
