// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/http_get.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <sstream>
#include <utility>

#include "daemon/util/inet.h"

namespace wiregap::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

// A million connections take some 600 MB of JSON; more than this is not an answer of ours.
constexpr std::uint64_t max_body_bytes = std::uint64_t{1} << 30U;

/// Runs asynchronous steps one by one, as if they were synchronous, until a common deadline:
/// blocking sockets know no timeout of their own.
class Steps {
  public:
    explicit Steps(std::chrono::milliseconds timeout)
        : timeout_(timeout), deadline_(std::chrono::steady_clock::now() + timeout) {}

    asio::io_context& context() { return context_; }

    /// `start(done)` begins a step that ends with a call of done(error_code, ...).
    template <typename Start>
    void run(Start start) {
        error_code result;
        bool ended = false;
        start([&result, &ended](error_code error, auto&&...) {
            result = error;
            ended = true;
        });
        context_.restart();
        context_.run_until(deadline_);
        if (!ended) throw HttpError("no answer within " + timeout_text());
        if (result) throw HttpError(result.message());
    }

  private:
    [[nodiscard]] std::string timeout_text() const {
        std::ostringstream text;
        text << static_cast<double>(timeout_.count()) / 1000.0 << " s";
        return text.str();
    }

    asio::io_context context_;
    std::chrono::milliseconds timeout_;
    std::chrono::steady_clock::time_point deadline_;
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
void verify(asio::ssl::stream<tcp::socket&>& stream, const std::string& host) {
    error_code not_numeric;
    const auto address = asio::ip::make_address(host, not_numeric);
    if (host == "localhost" || (!not_numeric && address.is_loopback())) return;
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.set_verify_callback(asio::ssl::host_name_verification(host));
    if (not_numeric) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
}

http::request<http::empty_body> make_request(const Url& url, const std::string& target) {
    http::request<http::empty_body> request{http::verb::get, target, 11};
    request.set(http::field::host, util::bracketed(url.host) + ":" + url.port);
    request.set(http::field::user_agent, "wiregap");
    request.set(http::field::connection, "close");
    if (!url.login.empty()) request.set(http::field::authorization, "Basic " + base64(url.login));
    return request;
}

}  // namespace

HttpReply http_get(const Url& url, const std::string& target, std::chrono::milliseconds timeout) {
    // Everything a pending step refers to is declared before the context that may still hold it.
    const auto request = make_request(url, target);
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(max_body_bytes);
    asio::ssl::context tls_context(asio::ssl::context::tls_client);
    tls_context.set_default_verify_paths();
    tcp::resolver::results_type addresses;

    Steps steps(timeout);
    tcp::resolver resolver(steps.context());
    tcp::socket socket(steps.context());
    steps.run([&](auto done) {
        resolver.async_resolve(url.host, url.port, [&addresses, done](error_code e, auto found) {
            addresses = found;
            done(e);
        });
    });
    steps.run([&](auto done) { asio::async_connect(socket, addresses, done); });
    const auto ask = [&](auto& stream) {
        steps.run([&](auto done) { http::async_write(stream, request, done); });
        steps.run([&](auto done) { http::async_read(stream, buffer, parser, done); });
    };
    if (url.tls) {
        asio::ssl::stream<tcp::socket&> tls(socket, tls_context);
        verify(tls, url.host);
        steps.run([&](auto done) { tls.async_handshake(asio::ssl::stream_base::client, done); });
        ask(tls);
    } else {
        ask(socket);
    }

    auto& reply = parser.get();
    return {reply.result_int(), std::string(reply.reason()), std::move(reply.body())};
}

}  // namespace wiregap::cli
