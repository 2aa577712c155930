// SPDX-License-Identifier: Apache-2.0
// The same port in two network namespaces: two services.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/netns_visit.h"
#include "tests/truth/program.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

/// A listener and one connection, with the inode of the namespace that they are in.
struct Place {
    std::uint64_t netns_inode;
    Listener listener;
    Link link;
};

Place place_here(std::uint16_t port) {
    Listener listener(Family::v4, port);
    Link link = listener.connect();
    return {.netns_inode = truth::netns_inode(),
            .listener = std::move(listener),
            .link = std::move(link)};
}

std::optional<Place> place_elsewhere(Session& session, std::uint16_t port) {
    try {
        const NetnsVisit visit;
        return place_here(port);
    } catch (const std::system_error& error) {
        session.report().skip("another network namespace", error.what());
        return std::nullopt;
    }
}

void exchange(const Place& place, std::size_t bytes) {
    write_all(place.link.accepted.get(), bytes);
    read_exactly(place.link.connecting.get(), bytes);
    wait_all_acked(place.link.accepted.get());
}

View server_of(Session& session, const Picture& picture, const Place& place) {
    return session.service(picture,
                           {.port = place.listener.port(), .netns_inode = place.netns_inode});
}

void expect_row_of(Session& session, const Picture& picture, const Place& place,
                   const SocketTruth& truth) {
    if (session.daemon() == nullptr) return;
    const View row = session.connection(picture, place.link.accepted.get());
    expect_row(session, row, truth);
    session.expect(row, "/netns_inode", place.netns_inode);
}

// A queue there; here everything stays as it was.
void check_queue_there(Session& session, const Place& here, const Place& there,
                       std::size_t bytes_here, std::size_t bytes_there) {
    const int writer = there.link.accepted.get();
    const Filled filled = fill(writer);
    SocketTruth truth;
    const Picture picture = session.standing_still([writer] { return socket_truth(writer); }, truth,
                                                   there.listener.port());
    const View view = server_of(session, picture, there);
    session.expect(view, "/written_bytes", bytes_there + filled.accepted_bytes);
    expect_gauges(session, view, truth);
    session.expect_identities(view);
    expect_row_of(session, picture, there, truth);
    expect_delivered(session, server_of(session, picture, here), bytes_here);
}

void other_netns(Session& session) {
    constexpr std::size_t bytes_here = 1'000;
    constexpr std::size_t bytes_there = 7'777;
    if (!session.has_hook("task_file"))
        return session.report().skip("other network namespaces", "no hook task_file to see them");
    const Place here = place_here(fresh_port());
    const std::optional<Place> there = place_elsewhere(session, here.listener.port());
    if (!there) return;
    session.consistent("two namespaces", here.netns_inode != there->netns_inode ? 1 : 0, 1);
    exchange(here, bytes_here);
    exchange(*there, bytes_there);
    const Picture picture = session.settled();
    expect_delivered(session, server_of(session, picture, here), bytes_here);
    expect_delivered(session, server_of(session, picture, *there), bytes_there);
    check_queue_there(session, here, *there, bytes_here, bytes_there);
}

/// Who only has the listener open, as the workers of a preforking server.
void keep_open(const Talk& talk) {
    talk.say(1);
    static_cast<void>(talk.hear());
}

// Four processes have one listener in another network namespace, and nobody accepts.
void shared_listener(Session& session) {
    constexpr std::uint64_t clients = 5;
    if (!session.has_hook("task_file"))
        return session.report().skip("other network namespaces", "no hook task_file to see them");
    std::optional<Listener> listener;
    std::uint64_t netns = 0;
    std::vector<Fd> waiting;
    try {
        const NetnsVisit visit;
        listener.emplace(Family::v4, fresh_port());
        netns = truth::netns_inode();
        for (std::uint64_t i = 0; i < clients; ++i) waiting.push_back(listener->connect_only());
    } catch (const std::system_error& error) {
        return session.report().skip("another network namespace", error.what());
    }
    std::vector<std::unique_ptr<Program>> workers;
    for (const char* const name : {"wg_worker1", "wg_worker2", "wg_worker3"}) {
        workers.push_back(std::make_unique<Program>(name, keep_open));
        static_cast<void>(workers.back()->hear());
    }
    sleep_ns(2 * second);  // a walk over files, at least
    const View view =
        session.service(session.settled(), {.port = listener->port(), .netns_inode = netns});
    session.expect(view, "/accept_queue/length", clients);
    session.expect_name({.port = listener->port(), .netns_inode = netns},
                        "wiregap_truth@netns:" + std::to_string(netns));
}

}  // namespace

std::vector<Scenario> namespace_scenarios() {
    return {{"other_netns", "the same port in two network namespaces", other_netns},
            {"shared_listener", "processes that share a listener elsewhere", shared_listener}};
}

}  // namespace wiregap::truth
