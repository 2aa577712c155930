// SPDX-License-Identifier: Apache-2.0
#include "daemon/net/stream.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

#include "daemon/net/socket.h"

namespace wiregap::net {
namespace {

namespace asio = boost::asio;
using ErrorCode = Stream::ErrorCode;
using Buffers = std::array<asio::const_buffer, 2>;
using Done = Stream::Done;

/// The socket as TLS sees it. Its handlers, as large as asio makes them, become a Done first, so
/// that what the reactor does with one is compiled once and not for each kind of TLS operation.
class Beneath {
  public:
    using executor_type = asio::ip::tcp::socket::executor_type;
    using lowest_layer_type = asio::ip::tcp::socket::lowest_layer_type;

    explicit Beneath(asio::ip::tcp::socket& socket) : socket_(socket) {}

    executor_type get_executor() noexcept { return socket_.get_executor(); }
    lowest_layer_type& lowest_layer() { return socket_.lowest_layer(); }

    template <class Into, class Handler>
    void async_read_some(const Into& into, Handler&& handler) {
        read(*asio::buffer_sequence_begin(into), std::forward<Handler>(handler));
    }
    template <class From, class Handler>
    void async_write_some(const From& from, Handler&& handler) {
        write(*asio::buffer_sequence_begin(from), std::forward<Handler>(handler));
    }
    void read(asio::mutable_buffer into, Done done) {
        socket_.async_read_some(into, std::move(done));
    }
    void write(asio::const_buffer from, Done done) {
        socket_.async_write_some(from, std::move(done));
    }

  private:
    asio::ip::tcp::socket& socket_;
};

using Tls = asio::ssl::stream<Beneath>;

/// False if nothing is left.
bool drop_front(Buffers& buffers, std::size_t bytes) {
    for (asio::const_buffer& buffer : buffers) {
        const std::size_t used = std::min(bytes, buffer.size());
        buffer += used;
        bytes -= used;
    }
    return buffers[0].size() + buffers[1].size() > 0;
}

}  // namespace

class Stream::Impl : public std::enable_shared_from_this<Impl> {
  public:
    explicit Impl(asio::ip::tcp::socket&& socket)
        : socket_(std::move(socket)), deadline_(socket_.get_executor()) {}

    void expires_after(std::chrono::milliseconds time) {
        deadline_.expires_after(time);
        // Weak, for it may come when the stream is gone; or when there is a later deadline by now.
        deadline_.async_wait([weak = weak_from_this()](const ErrorCode& error) {
            const auto self = weak.lock();
            if (error || !self || self->deadline_.expiry() > std::chrono::steady_clock::now())
                return;
            ErrorCode ignored;
            self->socket_.close(ignored);
        });
    }

    void expires_never() { deadline_.expires_at(std::chrono::steady_clock::time_point::max()); }

    void write(const Buffers& from, Done done, std::size_t before) {
        Done more = [this, left = from, done = std::move(done), before](const ErrorCode& error,
                                                                        std::size_t bytes) mutable {
            if (error || !drop_front(left, bytes)) return done(error, before + bytes);
            write(left, std::move(done), before + bytes);
        };
        if (tls_) return tls_->async_write_some(from, std::move(more));
        socket_.async_write_some(from, std::move(more));
    }

    asio::ip::tcp::socket socket_;
    std::optional<Tls> tls_;

  private:
    asio::steady_timer deadline_;
};

Stream::Stream(Socket&& socket) : impl_(std::make_shared<Impl>(std::move(socket.asio))) {}

Stream::~Stream() = default;

std::string Stream::peer_address() const {
    ErrorCode error;
    const auto peer = impl_->socket_.remote_endpoint(error);
    return error ? "" : peer.address().to_string();
}

std::size_t Stream::available_bytes() const {
    ErrorCode error;
    return impl_->socket_.available(error);
}

void Stream::close() {
    ErrorCode ignored;
    impl_->socket_.close(ignored);
}

void Stream::expires_after(std::chrono::milliseconds time) { impl_->expires_after(time); }

void Stream::expires_never() { impl_->expires_never(); }

void Stream::begin_tls(asio::ssl::context& context) {
    impl_->tls_.emplace(Beneath(impl_->socket_), context);
}

bool Stream::is_tls() const { return impl_->tls_.has_value(); }

SSL* Stream::native_tls() const { return impl_->tls_ ? impl_->tls_->native_handle() : nullptr; }

void Stream::verify_host(const std::string& host) {
    impl_->tls_->set_verify_mode(asio::ssl::verify_peer);
    impl_->tls_->set_verify_callback(asio::ssl::host_name_verification(host));
}

void Stream::handshake(Side side, std::string_view read_before, Done done) {
    const auto role = side == Side::server ? Tls::server : Tls::client;
    impl_->tls_->async_handshake(role, asio::buffer(read_before), std::move(done));
}

void Stream::shutdown_tls(Done done) {
    impl_->tls_->async_shutdown(
        [done = std::move(done)](const ErrorCode& error) { done(error, 0); });
}

void Stream::read_some(std::span<char> into, Done done) {
    if (!impl_->tls_) return read_some_beneath_tls(into, std::move(done));
    impl_->tls_->async_read_some(asio::buffer(into.data(), into.size()), std::move(done));
}

void Stream::read_some_beneath_tls(std::span<char> into, Done done) {
    impl_->socket_.async_read_some(asio::buffer(into.data(), into.size()), std::move(done));
}

void Stream::write(std::string_view first, std::string_view second, Done done) {
    impl_->write({asio::buffer(first), asio::buffer(second)}, std::move(done), 0);
}

void Stream::shutdown_send() {
    ErrorCode ignored;
    impl_->socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace wiregap::net
