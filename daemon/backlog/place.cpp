// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/place.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "daemon/model/connection.h"

namespace wiregap::backlog {
namespace {

using NameCall = int (*)(int, sockaddr*, socklen_t*);

/// One end of a TCP socket; nothing of another kind.
std::optional<model::Endpoint> end_of(int fd, NameCall name) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (name(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
    model::Endpoint end;
    if (address.ss_family == AF_INET) {
        sockaddr_in of{};
        std::memcpy(&of, &address, sizeof of);
        std::memcpy(end.address.data(), &of.sin_addr, sizeof of.sin_addr);
        end.port = ntohs(of.sin_port);
        return end;
    }
    if (address.ss_family != AF_INET6) return {};
    sockaddr_in6 of{};
    std::memcpy(&of, &address, sizeof of);
    std::memcpy(end.address.data(), &of.sin6_addr, sizeof of.sin6_addr);
    end.ipv6 = true;
    end.port = ntohs(of.sin6_port);
    return end;
}

/// unix(7), SO_PEERCRED: the process that called listen; 0: not known.
std::uint32_t listener_of(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    const bool known = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    return known && peer.pid > 0 ? static_cast<std::uint32_t>(peer.pid) : 0;
}

/// Of another user's process this needs CAP_SYS_PTRACE.
std::optional<std::uint64_t> netns_of_process(std::uint32_t pid) {
    struct stat status {};
    const std::string path = "/proc/" + std::to_string(pid) + "/ns/net";
    if (pid == 0 || stat(path.c_str(), &status) != 0) return {};
    return status.st_ino;
}

}  // namespace

void Place::connected(int fd) {
    const auto ours = end_of(fd, getsockname);
    const auto theirs = end_of(fd, getpeername);
    const bool by_tcp = ours && theirs;
    listener_pid_ = by_tcp ? 0 : listener_of(fd);
    of_process_ = netns_of_process(listener_pid_);
    ours_ = by_tcp ? to_string(*ours) : "";
    theirs_ = by_tcp ? to_string(*theirs) : "";
    by_loopback_ = by_tcp && model::is_loopback(*theirs);
    met_ = translated_ = false;
}

void Place::take_client(const std::string& peer, const std::string& local) {
    met_ = met_ || (peer == ours_ && (local.empty() || local == theirs_));
}

void Place::end_of_list() {
    translated_ = !ours_.empty() && !met_;
    met_ = false;
}

bool Place::has_end_of_ours(const model::Connection& connection) const {
    return connection.netns_inode != own_ && to_string(connection.peer) == ours_ &&
           to_string(connection.local) == theirs_;
}

std::optional<std::uint64_t> Place::find(const model::Sample& sample, std::uint16_t port) const {
    if (of_process_) return of_process_;
    if (by_loopback_ && !translated_) return own_;
    std::set<std::uint64_t> with_server;
    for (const model::ServiceSample& service : sample.services) {
        if (service.identity.role != model::Role::server || service.identity.port != port) continue;
        if (listener_pid_ != 0 && service.owner.pid == listener_pid_)
            return service.identity.netns_inode;
        with_server.insert(service.identity.netns_inode);
    }
    if (translated_) with_server.erase(own_);
    if (with_server.size() == 1) return *with_server.begin();
    if (translated_ || ours_.empty()) return {};
    const auto found = std::find_if(sample.connections.begin(), sample.connections.end(),
                                    [&](const auto& one) { return has_end_of_ours(one); });
    if (found != sample.connections.end()) return found->netns_inode;
    return with_server.contains(own_) ? std::optional(own_) : std::nullopt;
}

}  // namespace wiregap::backlog
