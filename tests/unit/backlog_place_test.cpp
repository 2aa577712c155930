// SPDX-License-Identifier: Apache-2.0
// Which network namespace a backlog source's server is in.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "daemon/backlog/place.h"
#include "daemon/util/fd.h"

namespace wiregap::backlog {
namespace {

constexpr std::uint64_t own = 100;

/// A connection to a listener of ours.
class BacklogPlace : public testing::Test {
  protected:
    void connect_to(const char* address) {
        listener_ = util::Fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in at{};
        at.sin_family = AF_INET;
        ASSERT_EQ(inet_pton(AF_INET, address, &at.sin_addr), 1);
        ASSERT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
        ASSERT_EQ(listen(listener_.get(), 1), 0);
        socklen_t size = sizeof at;
        getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&at), &size);
        port_ = ntohs(at.sin_port);
        theirs_ = std::string(address) + ":" + std::to_string(port_);
        fd_ = util::Fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        ASSERT_EQ(connect(fd_.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
        getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&at), &size);
        ours_ = std::string(inet_ntoa(at.sin_addr)) + ":" + std::to_string(ntohs(at.sin_port));
        place_.connected(fd_.get());
    }

    void server_in(std::uint64_t netns_inode) {
        model::ServiceSample service;
        service.identity.role = model::Role::server;
        service.identity.port = port_;
        service.identity.netns_inode = netns_inode;
        sample_.services.push_back(service);
    }

    [[nodiscard]] std::optional<std::uint64_t> found() const { return place_.find(sample_, port_); }

    util::Fd listener_, fd_;
    std::uint16_t port_ = 0;
    std::string ours_, theirs_;
    model::Sample sample_;
    Place place_{own};
};

TEST_F(BacklogPlace, ALoopbackAddressIsOurNamespaceWhoeverElseHasThePort) {
    connect_to("127.0.0.1");
    server_in(200);
    server_in(own);
    EXPECT_EQ(found(), own);
}

TEST_F(BacklogPlace, WhoIsNotInItsOwnListIsTranslatedAndTheServerElsewhere) {
    connect_to("127.0.0.1");
    server_in(own);
    server_in(200);
    place_.take_client("172.17.0.1:4000", "172.17.0.2:6379");
    place_.end_of_list();
    EXPECT_EQ(found(), 200U);
    server_in(300);
    EXPECT_EQ(found(), std::nullopt) << "two may be it";
    place_.take_client(ours_, theirs_);
    place_.end_of_list();
    EXPECT_EQ(found(), own) << "we are in its list";
}

TEST_F(BacklogPlace, AnUnixSocketIsWhereItsListenerIs) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    const std::string name = std::string(1, '\0') + "wiregap-place-" + std::to_string(getpid());
    name.copy(at.sun_path, sizeof at.sun_path);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    listener_ = util::Fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
    ASSERT_EQ(listen(listener_.get(), 1), 0);
    fd_ = util::Fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(connect(fd_.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
    place_.connected(fd_.get());
    struct stat status {};
    ASSERT_EQ(stat("/proc/self/ns/net", &status), 0);
    place_.end_of_list();
    EXPECT_EQ(found(), status.st_ino);
}

}  // namespace
}  // namespace wiregap::backlog
