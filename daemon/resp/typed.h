// SPDX-License-Identifier: Apache-2.0
// What the commands of every type do alike with args[1], which must be of theirs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/resp/command.h"
#include "daemon/resp/numbers.h"

namespace wiregap::resp {

/// What was found. Nothing, and the error is said, if it is of another type.
template <class T>
std::optional<Found<T>> checked(Call& call, const Found<T>& found) {
    if (!found.wrong_type) return found;
    call.wrong_type();
    return std::nullopt;
}

/// Finds the key. Nothing, and the error is said, if it is of another type.
template <class T>
std::optional<Found<T>> found_of_call(Call& call) {
    return checked(call, call.keys.find<T>(call.args[1]));
}

/// The same for a text.
inline std::optional<Found<Blob>> found_text_of_call(Call& call) {
    return checked(call, call.keys.find_text(call.args[1]));
}

/// The key's value, null if it is not there. False, and the error is said, if it is of another
/// type.
template <class T>
bool value_of_call(Call& call, T*& value) {
    const auto found = found_of_call<T>(call);
    value = found ? found->value : nullptr;
    return found.has_value();
}

/// SREM, ZREM, HDEL: removes the names from args[2] on; answers how many were there.
template <class T>
void remove_names(Call& call) {
    const auto found = found_of_call<T>(call);
    if (!found) return;
    std::int64_t removed = 0;
    if (found->value != nullptr) {
        for (const std::string_view name : call.args.subspan(2)) {
            removed += found->value->remove(name) ? 1 : 0;
        }
        call.keys.remove_if_empty(*found);
    }
    call.reply.integer(removed);
}

/// args[2] and args[3] as the ends of a range.
struct Bounds {
    std::int64_t first = 0;
    std::int64_t last = 0;
};
/// Nothing, and the error is said, if they are no whole numbers.
inline std::optional<Bounds> bounds_of_call(Call& call) {
    const auto first = to_integer(call.args[2]);
    const auto last = to_integer(call.args[3]);
    if (first && last) return Bounds{*first, *last};
    call.not_integer();
    return std::nullopt;
}

}  // namespace wiregap::resp
