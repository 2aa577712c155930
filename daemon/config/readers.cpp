// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/readers.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>
#include <type_traits>

#include "daemon/util/inet.h"

namespace wiregap::config {
namespace {

/// As people write it: 0.0001, 60.
template <class Number>
std::string shown(Number number) {
    std::array<char, 32> text{};
    char* const end = text.data() + text.size();
    if constexpr (std::is_floating_point_v<Number>) {
        return {text.data(),
                std::to_chars(text.data(), end, number, std::chars_format::general).ptr};
    } else {
        return {text.data(), std::to_chars(text.data(), end, number).ptr};
    }
}

/// The whole text as a number. Quoted text is a word in YAML, and no number.
template <class Number>
std::optional<Number> number_in(const std::string& text, const YAML::Node& value) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    const bool out_of_type = error == std::errc::result_out_of_range;
    if (value.Tag() == "!" || stop != end || (error != std::errc{} && !out_of_type)) return {};
    return out_of_type ? std::numeric_limits<Number>::max() : number;
}

template <class Number>
Number read_number(const YAML::Node& value, const std::string& name, Number lowest, Number highest,
                   const std::string& kind) {
    const std::string range = shown(lowest) + " to " + shown(highest);
    const std::string text = scalar(value, name, "a " + kind + " from " + range);
    // Wider than the result, so that -1 is out of range and not another sort of error.
    using Wide = std::conditional_t<std::is_floating_point_v<Number>, double, std::int64_t>;
    const std::optional<Wide> number = number_in<Wide>(text, value);
    if (!number) {
        throw Problem(value.Mark(), name + " is " + quoted(text) + ", not a " + kind +
                                        "; write a " + kind + " from " + range);
    }
    if (!(*number >= static_cast<Wide>(lowest) && *number <= static_cast<Wide>(highest))) {
        throw Problem(value.Mark(), name + " is " + quoted(text) + ", outside " + range +
                                        "; write a " + kind + " in that range");
    }
    return static_cast<Number>(*number);
}

bool is_numeric_address(const std::string& address, bool ipv6) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return inet_pton(ipv6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) == 1;
}

}  // namespace

std::string quoted(const std::string& text) {
    constexpr std::size_t longest = 40;
    std::string result = text.substr(0, longest);
    std::replace_if(
        result.begin(), result.end(), [](unsigned char c) { return c < ' ' || c >= 0x7f; }, '?');
    return '"' + result + (text.size() > longest ? "..\"" : "\"");
}

std::string scalar(const YAML::Node& value, const std::string& name, const std::string& wanted) {
    if (value.IsNull()) {
        throw Problem(value.Mark(), name + " has no value; write " + wanted +
                                        ", or remove the key to have the default");
    }
    if (!value.IsScalar()) {
        throw Problem(value.Mark(), name + " is a " + (value.IsMap() ? "map" : "list") +
                                        ", not a single value; write " + wanted);
    }
    return value.Scalar();
}

std::uint32_t read_whole(const YAML::Node& value, const std::string& name, std::uint32_t lowest,
                         std::uint32_t highest) {
    return read_number(value, name, lowest, highest, "whole number");
}

double read_real(const YAML::Node& value, const std::string& name, double lowest, double highest) {
    return read_number(value, name, lowest, highest, "number");
}

std::size_t read_choice(const YAML::Node& value, const std::string& name,
                        const std::vector<std::string>& words) {
    std::string list = words.front();
    for (std::size_t i = 1; i < words.size(); ++i) {
        list += (i + 1 == words.size() ? " or " : ", ") + words[i];
    }
    const std::string text = scalar(value, name, list);
    const auto found = std::find(words.begin(), words.end(), text);
    if (found == words.end()) {
        throw Problem(value.Mark(), name + " is " + quoted(text) + "; write " + list);
    }
    return static_cast<std::size_t>(found - words.begin());
}

std::string read_line(const YAML::Node& value, const std::string& name) {
    std::string text = scalar(value, name, "a text in quotes");
    const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
    if (std::any_of(text.begin(), text.end(), is_control)) {
        throw Problem(value.Mark(),
                      name + " has a control character in it; write one line of text");
    }
    return text;
}

std::vector<std::uint16_t> read_ports(const YAML::Node& value, const std::string& name) {
    if (!value.IsSequence()) {
        throw Problem(value.Mark(), name + " is not a list; write ports as [6379, 443], or []");
    }
    std::vector<std::uint16_t> ports;
    for (const YAML::Node& item : value) {
        ports.push_back(static_cast<std::uint16_t>(read_whole(item, name, 1, 65535)));
    }
    return ports;
}

std::string read_path(const YAML::Node& value, const std::string& name) {
    return scalar(value, name, "the path of a file, or \"\"");
}

std::pair<std::string, std::uint16_t> address_and_port(
    const std::string& text, const std::function<Problem(const std::string& why)>& bad) {
    const auto parts = util::split_address(text);
    if (!parts) throw bad("without a port");
    if (!is_numeric_address(parts->address, parts->was_bracketed))
        throw bad("whose address is not a numeric one");
    if (!parts->port) throw bad("whose port is not 0 to 65535");
    return {parts->address, *parts->port};
}

std::pair<std::string, std::uint16_t> read_listen(const YAML::Node& value,
                                                  const std::string& name) {
    static const std::string wanted =
        "\"ADDRESS:PORT\", as in \"127.0.0.1:19473\" or \"[::]:19473\"";
    const std::string text = scalar(value, name, wanted);
    return address_and_port(text, [&](const std::string& why) {
        return Problem(value.Mark(),
                       name + " is " + quoted(text) + ", " + why + "; write " + wanted);
    });
}

}  // namespace wiregap::config
