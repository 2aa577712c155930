// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/server/connection.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "daemon/resp/server/server.h"
#include "daemon/util/clock.h"

namespace wiregap::resp {

Connection::Connection(Server& server, util::Fd fd, Session& session)
    : server_(server), fd_(std::move(fd)), session_(session), interest_(EPOLLIN) {
    session_.connection = this;
    server_.loop().watch(fd_.get(), interest_, *this);
}

void Connection::on_events(unsigned events) {
    if (dead_) return;
    if ((events & EPOLLERR) != 0 && flight_.collect(fd(), server_.stages()) == 0) {
        die();
        return;
    }
    if ((events & EPOLLOUT) != 0 && !server_.turn().passed(Turn::write_ns)) flush();
    if (dead_) return;
    if ((events & EPOLLHUP) != 0 && (interest_ & EPOLLIN) == 0) {
        die();  // both directions are closed: nobody will take the replies
    } else if ((events & (EPOLLIN | EPOLLHUP)) != 0 && !waits_for_turn) {
        receive();
    }
}

void Connection::receive() {
    if (server_.turn().over()) return;  // it is ready still, at the next turn
    const std::span<char> room = server_.read_buffer();
    const ssize_t count = recv(fd(), room.data(), room.size(), MSG_DONTWAIT);
    if (count < 0) {
        if (errno != EAGAIN && errno != EINTR) die();
        return;
    }
    if (count == 0) {
        // Requests that came before are still answered; then it ends.
        ended_input_ = true;
        if (session_.out.pending() == 0) {
            die();
        } else {
            session_.close_after_reply = true;
            set_interest();
        }
        return;
    }
    const auto bytes = static_cast<std::size_t>(count);
    session_.active_ms = server_.engine().now_ms();
    server_.engine().statistics.in_bytes += bytes;
    server_.turn().add_work(bytes / 4096);
    if (session_.unparsed.size() > 0) {
        session_.unparsed.append({room.data(), bytes});
        take(session_.unparsed.view(), true);
    } else {
        take({room.data(), bytes}, false);
    }
}

void Connection::go_on() {
    if (!dead_ && !session_.ending()) take(session_.unparsed.view(), true);
}

/// from_session: the bytes lie in the session already; else what is left of them goes there.
void Connection::take(std::string_view bytes, bool from_session) {
    constexpr unsigned most_commands = 512;  // others have a turn, too
    Engine& engine = server_.engine();
    const Engine::Progress progress = engine.serve(session_, bytes, most_commands, server_.turn());
    if (session_.cut_off != CutOff::none) return;
    if (from_session) {
        session_.unparsed.drop(progress.consumed);
    } else {
        session_.unparsed.append(bytes.substr(progress.consumed));
    }
    if (session_.ending()) {
        set_interest();  // no more requests are read
        return;
    }
    if (session_.unparsed.size() > engine.limits.query_buffer_bytes + read_turn_bytes) {
        engine.cut_off(session_, CutOff::query_buffer);
        return;
    }
    paused_ = engine.over_pause(session_);
    if (progress.blocked && !paused_) server_.wants_turn(*this);
    set_interest();
}

void Connection::set_interest() {
    const bool reads = !paused_ && !ended_input_ && !session_.close_after_reply;
    const unsigned wanted = (reads ? static_cast<unsigned>(EPOLLIN) : 0U) |
                            (session_.writes_when_ready ? static_cast<unsigned>(EPOLLOUT) : 0U);
    if (wanted == interest_) return;
    interest_ = wanted;
    server_.loop().change(fd(), interest_, *this);
}

void Connection::die() {
    if (dead_) return;
    dead_ = true;
    server_.bury(*this);
}

bool Connection::flush() {
    if (dead_) return false;
    if (session_.cut_off != CutOff::none) {
        die();
        return false;
    }
    std::size_t left = write_turn_bytes;
    while (left > 0 && session_.out.pending() > 0) {
        const std::uint64_t before = session_.out.written();
        if (!write_some(left)) return false;
        left -= std::min<std::size_t>(left, session_.out.written() - before);
    }
    if (session_.out.pending() == 0) {
        all_written();
        return false;
    }
    after_write();
    return !session_.writes_when_ready;
}

/// False: the socket is full, or dead.
bool Connection::write_some(std::size_t most) {
    ReplyBuffer& out = session_.out;
    const bool follows = session_.followed_end > out.written() && !flight_.busy();
    if (follows) {
        // A direct write takes the whole batch, and its last byte is followed; out of a backlog the
        // write ends where the reply does.
        if (!session_.writes_when_ready && out.pending() <= most) {
            session_.followed_end = out.produced();
        }
        most = std::min<std::size_t>(most, session_.followed_end - out.written());
    }
    std::array<iovec, 32> room{};
    const std::span<iovec> parts = out.front(room, most);
    std::size_t offered = 0;
    for (const iovec& part : parts) offered += part.iov_len;
    const bool stamped = follows && out.written() + offered == session_.followed_end;
    ssize_t count = 0;
    if (stamped) {
        count = send_stamped(fd(), parts);
    } else if (parts.size() == 1) {
        count = send(fd(), parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL | MSG_DONTWAIT);
    } else {
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = parts.size();
        count = sendmsg(fd(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    if (count < 0) return failed(errno);
    const auto bytes = static_cast<std::size_t>(count);
    out.written(bytes);
    server_.engine().statistics.out_bytes += bytes;
    if (stamped && bytes == offered) server_.followed(session_, flight_, fd());
    // Written while the one before it was still under way: the next one will be followed.
    if (session_.followed_end <= out.written()) session_.followed_end = 0;
    if (bytes == offered) return true;
    return failed(EAGAIN);
}

bool Connection::failed(int error) {
    if (error == EINTR) return true;
    if (error != EAGAIN && error != EWOULDBLOCK) {
        die();
        return false;
    }
    session_.writes_when_ready = true;
    after_write();
    set_interest();
    return false;
}

void Connection::all_written() {
    session_.writes_when_ready = false;
    if (session_.close_after_reply) {
        die();
        return;
    }
    after_write();
    set_interest();
}

/// The backlog is shorter: limits, and a client that was not read from for it.
void Connection::after_write() {
    const Limits& limits = server_.engine().limits;
    if (session_.out.pending() <= limits.output_soft_bytes) session_.over_soft_since_ms = 0;
    if (!paused_ || session_.out.pending() > limits.pause_reading_bytes / 2) return;
    paused_ = false;
    server_.wants_turn(*this);
    set_interest();
}

}  // namespace wiregap::resp
