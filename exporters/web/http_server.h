// SPDX-License-Identifier: Apache-2.0
// A small HTTP/1.1 server on a thread of its own. It knows sockets, limits and time; what is
// answered is the handler's business.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "daemon/config/config.h"
#include "exporters/web/http_message.h"

namespace wiregap::exporters {

class WebSecurityHolder;

/// The address can't be had. what() is one line: which, why, what to do.
class ListenError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class HttpServer {
  public:
    /// Called on the server's thread, one request at a time. What it throws becomes a 500.
    using Handler = std::function<Response(const Request&)>;
    /// One line for the log; called on the server's thread.
    using Log = std::function<void(const std::string&)>;

    struct Options {
        /// How long a connection may stay open between two requests: longer than a scrape interval.
        double idle_seconds = 90;
        /// A TCP socket that listens already, to be served instead of web.listen; taken over.
        int passed_socket = -1;
        /// TLS, users, headers; must outlive the server. Null: plain HTTP for all.
        const WebSecurityHolder* security = nullptr;
    };

    /// Binds and listens. Throws ListenError.
    HttpServer(const config::Web& web, Handler handler, Log log, const Options& options);
    HttpServer(const config::Web& web, Handler handler, Log log);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Starts the thread; no signal is delivered to it. Throws std::system_error.
    void start();
    /// Closes everything and ends the thread. A second call does nothing.
    void stop() noexcept;
    /// The port it listens on, also where the configuration said 0.
    [[nodiscard]] std::uint16_t port() const;
    /// Where it listens, as people write it: "0.0.0.0:19473", "[::]:19473".
    [[nodiscard]] std::string address() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wiregap::exporters
