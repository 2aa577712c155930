// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/server/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include "daemon/resp/server/server.h"
#include "daemon/util/inet.h"

namespace wiregap::resp {
namespace {

constexpr int waiting_connections = 511;  // as Redis; net.core.somaxconn may say less
constexpr int accepts_per_turn = 64;

ListenError refused(const std::string& where, int error, const std::string& advice) {
    return ListenError("can't listen on " + where + ": " + std::strerror(error) + "; " + advice);
}

util::Fd stream_socket(int family) {
    return util::Fd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

bool somebody_listens(const sockaddr_un& name) {
    const util::Fd probe = stream_socket(AF_UNIX);
    return connect(probe.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 ||
           errno == EAGAIN;
}

}  // namespace

util::Fd listen_tcp(const std::string& address, std::uint16_t& port) {
    const std::string where = util::bracketed(address) + ":" + std::to_string(port);
    const std::string advice = "free the port or set another one in resp.listen";
    const util::Addresses on = util::numeric_address(address, port);
    if (!on) throw refused(where, EADDRNOTAVAIL, advice);
    util::Fd fd = stream_socket(on->ai_family);
    const int yes = 1;
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    if (!fd.valid() || setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(fd.get(), on->ai_addr, on->ai_addrlen) != 0 ||
        listen(fd.get(), waiting_connections) != 0 ||
        getsockname(fd.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0) {
        throw refused(where, errno, advice);
    }
    // The port lies at the same place, whatever the family.
    static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
    port = ntohs(reinterpret_cast<const sockaddr_in&>(name).sin_port);
    return fd;
}

util::Fd listen_unix(const std::string& path) {
    const std::string advice = "see resp.unix_socket";
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (path.size() >= sizeof name.sun_path) throw refused(path, ENAMETOOLONG, advice);
    std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
    struct stat there {};
    if (lstat(path.c_str(), &there) == 0) {
        if (!S_ISSOCK(there.st_mode)) throw refused(path, EEXIST, advice);
        if (somebody_listens(name)) throw refused(path, EADDRINUSE, advice);
        unlink(path.c_str());
    }
    util::Fd fd = stream_socket(AF_UNIX);
    const mode_t before = umask(0117);
    const bool bound =
        fd.valid() && bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
    const int error = errno;
    umask(before);
    if (!bound) throw refused(path, error, advice);
    if (listen(fd.get(), waiting_connections) != 0) throw refused(path, errno, advice);
    return fd;
}

Listener::Listener(Server& server, util::Fd fd, std::string path)
    : server_(server),
      fd_(std::move(fd)),
      path_(std::move(path)),
      reserve_(open("/dev/null", O_RDONLY | O_CLOEXEC)) {
    server_.loop().watch(fd_.get(), EPOLLIN, *this);
}

Listener::~Listener() {
    server_.loop().unwatch(fd_.get());
    if (!path_.empty()) unlink(path_.c_str());
}

util::Fd Listener::accept_one() {
    return util::Fd(accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

void Listener::on_events(unsigned) {
    for (int i = 0; i < accepts_per_turn && !server_.turn().over(); ++i) {
        util::Fd fd = accept_one();
        if (!fd.valid() && (errno == EMFILE || errno == ENFILE)) {
            // Left alone it would wake the loop for ever: take it with the reserve, and end it.
            reserve_.reset();
            fd = accept_one();
            if (fd.valid()) server_.reject(std::move(fd));
            reserve_ = util::Fd(open("/dev/null", O_RDONLY | O_CLOEXEC));
            return;
        }
        if (!fd.valid()) return;
        server_.accept(std::move(fd), path_);
    }
}

}  // namespace wiregap::resp
