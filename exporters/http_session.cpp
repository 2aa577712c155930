// SPDX-License-Identifier: Apache-2.0
#include "exporters/http_session.h"

#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/detect_ssl.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <cstdint>
#include <exception>
#include <utility>

#include "exporters/http_convert.h"
#include "exporters/peer.h"

namespace wiregap::exporters {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::uint32_t max_header_bytes = 8 * 1024;
constexpr std::uint64_t max_body_bytes = 1024;
/// The parser finds out that a header is too large only when it has it in the buffer.
constexpr std::size_t max_buffer_bytes = std::size_t{2} * max_header_bytes;
constexpr std::size_t read_bytes = 2048;
/// After an answer to a request that was not read to its end: how long and how much is still taken
/// in. Closing with unread bytes would reset the connection and destroy the answer on its way.
constexpr std::chrono::seconds linger_time{1};
constexpr std::size_t linger_bytes = 65536;

constexpr const char* bad_request = "this is not an HTTP/1.1 request";

bool is_loopback_peer(const boost::asio::ip::tcp::socket& socket) {
    beast::error_code error;
    const auto peer = socket.remote_endpoint(error);
    return !error && is_loopback(peer.address().to_string(error));
}

}  // namespace

Session::Session(boost::asio::ip::tcp::socket&& socket, SessionContext& context, Purpose purpose)
    : context_(context),
      purpose_(purpose),
      stream_(std::move(socket)),
      loopback_peer_(is_loopback_peer(stream_.socket())),
      security_(context.security->latest()),
      buffer_(max_buffer_bytes) {
    ++(purpose_ == Purpose::serve ? context_.serving : context_.refusing);
}

Session::~Session() {
    be_busy();
    leave_place();
}

void Session::leave_place() {
    if (!std::exchange(has_place_, false)) return;
    --(purpose_ == Purpose::serve ? context_.serving : context_.refusing);
}

void Session::be_idle() { idle_place_ = context_.idle.insert(context_.idle.end(), this); }

void Session::be_busy() {
    if (idle_place_) context_.idle.erase(*idle_place_);
    idle_place_.reset();
}

bool Session::give_way() {
    ErrorCode error;
    if (stream_.socket().available(error) > 0) return false;
    be_busy();
    leave_place();
    stream_.close();  // which ends the pending read, and with it the session
    return true;
}

void Session::start() {
    if (security_->tls) return detect_tls();
    begin();
}

/// Who speaks plain HTTP to a TLS port gets an answer that says so, instead of garbage.
void Session::detect_tls() {
    stream_.expires_after(context_.request_timeout);  // for the handshake too
    beast::async_detect_ssl(
        stream_, buffer_, [self = shared_from_this()](ErrorCode error, bool is_tls) {
            if (error) return;
            if (is_tls) return self->handshake();
            self->write(text_response(400, "this port speaks TLS; use https://"), false, false);
        });
}

void Session::handshake() {
    tls_.emplace(stream_, *security_->tls);
    tls_->async_handshake(boost::asio::ssl::stream_base::server, buffer_.data(),
                          [self = shared_from_this()](ErrorCode error, std::size_t used) {
                              if (error) return;
                              self->buffer_.consume(used);
                              self->begin();
                          });
}

void Session::begin() {
    if (purpose_ == Purpose::serve) return read_request();
    write(text_response(503, "too many connections; try again, or raise web.max_connections"),
          false, false);
}

/// Between two requests. The first bytes of the next one start its own deadline.
void Session::wait_for_request() {
    if (buffer_.size() > 0) return read_request();  // the peer did not wait for the answer
    stream_.expires_after(context_.idle_timeout);
    be_idle();
    on_stream([this](auto& stream) {
        stream.async_read_some(buffer_.prepare(read_bytes),
                               [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
                                   self->be_busy();
                                   if (error) return;
                                   self->buffer_.commit(bytes);
                                   self->read_request();
                               });
    });
}

void Session::read_request() {
    request_is_whole_ = false;
    parser_.emplace();
    parser_->header_limit(max_header_bytes);
    parser_->body_limit(max_body_bytes);
    stream_.expires_after(context_.request_timeout);  // for the whole request, however it trickles
    on_stream([this](auto& stream) {
        http::async_read(
            stream, buffer_, *parser_,
            [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_request(error); });
    });
}

void Session::on_request(ErrorCode error) {
    if (error) return answer_fault(error);
    if (const char* const fault = fault_of(parser_->get())) {
        return write(text_response(400, fault), false, false);
    }
    request_is_whole_ = true;
    authorize();
}

/// Every page wants a user, if there are users, also from peers on this host: one of them may be a
/// reverse proxy, and then all the world is on this host. A path that forgets to ask would be a
/// hole.
void Session::authorize() {
    const WebSecurityPtr security = context_.security->latest();
    const bool certified = security_->verifies_clients && tls_ &&
                           SSL_get0_peer_certificate(tls_->native_handle()) != nullptr;
    if (security->users.empty()) return answer_request(certified);
    const auto header = parser_->get().find(http::field::authorization);
    if (header == parser_->get().end()) return on_password(PasswordCheck::Answer::wrong);
    const auto credentials = parse_authorization({header->value().data(), header->value().size()});
    if (!credentials) return on_password(PasswordCheck::Answer::wrong);
    stream_.expires_never();
    context_.passwords->check(
        *security, *credentials,
        [self = shared_from_this()](PasswordCheck::Answer answer) { self->on_password(answer); });
}

void Session::on_password(PasswordCheck::Answer answer) {
    if (answer == PasswordCheck::Answer::right) return answer_request(true);
    const bool head = parser_->get().method() == http::verb::head;
    const bool keep_alive = parser_->get().version() == 11 && parser_->get().keep_alive();
    write(answer == PasswordCheck::Answer::busy ? too_many_logins() : unauthorized(), head,
          keep_alive);
}

void Session::answer_request(bool authenticated) {
    const bool head = parser_->get().method() == http::verb::head;
    const bool keep_alive = parser_->get().version() == 11 && parser_->get().keep_alive();
    write(handled(authenticated), head, keep_alive);
}

Response Session::handled(bool authenticated) {
    std::string fault = "unknown error";
    try {
        Request request = request_of(parser_->get());
        request.loopback_peer = loopback_peer_;
        request.authenticated = authenticated;
        return context_.handler(request);
    } catch (const std::exception& error) {
        fault = error.what();
    } catch (...) {  // NOLINT(bugprone-empty-catch): answered and logged below
    }
    context_.log("an HTTP request could not be answered: " + fault);
    return text_response(500, "the request could not be answered; see the log of wiregapd");
}

/// Says what was wrong with the request, where there is still somebody to hear it.
void Session::answer_fault(ErrorCode error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return write(text_response(431, "the request's header is larger than 8 KiB"), false, false);
    }
    if (error == http::error::body_limit) {
        return write(text_response(413, "the request's body is larger than 1 KiB"), false, false);
    }
    const bool peer_is_gone =
        error == http::error::end_of_stream || error == http::error::partial_message ||
        error.category() != make_error_code(http::error::bad_method).category();
    if (!peer_is_gone) write(text_response(400, bad_request), false, false);
}

void Session::write(Response response, bool head, bool keep_alive) {
    body_ = std::move(response.body);
    message_.emplace();
    message_->result(response.status);
    message_->version(11);
    for (const auto& [name, value] : response.headers) message_->set(name, value);
    message_->set(http::field::content_type, response.content_type);
    add_security_headers(*message_);
    for (const auto& [name, value] : context_.security->latest()->headers) {
        message_->set(name, value);
    }
    message_->keep_alive(keep_alive);
    message_->content_length(body_->size());
    if (!head) message_->body() = Body::value_type(body_->data(), body_->size());
    serializer_.emplace(*message_);
    stream_.expires_after(context_.request_timeout);  // also for a peer that does not read
    on_stream([this](auto& stream) {
        http::async_write(
            stream, *serializer_,
            [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_written(error); });
    });
}

void Session::on_written(ErrorCode error) {
    const bool keep_alive = !error && message_->keep_alive();
    body_.reset();
    if (error) return;
    if (keep_alive) return wait_for_request();
    end();
}

/// TLS says that this was all, so that nobody can have cut the answer short.
void Session::end() {
    if (!tls_) return linger();
    stream_.expires_after(linger_time);
    tls_->async_shutdown([self = shared_from_this()](ErrorCode) { self->linger(); });
}

void Session::linger() {
    ErrorCode ignored;
    stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
    if (request_is_whole_) return;
    stream_.expires_after(linger_time);
    discard();
}

void Session::discard() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(read_bytes),
                            [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
                                self->discarded_bytes_ += bytes;
                                if (!error && self->discarded_bytes_ < linger_bytes)
                                    self->discard();
                            });
}

}  // namespace wiregap::exporters
