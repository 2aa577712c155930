// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/http_server.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <thread>
#include <utility>

#include "daemon/net/socket.h"
#include "daemon/util/inet.h"
#include "exporters/web/http_session.h"

namespace wiregap::exporters {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

/// Connections beyond max_connections that may hear their 503 at one time; more are just closed.
constexpr std::size_t max_refusing = 32;
/// Before the next accept() where one failed, for instance for want of file descriptors.
constexpr std::chrono::milliseconds accept_pause{100};

std::chrono::milliseconds milliseconds(double seconds) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::string advice_for(const ErrorCode& error) {
    if (error == asio::error::address_in_use) {
        return "; change web.listen in the config or stop the other process";
    }
    if (error == asio::error::access_denied) {
        return "; change web.listen in the config to a port above 1023";
    }
    return "; change web.listen in the config to an address of this host";
}

std::string shown(const tcp::endpoint& where) {
    return util::bracketed(where.address().to_string()) + ":" + std::to_string(where.port());
}

tcp::acceptor take_over(asio::io_context& io, int passed_socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    getsockname(passed_socket, reinterpret_cast<sockaddr*>(&address), &size);
    return {io, address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), passed_socket};
}

tcp::acceptor listen_on(asio::io_context& io, const config::Web& web, int passed_socket) {
    if (passed_socket >= 0) return take_over(io, passed_socket);
    const std::string wanted =
        util::bracketed(web.listen_address) + ":" + std::to_string(web.listen_port);
    try {
        const tcp::endpoint where(asio::ip::make_address(web.listen_address), web.listen_port);
        return {io, where};
    } catch (const boost::system::system_error& error) {
        throw ListenError("cannot listen on " + wanted + ": " + error.code().message() +
                          advice_for(error.code()));
    }
}

/// While it lives, no signal is delivered to this thread, nor to those it starts, ever.
class SignalsBlocked {
  public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  private:
    sigset_t before_{};
};

}  // namespace

class HttpServer::Impl {
  public:
    Impl(const config::Web& web, Handler handler, Log log, const Options& options)
        : context_{std::move(handler),
                   std::move(log),
                   milliseconds(web.request_timeout_seconds),
                   milliseconds(options.idle_seconds),
                   options.security == nullptr ? &plain_ : options.security,
                   &passwords_},
          max_connections_(web.max_connections),
          acceptor_(listen_on(io_, web, options.passed_socket)),
          pause_(io_),
          endpoint_(acceptor_.local_endpoint()) {}

    void start() {
        accept();
        const SignalsBlocked blocked;
        thread_ = std::thread([this] { run(); });
        pthread_setname_np(thread_.native_handle(), "wiregap-http");
    }

    void stop() {
        io_.stop();
        if (thread_.joinable()) thread_.join();
        passwords_.stop();
    }

    [[nodiscard]] const tcp::endpoint& endpoint() const { return endpoint_; }

  private:
    /// An exception ends the handler that threw it, and with it one session, but not the server.
    void run() noexcept {
        while (!io_.stopped()) {
            try {
                io_.run();
            } catch (const std::exception& error) {
                context_.log(std::string("an HTTP connection was dropped: ") + error.what());
            }
        }
    }

    void accept() {
        acceptor_.async_accept([this](ErrorCode error, tcp::socket socket) {
            if (error) return accept_later(error);
            accept_failing_ = false;
            accept();  // first: what follows may throw
            serve(std::move(socket));
        });
    }

    void accept_later(ErrorCode error) {
        if (!accept_failing_) {
            context_.log("HTTP connections can't be accepted: " + error.message() +
                         "; trying again until it works");
        }
        accept_failing_ = true;
        pause_.expires_after(accept_pause);
        pause_.async_wait([this](ErrorCode) { accept(); });
    }

    /// Scrapers keep their connections; who comes now must not wait until one of them leaves.
    bool make_room() {
        return std::any_of(context_.idle.begin(), context_.idle.end(),
                           [](Session* idle) { return idle->give_way(); });
    }

    void serve(tcp::socket&& socket) {
        if (context_.serving < max_connections_ || context_.idle.empty()) {
            return admit(std::move(socket));
        }
        // What an idle connection has read already is before this in the queue, and makes it busy.
        asio::post(io_, [this, socket = std::move(socket)]() mutable { admit(std::move(socket)); });
    }

    void admit(tcp::socket&& socket) {
        const bool room = context_.serving < max_connections_ || make_room();
        if (!room && context_.refusing >= max_refusing) return;
        const auto purpose = room ? Session::Purpose::serve : Session::Purpose::refuse;
        std::make_shared<Session>(net::Socket{std::move(socket)}, context_, purpose)->start();
    }

    const WebSecurityHolder plain_;
    // Before io_: sessions die with it, and count themselves out of the context.
    SessionContext context_;
    const std::size_t max_connections_;
    asio::io_context io_{1};
    PasswordCheck passwords_{
        [this](std::function<void()> task) { asio::post(io_, std::move(task)); }};
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    const tcp::endpoint endpoint_;
    bool accept_failing_ = false;
    std::thread thread_;
};

HttpServer::HttpServer(const config::Web& web, Handler handler, Log log, const Options& options)
    : impl_(std::make_unique<Impl>(web, std::move(handler), std::move(log), options)) {}

HttpServer::HttpServer(const config::Web& web, Handler handler, Log log)
    : HttpServer(web, std::move(handler), std::move(log), Options{}) {}

HttpServer::~HttpServer() { stop(); }

void HttpServer::start() { impl_->start(); }

void HttpServer::stop() noexcept { impl_->stop(); }

std::uint16_t HttpServer::port() const { return impl_->endpoint().port(); }

std::string HttpServer::address() const { return shown(impl_->endpoint()); }

}  // namespace wiregap::exporters
