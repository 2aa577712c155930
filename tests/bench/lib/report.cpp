// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/report.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <cstdio>
#include <stdexcept>
#include <utility>

namespace wiregap::bench {

namespace {

std::string kernel_release() {
    utsname names{};
    uname(&names);
    return names.release;
}

std::string as_text(const Paired& round) {
    return fmt::format("{:.1f} {:.1f} {:.1f}", round.before_ns, round.with_ns, round.after_ns);
}

std::string summary(const std::string& condition, const std::vector<Paired>& rounds,
                    const std::string& operation) {
    const Quartiles ratio = ratios(rounds);
    const Quartiles added = added_ns(rounds);
    return fmt::format(
        "{}: ratio {:.4f} ({:.4f} to {:.4f}), added ns per {} {:.1f} ({:.1f} to {:.1f})", condition,
        ratio.median, ratio.q1, ratio.q3, operation, added.median, added.q1, added.q3);
}

}  // namespace

Report::Report(std::string bar, const std::filesystem::path& directory) : bar_(std::move(bar)) {
    std::filesystem::create_directories(directory);
    const auto path = directory / (bar_ + ".txt");
    file_.open(path);
    if (!file_) throw std::runtime_error("can't write " + path.string());
    detail("kernel " + kernel_release());
}

void Report::at_most(const std::string& figure, double value, double limit, int decimals) {
    line(figure, value, fmt::format("<={:g}", limit), value <= limit, decimals);
}

void Report::at_least(const std::string& figure, double value, double limit, int decimals) {
    line(figure, value, fmt::format(">={:g}", limit), value >= limit, decimals);
}

void Report::line(const std::string& figure, double value, const std::string& bar, bool reached,
                  int decimals) {
    const std::string text = fmt::format("{} {} {:.{}f} {} {}", bar_, figure, value, decimals, bar,
                                         reached ? "ok" : "short");
    fmt::print("{}\n", text);
    std::fflush(stdout);
    detail(text);
}

void Report::detail(const std::string& line) { file_ << line << std::endl; }

void Report::detail(const Comparison& comparison, const std::string& operation) {
    detail(fmt::format("rounds {}, the steadier half counts; median (quartiles)",
                       comparison.watched.size()));
    detail(summary("watched", comparison.watched, operation));
    detail(summary("empty programs", comparison.floor, operation));
    detail("per round, ns: bare watched bare, bare empty bare");
    for (std::size_t i = 0; i < comparison.watched.size(); ++i) {
        detail(as_text(comparison.watched[i]) + ", " + as_text(comparison.floor[i]));
    }
}

}  // namespace wiregap::bench
