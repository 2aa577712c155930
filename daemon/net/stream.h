// SPDX-License-Identifier: Apache-2.0
// A TCP connection, plain or under TLS, with a deadline. Here asio's templates end: its reads and
// writes are compiled once (stream.cpp), whoever calls them.
#pragma once

#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace boost::asio::ssl {
class context;
}

using SSL = struct ssl_st;

namespace wiregap::net {

struct Socket;

class Stream {
  public:
    using ErrorCode = boost::system::error_code;
    /// How it ended, and how many bytes it moved.
    using Done = std::function<void(const ErrorCode&, std::size_t)>;
    enum class Side : bool { client, server };

    /// Takes an open socket over.
    explicit Stream(Socket&& socket);
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Numeric; empty if it is not connected any more.
    [[nodiscard]] std::string peer_address() const;

    /// That came and were not read yet.
    [[nodiscard]] std::size_t available_bytes() const;
    /// What is pending ends with an error.
    void close();

    /// From now on; when it has passed the socket is closed, and what is pending ends with an
    /// error.
    void expires_after(std::chrono::milliseconds time);
    void expires_never();

    /// What comes is TLS from here on. `context` outlives the stream.
    void begin_tls(boost::asio::ssl::context& context);
    [[nodiscard]] bool is_tls() const;
    /// OpenSSL's connection; null without TLS.
    [[nodiscard]] SSL* native_tls() const;
    /// The peer's certificate must be valid, and `host`'s. Before the handshake.
    void verify_host(const std::string& host);
    /// `read_before`: what was read already and belongs to it. Says how much of that it used.
    void handshake(Side side, std::string_view read_before, Done done);
    /// Tells the peer of a TLS stream that this was all.
    void shutdown_tls(Done done);

    // At most one of these is pending at a time, and what it refers to lives until it has ended.
    void read_some(std::span<char> into, Done done);
    void read_some_beneath_tls(std::span<char> into, Done done);
    /// All of the first, then all of the second.
    void write(std::string_view first, std::string_view second, Done done);

    /// The peer reads the end of what was sent.
    void shutdown_send();

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;  ///< shared with the deadline
};

}  // namespace wiregap::net
