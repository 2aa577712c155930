// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/report.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

namespace wiregap::truth {

namespace {

// Flushed line by line: in a VM the serial log is all there is when something hangs.
void print(const std::string& text) {
    std::puts(text.c_str());
    std::fflush(stdout);
}

}  // namespace

void Report::begin(std::string scenario) { scenario_ = std::move(scenario); }

bool Report::line(bool holds, std::string_view what, std::string_view said,
                  std::string_view truth) {
    return verdict(holds,
                   fmt::format("{}: {}, wiregap said {}, truth {}", scenario_, what, said, truth));
}

bool Report::verdict(bool holds, const std::string& text) {
    ++(holds ? passed_ : failed_);
    if (!holds) failures_.push_back(text);
    print((holds ? "ok " : "FAIL ") + text);
    return holds;
}

bool Report::equal(std::string_view what, std::uint64_t said, std::uint64_t truth) {
    return line(said == truth, what, std::to_string(said), std::to_string(truth));
}

bool Report::equal(std::string_view what, std::string_view said, std::string_view truth) {
    return line(said == truth, what, said, truth);
}

bool Report::within(std::string_view what, double said, double low, double high) {
    return line(said >= low && said <= high, what, fmt::format("{:.9g}", said),
                fmt::format("{:.9g} .. {:.9g}", low, high));
}

bool Report::agree(std::string_view what, std::uint64_t one, std::uint64_t other) {
    return verdict(one == other, fmt::format("{}: {}, {} against {}", scenario_, what, one, other));
}

void Report::fail(std::string_view what, std::string_view said, std::string_view truth) {
    line(false, what, said, truth);
}

void Report::skip(std::string_view what, std::string_view reason) {
    ++skipped_;
    print(fmt::format("skip {}: {}, {}", scenario_, what, reason));
}

void Report::note(std::string_view text) const { print(fmt::format("   {}: {}", scenario_, text)); }

void Report::print_sums() const {
    // Again at the end: a log that is cut in the middle must still say what failed.
    for (const std::string& failure : failures_) print("FAIL " + failure);
    print(fmt::format("{} passed, {} failed, {} skipped", passed_, failed_, skipped_));
}

}  // namespace wiregap::truth
