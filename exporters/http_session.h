// SPDX-License-Identifier: Apache-2.0
// One HTTP connection, from accept to close. Internal to the HTTP server.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/span.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "exporters/http_server.h"
#include "exporters/password_check.h"
#include "exporters/web_security.h"

namespace wiregap::exporters {

class Session;

/// What all sessions share; lives as long as the server.
struct SessionContext {
    HttpServer::Handler handler;
    HttpServer::Log log;
    std::chrono::milliseconds request_timeout{};
    std::chrono::milliseconds idle_timeout{};
    const WebSecurityHolder* security = nullptr;
    PasswordCheck* passwords = nullptr;
    std::size_t serving = 0;     ///< sessions that answer requests
    std::size_t refusing = 0;    ///< sessions that only say 503
    std::list<Session*> idle{};  ///< those between two requests, longest idle first
};

/// Keeps itself alive through its pending operation, of which there is always exactly one: when it
/// ends without a next one, the session is gone. All deadlines are tcp_stream's, also under TLS:
/// one that passes closes the socket.
class Session : public std::enable_shared_from_this<Session> {
  public:
    enum class Purpose : bool { serve, refuse };

    Session(boost::asio::ip::tcp::socket&& socket, SessionContext& context, Purpose purpose);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void start();

    /// Closes an idle session for the sake of a newcomer. False, and nothing happens, if the next
    /// request has arrived already.
    bool give_way();

  private:
    using Body = boost::beast::http::span_body<const char>;
    using ErrorCode = boost::beast::error_code;

    /// Calls `use` with the stream that requests come from: TLS or plain.
    template <class Use>
    void on_stream(Use use) {
        if (tls_) {
            use(*tls_);
        } else {
            use(stream_);
        }
    }

    void detect_tls();
    void handshake();
    void begin();
    void wait_for_request();
    void be_idle();
    void be_busy();
    void leave_place();
    void read_request();
    void on_request(ErrorCode error);
    void authorize();
    void on_password(PasswordCheck::Answer answer);
    void answer_request(bool authenticated);
    Response handled(bool authenticated);
    void answer_fault(ErrorCode error);
    void write(Response response, bool head, bool keep_alive);
    void on_written(ErrorCode error);
    void end();
    void linger();
    void discard();

    SessionContext& context_;
    const Purpose purpose_;
    boost::beast::tcp_stream stream_;
    const bool loopback_peer_;
    WebSecurityPtr security_;  ///< as it was at accept; tls_ uses its context
    std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls_;
    boost::beast::flat_buffer buffer_;
    std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
    std::shared_ptr<const std::string> body_;  ///< what message_ points into
    std::optional<boost::beast::http::response<Body>> message_;
    std::optional<boost::beast::http::response_serializer<Body>> serializer_;
    bool request_is_whole_ = false;  ///< nothing of it is left unread
    std::size_t discarded_bytes_ = 0;
    bool has_place_ = true;                                    ///< it is counted in the context
    std::optional<std::list<Session*>::iterator> idle_place_;  ///< in the context's list
};

}  // namespace wiregap::exporters
