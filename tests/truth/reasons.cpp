// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/reasons.h"

#include <fmt/format.h>
#include <linux/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace wiregap::truth {

namespace {

// A fixed command line of this program's own.
void run(const std::string& command) {
    if (std::system(command.c_str()) != 0)  // NOLINT(cert-env33-c)
        throw std::runtime_error("failed: " + command);
}

double sum_of(const View& view, const std::string& key) {
    double sum = 0;
    for (const auto& [reason, value] : view.document.at(key).items()) sum += value.get<double>();
    return sum;
}

struct Shares {
    std::string largest;
    double largest_seconds = 0;
    double sum_seconds = 0;
    double unknown_seconds = 0;
    std::string all;  ///< each reason with its seconds
};

Shares shares_of(const View& view) {
    Shares shares;
    for (const auto& [reason, value] : view.document.at("held_seconds").items()) {
        const double seconds = value.get<double>();
        shares.sum_seconds += seconds;
        if (seconds > 0) shares.all += fmt::format(" {}={:.3f}", reason, seconds);
        if (reason == "unknown") shares.unknown_seconds = seconds;
        if (seconds <= shares.largest_seconds) continue;
        shares.largest = reason;
        shares.largest_seconds = seconds;
    }
    return shares;
}

}  // namespace

double held_sum(const View& view) { return sum_of(view, "held_seconds"); }

bool knows_reasons(Session& session, const View& view) {
    if (view.document.is_null()) return false;
    if (view.document.contains("held_seconds") && view.document.contains("held_byte_seconds"))
        return true;
    session.report().skip("held time by reason", "the back end does not classify it");
    return false;
}

void expect_reason(Session& session, const View& view, const std::string& reason,
                   const HeldTime& truth, unsigned events) {
    session.consistent("bytes were held", truth.low_seconds > 0 ? 1 : 0, 1);
    if (!knows_reasons(session, view)) return;
    const Shares shares = shares_of(view);
    session.report().note("held seconds by reason:" + shares.all);
    session.report().equal("reason with the largest share", shares.largest, reason);
    const Tolerance tolerance = session.tolerance();
    const double slack = (tolerance.slack_seconds + 0.001) * events;
    session.report().within("held seconds of all reasons", shares.sum_seconds,
                            truth.low_seconds * (1 - tolerance.ratio) - slack,
                            truth.high_seconds * (1 + tolerance.ratio) + slack);
    session.report().within(
        "held byte-seconds of all reasons", sum_of(view, "held_byte_seconds"),
        truth.low_byte_seconds * (1 - tolerance.ratio) - slack * truth.most_bytes,
        truth.high_byte_seconds * (1 + tolerance.ratio) + slack * truth.most_bytes);
    session.report().within("unknown share", shares.unknown_seconds / shares.sum_seconds, 0, 0.02);
    session.report().note(
        fmt::format("matrix reason={} share={:.3f} held={:.3f} truth={:.3f}..{:.3f}",
                    shares.largest, shares.largest_seconds / shares.sum_seconds, shares.sum_seconds,
                    truth.low_seconds, truth.high_seconds));
}

Qdisc::Qdisc(const std::string& discipline, std::uint16_t port) {
    run("/bin/ip link set lo mtu 1500");
    run("/bin/tc qdisc add dev lo root handle 1: prio");
    run("/bin/tc qdisc add dev lo parent 1:3 handle 30: " + discipline);
    for (const char* side : {"sport", "dport"})
        run(
            fmt::format("/bin/tc filter add dev lo parent 1: protocol ip prio 1 u32 match ip {} {} "
                        "0xffff flowid 1:3",
                        side, port));
}

void Qdisc::change(const std::string& discipline) {
    run("/bin/tc qdisc change dev lo parent 1:3 handle 30: " + discipline);
}

Qdisc::~Qdisc() {
    // The device goes away with the VM; a failure here shows in the next scenario.
    (void)!std::system("/bin/tc qdisc del dev lo root");  // NOLINT(cert-env33-c)
    (void)!std::system("/bin/ip link set lo mtu 65536");  // NOLINT(cert-env33-c)
}

Link small_buffer_link(const Listener& listener) {
    Link link = listener.connect(8 << 20);
    set_option(link.accepted.get(), SOL_SOCKET, SO_SNDBUF, 4'000);
    set_tcp_option(link.accepted.get(), TCP_NODELAY, 1);
    return link;
}

double send_in_small_writes(const Link& link) {
    constexpr std::size_t writes = 100;
    Reader reader(link.connecting.get(), writes * 1'000);
    const std::uint64_t begin = now_ns();
    for (std::size_t i = 0; i < writes; ++i) write_all(link.accepted.get(), 1'000);
    const double calls_seconds = static_cast<double>(now_ns() - begin) / 1e9;
    reader.finish();
    return calls_seconds;
}

bool has_qdiscs(Session& session) {
    if (session.vm() && ::access("/bin/tc", X_OK) == 0) return true;
    session.report().skip("the scenario", "needs a qdisc on loopback: runs in the VMs");
    return false;
}

}  // namespace wiregap::truth
