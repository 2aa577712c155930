// SPDX-License-Identifier: Apache-2.0
// How a field takes its value from a thing: the words that the tables are written in.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "daemon/view/field.h"
#include "daemon/view/text.h"

namespace wiregap::view {

using model::Known;

// A field begins with its unit, key and help.
inline FieldInfo text(std::string_view key, std::string_view help) {
    return {key, Unit::text, help};
}
inline FieldInfo count(std::string_view key, std::string_view help) {
    return {key, Unit::count, help};
}
inline FieldInfo bytes(std::string_view key, std::string_view help) {
    return {key, Unit::bytes, help};
}
inline FieldInfo seconds(std::string_view key, std::string_view help) {
    return {key, Unit::seconds, help};
}
inline FieldInfo ratio(std::string_view key, std::string_view help) {
    return {key, Unit::ratio, help};
}
inline FieldInfo flag(std::string_view key, std::string_view help) {
    return {key, Unit::flag, help};
}
inline FieldInfo byte_seconds(std::string_view key, std::string_view help) {
    return {key, Unit::byte_seconds, help};
}
inline FieldInfo bytes_per_second(std::string_view key, std::string_view help) {
    return {key, Unit::bytes_per_second, help};
}
inline FieldInfo delays(std::string_view key, std::string_view help) {
    return {key, Unit::seconds, help, {}, nullptr, true};
}

inline void give(Sink& sink, Keys keys, bool flag) { sink.put(keys, flag); }
inline void give(Sink& sink, Keys keys, std::string_view text) { sink.put(keys, valid_utf8(text)); }
inline void give(Sink& sink, Keys keys, const std::string& text) {
    give(sink, keys, std::string_view(text));
}
inline void give(Sink& sink, Keys keys, const model::Histogram& delays) {
    sink.put_delays(keys, {delays});
}
template <std::floating_point Number>
void give(Sink& sink, Keys keys, Number number) {
    sink.put(keys, static_cast<double>(number));
}
template <std::unsigned_integral Number>
requires(!std::same_as<Number, bool>) void give(Sink& sink, Keys keys, Number number) {
    sink.put(keys, static_cast<std::uint64_t>(number));
}
template <class Enum>
requires std::is_enum_v<Enum>
void give(Sink& sink, Keys keys, Enum word) { give(sink, keys, to_string(word)); }
/// Nothing, where it is absent.
template <class Something>
void give(Sink& sink, Keys keys, const std::optional<Something>& value) {
    if (value) give(sink, keys, *value);
}

template <auto first, auto... rest, class Item>
constexpr const auto& reach(const Item& item) {
    if constexpr (sizeof...(rest) == 0) {
        return item.*first;
    } else {
        return reach<rest...>(item.*first);
    }
}

/// get<&Service::counters, &ServiceCounters::acked_bytes>: that member.
template <auto... path, class Item>
void get(const Item& item, const Known&, Sink& sink) {
    give(sink, {}, reach<path...>(item));
}

/// An array by an enum: each under its word.
template <class Enum, auto... path, class Item>
void each(const Item& item, const Known&, Sink& sink) {
    const auto& values = reach<path...>(item);
    for (std::size_t i = 0; i < values.size(); ++i)
        give(sink, {to_string(static_cast<Enum>(i))}, values[i]);
}

constexpr double seconds_of_ns(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

/// Known where the back end knows any of these.
template <bool Known::*... any>
constexpr bool knows(const Known& known) {
    return ((known.*any) || ...);
}

}  // namespace wiregap::view
