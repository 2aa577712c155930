// SPDX-License-Identifier: Apache-2.0
// Bytes held by TCP_CORK for a time that the test itself decides.
#include <linux/tcp.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

constexpr std::size_t held_bytes = 500;

// Without TCP_NODELAY Nagle would go on holding after the cork while the last ACK is missing.
Link corkable(const Listener& listener) {
    Link link = listener.connect();
    set_tcp_option(link.accepted.get(), TCP_NODELAY, 1);
    return link;
}

// One write, held so long. The kernel itself lets a corked segment go after 200 ms: where the test
// was kept from running for that long, its times are no truth. Nothing then.
std::optional<Bracket> hold(const Link& link, std::uint64_t hold_ns) {
    const int writer = link.accepted.get();
    set_tcp_option(writer, TCP_CORK, 1);
    const std::uint64_t write_begin = now_ns();
    write_all(writer, held_bytes);
    const std::uint64_t write_end = now_ns();
    wait_until_ns(write_end + hold_ns);
    if (notsent_bytes(writer) != held_bytes) return std::nullopt;
    const std::uint64_t uncork_begin = now_ns();
    set_tcp_option(writer, TCP_CORK, 0);
    const std::uint64_t uncork_end = now_ns();
    read_exactly(link.connecting.get(), held_bytes);
    return Bracket{uncork_begin - write_end, uncork_end - write_begin};
}

/// A listener whose one connection wrote once per bracket.
struct Corked {
    Listener listener{};
    Link link = corkable(listener);
    std::vector<Bracket> brackets{};
};

std::optional<Corked> hold_all(const std::vector<std::uint64_t>& holds_ns) {
    Corked corked;
    for (const std::uint64_t hold_ns : holds_ns) {
        const std::optional<Bracket> bracket = hold(corked.link, hold_ns);
        if (!bracket) return std::nullopt;
        corked.brackets.push_back(*bracket);
    }
    wait_all_acked(corked.link.accepted.get());
    return corked;
}

// On a connection of which every hold is known.
Corked hold_times(const std::vector<std::uint64_t>& holds_ns) {
    for (unsigned tries = 0; tries < 5; ++tries)
        if (auto corked = hold_all(holds_ns)) return std::move(*corked);
    throw std::runtime_error("the machine is too busy: the kernel released each cork first");
}

View check_holds(Session& session, const Corked& corked) {
    const std::size_t writes = corked.brackets.size();
    View view = session.settled_service({.port = corked.listener.port()});
    expect_delivered(session, view, writes * held_bytes);
    expect_departures(session, view, 0, writes);
    expect_late_mean(session, view, mean(corked.brackets));
    return view;
}

void corked(Session& session, std::uint64_t hold_ns, unsigned times) {
    check_holds(session, hold_times(std::vector<std::uint64_t>(times, hold_ns)));
}

void cork_50us(Session& session) { corked(session, 50 * us, 200); }
void cork_200us(Session& session) { corked(session, 200 * us, 200); }
void cork_1ms(Session& session) { corked(session, 1 * ms, 100); }
void cork_5ms(Session& session) { corked(session, 5 * ms, 50); }
void cork_100ms(Session& session) { corked(session, 100 * ms, 5); }

// The order statistics between which a quantile of so many brackets lies, two ranks of grace.
Bracket quantile(std::vector<Bracket> brackets, double q) {
    const auto rank = static_cast<std::size_t>(q * static_cast<double>(brackets.size()));
    const std::size_t low = rank < 2 ? 0 : rank - 2;
    const std::size_t high = std::min(rank + 2, brackets.size() - 1);
    const auto by_low = [](const Bracket& a, const Bracket& b) { return a.low_ns < b.low_ns; };
    const auto by_high = [](const Bracket& a, const Bracket& b) { return a.high_ns < b.high_ns; };
    std::sort(brackets.begin(), brackets.end(), by_low);
    const std::uint64_t low_ns = brackets[low].low_ns;
    std::sort(brackets.begin(), brackets.end(), by_high);
    return {low_ns, brackets[high].high_ns};
}

// A bucket is at most 12.5 % wide.
void expect_quantile(Session& session, const View& view, const std::string& key,
                     const Bracket& truth) {
    constexpr double bucket = 0.125;
    session.expect_within(view, key, static_cast<double>(truth.low_ns) / 1e9 * (1 - bucket),
                          static_cast<double>(truth.high_ns) / 1e9 * (1 + bucket));
}

void quantiles(Session& session) {
    std::vector<std::uint64_t> holds_ns(400, 200 * us);
    for (std::size_t i = 9; i < holds_ns.size(); i += 10) holds_ns[i] = 5 * ms;
    const Corked corked = hold_times(holds_ns);
    const std::vector<Bracket>& brackets = corked.brackets;
    const View view = check_holds(session, corked);
    expect_quantile(session, view, "/write_to_transmit/late_p50_seconds", quantile(brackets, 0.5));
    expect_quantile(session, view, "/write_to_transmit/late_p99_seconds", quantile(brackets, 0.99));
}

}  // namespace

std::vector<Scenario> cork_scenarios() {
    return {
        {"cork_50us", "200 writes held 50 us", cork_50us},
        {"cork_200us", "200 writes held 200 us", cork_200us},
        {"cork_1ms", "100 writes held 1 ms", cork_1ms},
        {"cork_5ms", "50 writes held 5 ms", cork_5ms},
        {"cork_100ms", "5 writes held 100 ms", cork_100ms},
        {"quantiles", "90 % held 200 us, 10 % held 5 ms", quantiles},
    };
}

}  // namespace wiregap::truth
