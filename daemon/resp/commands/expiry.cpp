// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/commands/expiry.h"

#include <string>

#include "daemon/resp/commands/engine.h"
#include "daemon/resp/protocol/numbers.h"

namespace wiregap::resp {
namespace {

struct Unit {
    std::string_view word;
    std::int64_t unit_ms;
    bool from_now;
};
constexpr Unit units[] = {
    {"EX", 1000, true}, {"PX", 1, true}, {"EXAT", 1000, false}, {"PXAT", 1, false}};

const Unit* unit_at(const Call& call, std::size_t at) {
    for (const Unit& unit : units) {
        if (call.asks(at, unit.word)) return &unit;
    }
    return nullptr;
}

/// Takes "EX 10"; false, and the error is said, if it can't be used.
bool take_time(Call& call, const Unit& unit, std::size_t value_at, SetOptions& options) {
    if (value_at >= call.args.size() || options.expires_ms != 0 || options.keep_expiry) {
        call.syntax_error();
        return false;
    }
    const auto span = to_integer(call.args[value_at]);
    if (!span) {
        call.not_integer();
        return false;
    }
    const auto expires_ms = time_after(unit.from_now ? call.keys.now_ms() : 0, *span, unit.unit_ms);
    if (*span <= 0 || !expires_ms) {
        call.invalid_expiry();
        return false;
    }
    options.expires_ms = *expires_ms;
    return true;
}

}  // namespace

std::optional<std::int64_t> time_after(std::int64_t from_ms, std::int64_t span,
                                       std::int64_t unit_ms) {
    std::int64_t ms = 0;
    if (__builtin_mul_overflow(span, unit_ms, &ms) || __builtin_add_overflow(ms, from_ms, &ms)) {
        return {};
    }
    return ms;
}

std::optional<SetOptions> set_options(Call& call) {
    SetOptions options;
    for (std::size_t i = 3; i < call.args.size(); ++i) {
        if (call.asks(i, "NX") && !options.if_there) {
            options.if_new = true;
        } else if (call.asks(i, "XX") && !options.if_new) {
            options.if_there = true;
        } else if (call.asks(i, "GET")) {
            options.get = true;
        } else if (call.asks(i, "KEEPTTL") && options.expires_ms == 0) {
            options.keep_expiry = true;
        } else if (const Unit* const unit = unit_at(call, i)) {
            if (!take_time(call, *unit, ++i, options)) return {};
        } else {
            call.syntax_error();
            return {};
        }
    }
    return options;
}

std::optional<ExpireOptions> expire_options(Call& call) {
    ExpireOptions options;
    for (std::size_t i = 3; i < call.args.size(); ++i) {
        if (call.asks(i, "NX")) {
            options.if_none = true;
        } else if (call.asks(i, "XX")) {
            options.if_some = true;
        } else if (call.asks(i, "GT")) {
            options.if_later = true;
        } else if (call.asks(i, "LT")) {
            options.if_sooner = true;
        } else {
            call.reply.error("ERR Unsupported option " + std::string(call.args[i].substr(0, 128)));
            return {};
        }
    }
    if (options.if_none && (options.if_some || options.if_later || options.if_sooner)) {
        call.reply.error("ERR NX and XX, GT or LT options at the same time are not compatible");
        return {};
    }
    if (options.if_later && options.if_sooner) {
        call.reply.error("ERR GT and LT options at the same time are not compatible");
        return {};
    }
    return options;
}

}  // namespace wiregap::resp
