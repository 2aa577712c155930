// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/http_get.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <utility>

#include "daemon/net/socket.h"
#include "daemon/net/stream.h"
#include "daemon/util/inet.h"

namespace wiregap::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

// A million connections take some 600 MB of JSON; more than this is not an answer of ours.
constexpr std::uint64_t max_body_bytes = std::uint64_t{1} << 30U;
constexpr std::size_t read_bytes = 65536;

/// Runs asynchronous steps one by one, as if they were synchronous, until a common deadline:
/// blocking sockets know no timeout of their own.
class Steps {
  public:
    using Done = net::Stream::Done;

    explicit Steps(std::chrono::milliseconds timeout)
        : timeout_(timeout), deadline_(std::chrono::steady_clock::now() + timeout) {}

    asio::io_context& context() { return context_; }

    /// `start(done)` begins a step that ends with a call of done(), whose error is returned.
    error_code try_to(const std::function<void(Done)>& start) {
        error_code result;
        bool ended = false;
        start([&](const error_code& error, std::size_t bytes) {
            result = error;
            bytes_ = bytes;
            ended = true;
        });
        context_.restart();
        context_.run_until(deadline_);
        if (!ended) throw HttpError("no answer within " + timeout_text());
        return result;
    }

    void run(const std::function<void(Done)>& start) {
        if (const error_code error = try_to(start)) throw HttpError(error.message());
    }

    /// What the last step moved.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    [[nodiscard]] std::string timeout_text() const {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%g s",
                      static_cast<double>(timeout_.count()) / 1000.0);
        return text.data();
    }

    asio::io_context context_;
    std::chrono::milliseconds timeout_;
    std::chrono::steady_clock::time_point deadline_;
    std::size_t bytes_ = 0;
};

std::string base64(const std::string& text) {
    std::string encoded((text.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    encoded.resize(static_cast<std::size_t>(size));
    return encoded;
}

/// What does not leave this host needs no proof of who answers, and certificates rarely name
/// 127.0.0.1. Elsewhere the system's authorities decide, or those of $SSL_CERT_FILE.
void verify(net::Stream& stream, const std::string& host) {
    error_code not_numeric;
    const auto address = asio::ip::make_address(host, not_numeric);
    if (host == "localhost" || (!not_numeric && address.is_loopback())) return;
    stream.verify_host(host);
    if (not_numeric) SSL_set_tlsext_host_name(stream.native_tls(), host.c_str());
}

std::string make_request(const Url& url, const std::string& target) {
    std::string request = "GET " + target + " HTTP/1.1\r\nHost: " + util::bracketed(url.host) +
                          ":" + url.port + "\r\nUser-Agent: wiregap\r\nConnection: close\r\n";
    if (!url.login.empty()) request += "Authorization: Basic " + base64(url.login) + "\r\n";
    return request + "\r\n";
}

tcp::socket connect(Steps& steps, const Url& url) {
    tcp::resolver::results_type addresses;
    tcp::resolver resolver(steps.context());
    steps.run([&](const Steps::Done& done) {
        resolver.async_resolve(url.host, url.port, [&, done](const error_code& error, auto found) {
            addresses = std::move(found);
            done(error, 0);
        });
    });
    tcp::socket socket(steps.context());
    steps.run([&](const Steps::Done& done) {
        asio::async_connect(socket, addresses,
                            [done](const error_code& error, const auto&) { done(error, 0); });
    });
    return socket;
}

using Parser = http::response_parser<http::string_body>;

/// What the end of the stream means for an answer that is not whole.
error_code ended(Parser& parser) {
    if (!parser.got_some()) return http::error::end_of_stream;
    error_code error;
    parser.put_eof(error);
    return error;
}

/// Reads until the answer is whole.
void read(Steps& steps, net::Stream& stream, Parser& parser) {
    boost::beast::flat_buffer buffer;
    error_code error = http::error::need_more;
    while (!error || error == http::error::need_more) {
        const auto room = buffer.prepare(read_bytes);
        error = steps.try_to([&](const Steps::Done& done) {
            stream.read_some({static_cast<char*>(room.data()), room.size()}, done);
        });
        if (error == asio::error::eof) {
            error = ended(parser);
            break;
        }
        if (error) break;
        buffer.commit(steps.bytes());
        while (buffer.size() > 0 && !error && !parser.is_done())
            buffer.consume(parser.put(buffer.data(), error));
        if (parser.is_done()) break;
    }
    if (error) throw HttpError(error.message());
}

}  // namespace

HttpReply http_get(const Url& url, const std::string& target, std::chrono::milliseconds timeout) {
    // Everything a pending step refers to is declared before the context that may still hold it.
    const std::string request = make_request(url, target);
    Parser parser;
    parser.body_limit(max_body_bytes);
    parser.eager(true);
    asio::ssl::context tls_context(asio::ssl::context::tls_client);
    tls_context.set_default_verify_paths();

    Steps steps(timeout);
    net::Stream stream(net::Socket{connect(steps, url)});
    if (url.tls) {
        stream.begin_tls(tls_context);
        verify(stream, url.host);
        steps.run([&](const Steps::Done& done) {
            stream.handshake(net::Stream::Side::client, {}, done);
        });
    }
    steps.run([&](const Steps::Done& done) { stream.write(request, {}, done); });
    read(steps, stream, parser);

    auto& reply = parser.get();
    return {reply.result_int(), std::string(reply.reason()), std::move(reply.body())};
}

}  // namespace wiregap::cli
