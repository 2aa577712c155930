// SPDX-License-Identifier: Apache-2.0
// One HTTP connection, from accept to close. Internal to the HTTP server.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "daemon/net/stream.h"
#include "exporters/web/http_server.h"
#include "exporters/web/password_check.h"
#include "exporters/web/web_security.h"

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
/// ends without a next one, the session is gone. All deadlines are the stream's, also under TLS:
/// one that passes closes the socket.
class Session : public std::enable_shared_from_this<Session> {
  public:
    enum class Purpose : bool { serve, refuse };

    Session(net::Socket&& socket, SessionContext& context, Purpose purpose);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void start();

    /// Closes an idle session for the sake of a newcomer. False, and nothing happens, if the next
    /// request has arrived already.
    bool give_way();

  private:
    using ErrorCode = net::Stream::ErrorCode;

    void detect_tls();
    void handshake();
    void begin();
    void wait_for_request();
    void be_idle();
    void be_busy();
    void leave_place();
    void read_request();
    void parse_request();
    void read_more();
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
    WebSecurityPtr security_;  ///< as it was at accept; the stream uses its context
    net::Stream stream_;
    const bool loopback_peer_;
    boost::beast::flat_buffer buffer_;
    std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
    std::string head_;                         ///< of the answer that is being written
    std::shared_ptr<const std::string> body_;  ///< and its body
    bool keep_alive_ = false;                  ///< after that answer
    bool request_is_whole_ = false;            ///< nothing of it is left unread
    std::size_t discarded_bytes_ = 0;
    bool has_place_ = true;                                    ///< it is counted in the context
    std::optional<std::list<Session*>::iterator> idle_place_;  ///< in the context's list
};

}  // namespace wiregap::exporters
