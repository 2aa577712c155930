// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/units.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <span>

namespace wiregap::model {
namespace {

struct Unit {
    double size;
    const char* name;
};

constexpr std::array<Unit, 7> byte_units{{{1, "B"},
                                          {1024.0, "KiB"},
                                          {1048576.0, "MiB"},
                                          {1073741824.0, "GiB"},
                                          {1099511627776.0, "TiB"},
                                          {1125899906842624.0, "PiB"},
                                          {1152921504606846976.0, "EiB"}}};

constexpr std::array<Unit, 6> time_units{
    {{1e-9, "ns"}, {1e-6, "us"}, {1e-3, "ms"}, {1, "s"}, {60, "min"}, {3600, "h"}}};

/// One decimal below ten, none above: at most four characters for numbers below 1024.
std::string short_number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), value < 9.95 ? "%.1f" : "%.0f", value);
    return text.data();
}

/// The largest unit of which there is at least one, after rounding: never "1024KiB" or "1000us".
std::string in_units(double value, std::span<const Unit> units) {
    std::size_t at = 0;
    while (at + 1 < units.size() &&
           std::round(value / units[at].size) * units[at].size >= units[at + 1].size) {
        ++at;
    }
    return short_number(value / units[at].size) + units[at].name;
}

}  // namespace

std::string human_bytes(double bytes) {
    if (bytes <= 0) return "0";
    if (bytes < 1023.5) return std::to_string(std::lround(bytes)) + "B";
    return in_units(bytes, byte_units);
}

std::string human_seconds(double seconds) {
    if (seconds <= 0) return "0";
    return in_units(seconds, time_units);
}

std::string human_percent(double ratio) {
    const double percent = ratio * 100;
    if (percent <= 0) return "0";
    if (percent < 0.05) return "<0.1";
    return percent < 99.95 ? short_number(percent) : std::to_string(std::lround(percent));
}

std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        // U+0080 to U+009F are control characters too; UTF-8 writes them as C2 80 to C2 9F.
        const bool c1 =
            byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
        out += byte < 0x20 || byte == 0x7f || c1 ? '?' : text[at];
        if (c1) ++at;
    }
    return out;
}

}  // namespace wiregap::model
