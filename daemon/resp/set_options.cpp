// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/set_options.h"

#include <limits>

#include "daemon/resp/numbers.h"

namespace wiregap::resp {
namespace {

struct Expiry {
    std::string_view word;
    std::int64_t unit_ms;
    bool from_now;
};
constexpr Expiry expiries[] = {
    {"EX", 1000, true}, {"PX", 1, true}, {"EXAT", 1000, false}, {"PXAT", 1, false}};

const Expiry* expiry_word(const Call& call, std::size_t at) {
    for (const Expiry& expiry : expiries) {
        if (call.asks(at, expiry.word)) return &expiry;
    }
    return nullptr;
}

/// Takes "EX 10"; false, and the error is said, if it can't be used.
bool take_expiry(Call& call, const Expiry& expiry, std::size_t value_at, SetOptions& options) {
    if (value_at >= call.args.size() || options.expires_ms != 0 || options.keep_expiry) {
        call.syntax_error();
        return false;
    }
    const auto span = to_integer(call.args[value_at]);
    if (!span) {
        call.not_integer();
        return false;
    }
    const auto expires_ms =
        expiry_after(expiry.from_now ? call.keys.now_ms() : 0, *span, expiry.unit_ms);
    if (!expires_ms) {
        call.reply.error("ERR invalid expire time in 'set' command");
        return false;
    }
    options.expires_ms = *expires_ms;
    return true;
}

}  // namespace

std::optional<std::int64_t> expiry_after(std::int64_t now_ms, std::int64_t span,
                                         std::int64_t unit_ms) {
    if (span <= 0 || span > (std::numeric_limits<std::int64_t>::max() - now_ms) / unit_ms) {
        return {};
    }
    return now_ms + span * unit_ms;
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
        } else if (const Expiry* const expiry = expiry_word(call, i)) {
            if (!take_expiry(call, *expiry, ++i, options)) return {};
        } else {
            call.syntax_error();
            return {};
        }
    }
    return options;
}

}  // namespace wiregap::resp
