// SPDX-License-Identifier: Apache-2.0
// A server that repeats the request's path, for the tests that need any server.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "exporters/web/http_server.h"
#include "tests/unit/http_client.h"

namespace wiregap::test {

using Clock = std::chrono::steady_clock;

/// Seconds on the steady clock.
inline double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// On loopback, where the kernel finds a free port.
inline config::Web any_port() {
    config::Web web;
    web.listen_address = "127.0.0.1";
    web.listen_port = 0;
    return web;
}

/// What the server logged.
class Log {
  public:
    exporters::HttpServer::Log writer() {
        return [this](const std::string& line) {
            const std::lock_guard lock(mutex_);
            lines_.push_back(line);
        };
    }
    std::vector<std::string> lines() {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

  private:
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

/// A server around a handler that repeats the request's path.
struct EchoServer {
    explicit EchoServer(const config::Web& web = any_port(), double idle_seconds = 90)
        : server(
              web,
              [](const exporters::Request& request) {
                  return exporters::text_response(200, request.path);
              },
              log.writer(), exporters::HttpServer::Options{.idle_seconds = idle_seconds}) {
        server.start();
    }
    Log log;
    exporters::HttpServer server;
};

/// One request on a connection of its own, and all that comes back.
inline std::string get(std::uint16_t port, const std::string& path,
                       const std::string& headers = "") {
    HttpClient client(port);
    client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers +
                "Connection: close\r\n\r\n");
    return client.read_to_end();
}

}  // namespace wiregap::test
