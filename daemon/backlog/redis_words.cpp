// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/redis_words.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "daemon/util/inet.h"
#include "daemon/util/resp_command.h"

namespace wiregap::backlog {
std::string name_of(const config::RedisServer& server) {
    return "redis " + util::bracketed(server.address) + ":" + std::to_string(server.port);
}

util::Fd begin_connect(const config::RedisServer& server, std::string& why) {
    const util::Addresses to = util::numeric_address(server.address, server.port);
    if (!to) {
        why = "its address is no numeric one";
        return {};
    }
    util::Fd fd(socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (fd.valid() &&
        (connect(fd.get(), to->ai_addr, to->ai_addrlen) == 0 || errno == EINPROGRESS)) {
        return fd;
    }
    why = std::strerror(errno);
    return {};
}

Greeting greeting(const config::RedisServer& server) {
    Greeting words;
    if (!server.password.empty()) {
        words.commands = server.user.empty()
                             ? util::resp_command({"AUTH", server.password})
                             : util::resp_command({"AUTH", server.user, server.password});
        ++words.answers;
    }
    words.commands += util::resp_command({"CLIENT", "SETNAME", "wiregap"});
    words.commands += util::resp_command({"CLIENT", "NO-EVICT", "ON"});
    words.answers += 2;
    return words;
}

std::string client_list(const std::vector<std::uint64_t>& ids) {
    std::vector<std::string> words = {"CLIENT", "LIST"};
    if (!ids.empty()) words.emplace_back("ID");
    for (const std::uint64_t id : ids) words.push_back(std::to_string(id));
    return util::resp_command(words);
}

}  // namespace wiregap::backlog
