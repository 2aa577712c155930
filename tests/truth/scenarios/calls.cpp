// SPDX-License-Identifier: Apache-2.0
// Every kind of write call: bytes and calls are exact.
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <vector>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

// A file that has no name any more.
Fd file_of(std::size_t bytes) {
    FILE* file = std::tmpfile();
    if (file == nullptr) must(-1, "tmpfile");
    Fd fd(must(::dup(fileno(file)), "dup"));
    std::fclose(file);
    must(::ftruncate(fd.get(), static_cast<off_t>(bytes)), "ftruncate");
    return fd;
}

std::size_t send_file(int writer, std::size_t bytes) {
    const Fd file = file_of(bytes);
    std::size_t left = bytes;
    while (left > 0)
        left -= static_cast<std::size_t>(
            must(::sendfile(writer, file.get(), nullptr, left), "sendfile"));
    return bytes;
}

std::size_t splice_pipe(int writer, std::size_t bytes) {
    std::array<int, 2> ends{};
    must(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    const Fd out(ends[0]);
    const Fd in(ends[1]);
    write_all(in.get(), bytes);
    std::size_t left = bytes;
    while (left > 0)
        left -= static_cast<std::size_t>(
            must(::splice(out.get(), nullptr, writer, nullptr, left, 0), "splice"));
    return bytes;
}

void sendfile_splice(Session& session) {
    constexpr std::size_t file_bytes = 300'000;
    constexpr std::size_t pipe_bytes = 4096;
    const Listener listener;
    const Link link = listener.connect();
    Reader reader(link.connecting.get(), file_bytes + pipe_bytes);
    send_file(link.accepted.get(), file_bytes);
    splice_pipe(link.accepted.get(), pipe_bytes);
    reader.finish();
    wait_all_acked(link.accepted.get());
    const Picture picture = session.settled_on(listener.port());
    expect_delivered(session, session.service(picture, {.port = listener.port()}),
                     file_bytes + pipe_bytes);
}

struct Sent {
    std::size_t bytes = 0;
    unsigned calls = 0;
};

std::size_t send_messages(int fd, std::vector<char>& data) {
    std::array<iovec, 3> parts{iovec{data.data(), 100}, iovec{data.data(), 200},
                               iovec{data.data(), 300}};
    std::array<mmsghdr, 3> messages{};
    for (std::size_t i = 0; i < messages.size(); ++i) {
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int took = must(::sendmmsg(fd, messages.data(), messages.size(), 0), "sendmmsg");
    std::size_t bytes = 0;
    for (int i = 0; i < took; ++i) bytes += messages[static_cast<std::size_t>(i)].msg_len;
    return bytes;
}

// One call of each kind; sendmmsg with three messages is three writes.
Sent one_of_each(int fd) {
    std::vector<char> data(1000);
    std::array<iovec, 2> parts{iovec{data.data(), 11}, iovec{data.data(), 22}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    ssize_t bytes = must(::write(fd, data.data(), 1), "write");
    bytes += must(::writev(fd, parts.data(), parts.size()), "writev");
    bytes += must(::send(fd, data.data(), 3, 0), "send");
    bytes += must(::sendto(fd, data.data(), 4, 0, nullptr, 0), "sendto");
    bytes += must(::sendmsg(fd, &message, 0), "sendmsg");
    return {.bytes = static_cast<std::size_t>(bytes) + send_messages(fd, data), .calls = 8};
}

void write_calls(Session& session) {
    constexpr std::size_t all_bytes = 1 + 33 + 3 + 4 + 33 + 600;
    const Listener listener;
    const Link link = listener.connect();
    const Sent sent = one_of_each(link.accepted.get());
    session.consistent("bytes that the calls returned", sent.bytes, all_bytes);
    read_exactly(link.connecting.get(), sent.bytes);
    wait_all_acked(link.accepted.get());
    const Picture picture = session.settled_on(listener.port());
    const View view = session.service(picture, {.port = listener.port()});
    expect_delivered(session, view, sent.bytes);
    // The end of a system call is one event, however many messages the call sent.
    const bool by_call = session.daemon() != nullptr && session.has_hook("sys_exit");
    expect_writes(session, view, by_call ? sent.calls - 2 : sent.calls);
}

}  // namespace

std::vector<Scenario> call_scenarios() {
    return {
        {"sendfile_splice", "sendfile of 300000 B and splice of 4 KiB", sendfile_splice},
        {"write_calls", "write, writev, send, sendto, sendmsg, sendmmsg", write_calls},
    };
}

}  // namespace wiregap::truth
