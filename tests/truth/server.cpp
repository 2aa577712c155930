// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/server.h"

#include <linux/tcp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "tests/support/clock.h"
#include "tests/truth/link.h"

namespace wiregap::truth {

namespace {

void send_text(int fd, const std::string& text) {
    const ssize_t took = must(::write(fd, text.data(), text.size()), "write");
    if (static_cast<std::size_t>(took) != text.size()) throw std::runtime_error("a short write");
}

bool listens(std::uint16_t port) {
    try {
        (void)connect_to(Family::v4, port);
        return true;
    } catch (const std::system_error&) {
        return false;
    }
}

[[noreturn]] void become(std::vector<std::string>& command) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that dies leaves no server behind
    std::vector<char*> arguments;
    for (std::string& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    _exit(127);
}

/// A directory with what nginx serves and its configuration; the VM goes away with it.
std::string nginx_directory(std::uint16_t port) {
    const std::string directory =
        (std::filesystem::temp_directory_path() / ("nginx." + std::to_string(port))).string();
    std::filesystem::create_directories(directory + "/www");
    std::ofstream(directory + "/www/big") << std::string(big_answer_bytes, 'x');
    std::ofstream(directory + "/www/small") << "small";
    std::ofstream(directory + "/nginx.conf")
        << "daemon off; master_process off; user root root; pid " << directory << "/pid;\n"
        << "error_log " << directory << "/error.log; events {}\n"
        << "http { access_log off; sendfile on; client_body_temp_path " << directory
        << "/b; proxy_temp_path " << directory << "/p; fastcgi_temp_path " << directory
        << "/f; uwsgi_temp_path " << directory << "/u; scgi_temp_path " << directory
        << "/s;\n  server { listen 127.0.0.1:" << port << "; root " << directory << "/www;\n"
        << "    location /small { tcp_nodelay off; } } }\n";
    return directory;
}

}  // namespace

Requests resp_requests() {
    return {.big = "GET big\r\n", .small = "PING\r\n", .small_end = "+PONG\r\n"};
}

Requests http_requests() {
    return {.big = "GET /big HTTP/1.1\r\nHost: a\r\n\r\n",
            .small = "GET /small HTTP/1.1\r\nHost: a\r\n\r\n",
            .small_end = "small"};
}

void set_big_key(std::uint16_t port) {
    const Fd fd = connect_to(Family::v4, port);
    send_text(fd.get(), "*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$" + std::to_string(big_answer_bytes) +
                            "\r\n" + std::string(big_answer_bytes, 'x') + "\r\n");
    std::string answer(5, '\0');
    must(::recv(fd.get(), answer.data(), answer.size(), MSG_WAITALL), "recv");
    if (answer != "+OK\r\n") throw std::runtime_error("SET big was answered " + answer);
}

Server::Server(std::uint16_t port, std::vector<std::string> command) : port_(port) {
    pid_ = must(fork(), "fork");
    if (pid_ == 0) become(command);
    if (!poll_until([port] { return listens(port); }, 30 * second, 50 * ms))
        throw std::runtime_error(command.front() + " did not listen within 30 s");
}

Server::Server(Server&& other) noexcept : port_(other.port_), pid_(std::exchange(other.pid_, -1)) {}

Server::~Server() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

Server Server::redis() {
    const std::uint16_t port = fresh_port();
    Server server(port, {"redis-server", "--port", std::to_string(port), "--bind", "127.0.0.1",
                         "--save", "", "--appendonly", "no", "--logfile", "/dev/null"});
    set_big_key(port);
    return server;
}

Server Server::nginx() {
    const std::uint16_t port = fresh_port();
    const std::string directory = nginx_directory(port);
    return {port,
            {"nginx", "-p", directory, "-c", directory + "/nginx.conf", "-e",
             directory + "/error.log"}};
}

Client::Client(std::uint16_t port, Requests requests, int receive_buffer_bytes)
    : requests_(std::move(requests)), fd_(connect_to(Family::v4, port, receive_buffer_bytes)) {}

void Client::ask_big(unsigned times) {
    std::string all;
    for (unsigned i = 0; i < times; ++i) all += requests_.big;
    send_text(fd_.get(), all);
}

void Client::read(std::size_t bytes) { read_exactly(fd_.get(), bytes); }

void Client::small_exchange() {
    set_tcp_option(fd_.get(), TCP_QUICKACK, 0);
    send_text(fd_.get(), requests_.small);
    std::string answer;
    std::array<char, 4096> part{};
    while (!answer.ends_with(requests_.small_end)) {
        const ssize_t got = must(read_some(fd_.get(), part.data(), part.size()), "read");
        if (got == 0) throw std::runtime_error("the server closed the connection");
        answer.append(part.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace wiregap::truth
