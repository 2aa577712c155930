// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/expectations.h"

#include <sys/utsname.h>

#include <algorithm>
#include <string>

namespace wiregap::truth {

Bracket mean(const std::vector<Bracket>& brackets) {
    Bracket sum;
    for (const Bracket& one : brackets) {
        sum.low_ns += one.low_ns;
        sum.high_ns += one.high_ns;
    }
    const std::uint64_t n = std::max<std::uint64_t>(brackets.size(), 1);
    return {sum.low_ns / n, sum.high_ns / n};
}

void expect_delivered(Session& session, const View& view, std::uint64_t bytes) {
    for (const char* key : {"/written_bytes", "/transmitted_bytes", "/acked_bytes"})
        session.expect(view, key, bytes);
    session.expect(view, "/notsent_bytes", 0);
    session.expect(view, "/unacked_bytes", 0);
    session.expect_identities(view);
}

void expect_writes(Session& session, const View& view, std::uint64_t calls) {
    if (!view.number("/writes/at_once") || !view.number("/writes/late"))
        return session.expect(view, "/writes/at_once", calls);
    session.report().equal("writes.at_once + writes.late",
                           view.count("/writes/at_once") + view.count("/writes/late"), calls);
}

bool kernel_has_spin_lock() {
    utsname name{};
    uname(&name);
    const std::string release(static_cast<const char*>(name.release));
    const int major = std::stoi(release);
    return major > 5 || (major == 5 && std::stoi(release.substr(release.find('.') + 1)) >= 11);
}

void expect_departures(Session& session, const View& view, std::uint64_t at_once,
                       std::uint64_t late) {
    session.expect(view, "/writes/at_once", at_once);
    session.expect(view, "/writes/late", late);
    if (!kernel_has_spin_lock() && view.number("/write_to_transmit/late_count")) {
        const auto most = static_cast<double>(late);
        session.expect_within(view, "/write_to_transmit/late_count", most - session.lost_delays(),
                              most);
        return;
    }
    session.expect(view, "/write_to_transmit/late_count", late);
    session.expect(view, "/write_to_transmit/count", at_once + late);
}

void expect_late_mean(Session& session, const View& view, const Bracket& truth) {
    if (view.document.is_null()) return;
    const auto count = view.number("/write_to_transmit/late_count");
    const auto sum = view.number("/write_to_transmit/late_sum_seconds");
    if (!count || !sum) return session.expect(view, "/write_to_transmit/late_sum_seconds", 0);
    const Tolerance tolerance = session.tolerance();
    const double low = static_cast<double>(truth.low_ns) / 1e9 * (1 - tolerance.ratio);
    const double high = static_cast<double>(truth.high_ns) / 1e9 * (1 + tolerance.ratio);
    session.report().within("mean delay of late writes in seconds", *sum / std::max(*count, 1.0),
                            low - tolerance.slack_seconds, high + tolerance.slack_seconds);
}

void expect_gauges(Session& session, const View& service, const SocketTruth& truth) {
    session.expect(service, "/notsent_bytes", truth.notsent_bytes);
    session.expect(service, "/unacked_bytes", truth.unacked_bytes());
    session.expect(service, "/send_buffer_used_bytes", truth.send_buffer_used_bytes);
    session.expect(service, "/send_buffer_limit_bytes", truth.send_buffer_limit_bytes);
    const double ratio = static_cast<double>(truth.send_buffer_used_bytes) /
                         static_cast<double>(truth.send_buffer_limit_bytes);
    session.expect_within(service, "/send_buffer_fill_ratio_max", ratio - 1e-5, ratio + 1e-5);
}

void expect_row(Session& session, const View& connection, const SocketTruth& truth) {
    session.expect(connection, "/notsent_bytes", truth.notsent_bytes);
    session.expect(connection, "/unacked_bytes", truth.unacked_bytes());
    session.expect(connection, "/send_buffer_used_bytes", truth.send_buffer_used_bytes);
    session.expect(connection, "/send_buffer_limit_bytes", truth.send_buffer_limit_bytes);
    session.expect(connection, "/retransmitted_bytes", truth.retransmitted_bytes);
}

void expect_consistent(Session& session, const SocketTruth& truth) {
    session.consistent("SIOCOUTQNSD = tcpi_notsent_bytes", truth.notsent_bytes,
                       truth.info_notsent_bytes);
}

}  // namespace wiregap::truth
