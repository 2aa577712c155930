// SPDX-License-Identifier: Apache-2.0
// What needs a wiregapd of its own: connections older than it, and limits.
#include <sys/socket.h>

#include <algorithm>
#include <optional>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/metrics_page.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

// The queue was made before wiregapd was: it is in the first picture that there is.
void check_first_picture(Session& session, const Listener& listener, int writer, int quiet) {
    SocketTruth truth;
    const auto probe = [writer] { return socket_truth(writer); };
    const Picture first = session.first_after(0);
    session.expect(session.service(first, {.port = listener.port()}), "/notsent_bytes",
                   notsent_bytes(writer));
    const Picture picture = session.standing_still(probe, truth, listener.port());
    expect_consistent(session, truth);
    const View view = session.service(picture, {.port = listener.port()});
    session.expect_name({.port = listener.port()}, "wiregap_truth");
    const SocketTruth other = socket_truth(quiet);
    session.expect(view, "/notsent_bytes", truth.notsent_bytes);
    session.expect(view, "/unacked_bytes", truth.unacked_bytes());
    session.expect(view, "/send_buffer_used_bytes",
                   truth.send_buffer_used_bytes + other.send_buffer_used_bytes);
    session.expect(view, "/send_buffer_limit_bytes",
                   truth.send_buffer_limit_bytes + other.send_buffer_limit_bytes);
    session.expect(view, "/connections/established", 2);
    session.expect_identities(view);
    if (session.daemon() != nullptr)
        expect_row(session, session.connection(picture, writer), truth);
}

std::uint64_t written(Session& session, const Listener& listener) {
    return session.settled_service({.port = listener.port()}).count("/written_bytes");
}

// What is written from now on is counted to the byte, whatever the queue held at the start.
void check_later_writes(Session& session, const Listener& listener, const Link& link) {
    constexpr std::size_t bytes = 5'000;
    const std::uint64_t before = written(session, listener);
    write_all(link.accepted.get(), bytes);
    read_exactly(link.connecting.get(), bytes);
    wait_all_acked(link.accepted.get());
    const View view = session.settled_service({.port = listener.port()});
    session.expect(view, "/written_bytes", before + bytes);
    session.expect(view, "/notsent_bytes", 0);
    session.expect(view, "/unacked_bytes", 0);
    session.expect_identities(view);
}

void preexisting(Session& session) {
    const Listener listener;
    Link full = listener.connect();
    Link quiet = listener.connect();
    // Both have carried bytes that wiregapd never sees.
    write_all(quiet.accepted.get(), 3'000);
    read_exactly(quiet.connecting.get(), 3'000);
    const Filled filled = fill(full.accepted.get());
    session.start_daemon();
    check_first_picture(session, listener, full.accepted.get(), quiet.accepted.get());
    read_exactly(full.connecting.get(), filled.accepted_bytes);
    wait_all_acked(full.accepted.get());
    check_later_writes(session, listener, quiet);
    fill(full.accepted.get());
    const std::uint64_t queued = send_queue_bytes(full.accepted.get());
    full.connecting.reset();
    if (!session.sees_deaths()) return session.stop_daemon();
    const View view = session.settled_service({.port = listener.port()});
    session.expect(view, "/undelivered_bytes/reset_by_peer", queued);
    session.expect(view, "/connections_closed/reset_by_peer", 1);
    session.expect_identities(view);
    session.stop_daemon();
}

// A queue from before the start that dies without another write.
void preexisting_dies(Session& session) {
    const Listener listener;
    Link link = listener.connect();
    fill(link.accepted.get());
    const std::uint64_t queued = send_queue_bytes(link.accepted.get());
    session.start_daemon();
    link.connecting.reset();
    const View view = session.settled_service({.port = listener.port()});
    session.expect(view, "/notsent_bytes", 0);
    if (session.sees_deaths()) {
        session.expect(view, "/undelivered_bytes/reset_by_peer", queued);
        session.expect(view, "/undelivered_connections/reset_by_peer", 1);
        session.expect_identities(view);
    }
    session.stop_daemon();
}

// The listener was closed before wiregapd came: nothing but the ports tells who serves.
void listener_gone(Session& session) {
    constexpr std::size_t bytes = 5'000;
    std::optional<Listener> listener(std::in_place);
    const std::uint16_t port = listener->port();
    Link link = listener->connect();
    listener.reset();
    session.start_daemon();
    if (!session.sees_births()) return session.stop_daemon();
    write_all(link.accepted.get(), bytes);
    read_exactly(link.connecting.get(), bytes);
    wait_all_acked(link.accepted.get());
    reset_on_close(link.accepted.get());
    link.accepted.reset();
    const View view = session.settled_service({.port = port});
    session.expect_name({.port = port}, "wiregap_truth");
    session.expect(view, "/written_bytes", bytes);
    session.expect(view, "/connections_closed/reset_by_us", 1);
    session.stop_daemon();
}

std::uint64_t sum_over(const Picture& picture, const char* key) {
    std::uint64_t sum = 0;
    for (const auto& service : picture.services) sum += service.value(key, std::uint64_t{0});
    return sum;
}

void check_overflow(Session& session, const Picture& picture, std::uint64_t bytes) {
    const auto other = std::count_if(picture.services.begin(), picture.services.end(),
                                     [](const auto& s) { return s.at("service") == "other"; });
    session.report().within("services named other", static_cast<double>(other), 1, 2);
    session.report().within("services", static_cast<double>(picture.services.size()), 1, 6);
    if (!picture.services.empty() && picture.services.front().contains("written_bytes")) {
        session.report().equal("written_bytes of all services", sum_over(picture, "written_bytes"),
                               bytes);
        session.report().equal("acked_bytes of all services", sum_over(picture, "acked_bytes"),
                               bytes);
    }
    const MetricsPage page(session.daemon()->metrics());
    session.report().within(
        "bpf_lost_total{what=services}",
        page.value("wiregap_bpf_lost_total", {{"what", "services"}}).value_or(0), 1, 1e9);
}

// Ten listeners where four services have room. Only their ports are observed, so that nothing else
// of the host is in the sums.
void max_services(Session& session) {
    constexpr std::size_t bytes = 1'000;
    const std::vector<Listener> listeners(10);
    std::vector<std::uint16_t> ports;
    ports.reserve(listeners.size());
    for (const Listener& listener : listeners) ports.push_back(listener.port());
    session.start_daemon({.max_services = 4, .observe_ports = ports});
    std::vector<Link> links;
    links.reserve(listeners.size());
    for (const Listener& listener : listeners) {
        links.push_back(listener.connect());
        write_all(links.back().accepted.get(), bytes);
        read_exactly(links.back().connecting.get(), bytes);
        wait_all_acked(links.back().accepted.get());
    }
    const Picture picture = session.settled();
    if (session.daemon() != nullptr) check_overflow(session, picture, bytes * listeners.size());
    session.stop_daemon();
}

}  // namespace

std::vector<Scenario> daemon_scenarios() {
    using enum Scenario::Needs;
    using enum Scenario::In;
    return {
        {"preexisting", "connections and a queue older than wiregapd", preexisting, own_daemon},
        {"preexisting_dies", "an older queue whose connection is reset", preexisting_dies,
         own_daemon, whole_runs},
        {"listener_gone", "a server's connection that is older than wiregapd, its listener closed",
         listener_gone, own_daemon},
        {"max_services", "more services than there is room for", max_services, own_daemon,
         whole_runs},
    };
}

}  // namespace wiregap::truth
