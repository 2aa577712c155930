// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/redis_words.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "daemon/util/inet.h"
#include "daemon/util/resp_command.h"

namespace wiregap::backlog {
namespace {

/// Calls `start` with a new socket; invalid, and `why` says so, if it could not begin.
template <class Start>
util::Fd begin(int family, std::string& why, Start start) {
    util::Fd fd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (fd.valid() && (start(fd.get()) == 0 || errno == EINPROGRESS)) return fd;
    why = std::strerror(errno);
    return {};
}

util::Fd begin_connect_to_socket(const std::string& path, std::string& why) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    return begin(AF_UNIX, why, [&](int fd) {
        return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    });
}

}  // namespace

std::string name_of(const config::RedisServer& server) {
    if (!server.unix_socket.empty()) return "redis " + server.unix_socket;
    return "redis " + util::bracketed(server.address) + ":" + std::to_string(server.port);
}

util::Fd begin_connect(const config::RedisServer& server, std::string& why) {
    if (!server.unix_socket.empty()) return begin_connect_to_socket(server.unix_socket, why);
    const util::Addresses to = util::numeric_address(server.address, server.port);
    if (!to) {
        why = "its address is no numeric one";
        return {};
    }
    return begin(to->ai_family, why,
                 [&](int fd) { return connect(fd, to->ai_addr, to->ai_addrlen); });
}

std::vector<Command> greeting(const config::RedisServer& server) {
    std::vector<Command> words;
    if (!server.password.empty()) {
        words.push_back(
            {Ask::password, server.user.empty()
                                ? util::resp_command({"AUTH", server.password})
                                : util::resp_command({"AUTH", server.user, server.password})});
    }
    words.push_back({Ask::name, util::resp_command({"CLIENT", "SETNAME", "wiregap"})});
    words.push_back({Ask::no_evict, util::resp_command({"CLIENT", "NO-EVICT", "ON"})});
    return words;
}

Command client_list(const std::vector<std::uint64_t>& ids) {
    std::vector<std::string> words = {"CLIENT", "LIST"};
    if (!ids.empty()) words.emplace_back("ID");
    for (const std::uint64_t id : ids) words.push_back(std::to_string(id));
    return {ids.empty() ? Ask::all : Ask::some, util::resp_command(words)};
}

Command command_of(Ask ask) {
    if (ask == Ask::stats) return {ask, util::resp_command({"INFO", "stats"})};
    if (ask == Ask::replication) return {ask, util::resp_command({"INFO", "replication"})};
    return {Ask::limits, util::resp_command({"CONFIG", "GET", "client-output-buffer-limit"})};
}

}  // namespace wiregap::backlog
