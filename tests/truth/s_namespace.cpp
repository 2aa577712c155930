// SPDX-License-Identifier: Apache-2.0
// The same port in two network namespaces: two services.
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>
#include <optional>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

Fd own_namespace() {
    return Fd(must(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "open ns/net"));
}

/// While it lives, the calling thread is in a new network namespace with loopback up. Sockets made
/// in it stay in it.
class Visit {
  public:
    Visit() : home_(own_namespace()) {
        must(::unshare(CLONE_NEWNET), "unshare CLONE_NEWNET");
        raise_loopback();
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() { ::setns(home_.get(), CLONE_NEWNET); }

  private:
    static void raise_loopback() {
        const Fd fd(must(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
        ifreq request{};
        std::strcpy(request.ifr_name, "lo");
        request.ifr_flags = IFF_UP;
        must(::ioctl(fd.get(), SIOCSIFFLAGS, &request), "ioctl SIOCSIFFLAGS");
    }

    Fd home_;
};

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
        const Visit visit;
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

}  // namespace

std::vector<Scenario> namespace_scenarios() {
    return {{"other_netns", "the same port in two network namespaces", other_netns}};
}

}  // namespace wiregap::truth
