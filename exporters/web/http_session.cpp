// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/http_session.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <cstdint>
#include <exception>
#include <utility>

#include "daemon/net/socket.h"
#include "exporters/web/http_convert.h"
#include "exporters/web/peer.h"

namespace wiregap::exporters {
namespace {

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

std::string_view text(boost::asio::const_buffer buffer) {
    return {static_cast<const char*>(buffer.data()), buffer.size()};
}

std::span<char> room(boost::beast::flat_buffer& buffer, std::size_t bytes) {
    const auto room = buffer.prepare(bytes);
    return {static_cast<char*>(room.data()), room.size()};
}

/// Whether it begins as TLS does: a handshake record (RFC 8446 section 5.1) that holds a
/// ClientHello. Nothing as long as that can't be said.
std::optional<bool> begins_tls(std::string_view bytes) {
    const auto byte = [bytes](std::size_t at) {
        return std::size_t{static_cast<unsigned char>(bytes[at])};
    };
    constexpr std::size_t least_hello_bytes = 34;
    if (bytes.empty()) return std::nullopt;
    if (byte(0) != 0x16) return false;
    if (bytes.size() < 5) return std::nullopt;
    const std::size_t record_bytes = byte(3) << 8U | byte(4);
    if (record_bytes < least_hello_bytes) return false;
    if (bytes.size() < 6) return std::nullopt;
    if (byte(5) != 0x01) return false;
    if (bytes.size() < 9) return std::nullopt;
    return (byte(6) << 16U | byte(7) << 8U | byte(8)) + 4 <= record_bytes;
}

}  // namespace

Session::Session(net::Socket&& socket, SessionContext& context, Purpose purpose)
    : context_(context),
      purpose_(purpose),
      security_(context.security->latest()),
      stream_(std::move(socket)),
      loopback_peer_(is_loopback(stream_.peer_address())),
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
    if (stream_.available_bytes() > 0) return false;
    be_busy();
    leave_place();
    stream_.close();  // which ends the pending read, and with it the session
    return true;
}

void Session::start() {
    if (!security_->tls) return begin();
    stream_.expires_after(context_.request_timeout);  // for the handshake too
    detect_tls();
}

/// Who speaks plain HTTP to a TLS port gets an answer that says so, instead of garbage.
void Session::detect_tls() {
    if (const std::optional<bool> is_tls = begins_tls(text(buffer_.data()))) {
        if (*is_tls) return handshake();
        return write(text_response(400, "this port speaks TLS; use https://"), false, false);
    }
    stream_.read_some(room(buffer_, read_bytes),
                      [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
                          if (error) return;
                          self->buffer_.commit(bytes);
                          self->detect_tls();
                      });
}

void Session::handshake() {
    stream_.begin_tls(*security_->tls);
    stream_.handshake(net::Stream::Side::server, text(buffer_.data()),
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
    stream_.read_some(room(buffer_, read_bytes),
                      [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
                          self->be_busy();
                          if (error) return;
                          self->buffer_.commit(bytes);
                          self->read_request();
                      });
}

void Session::read_request() {
    request_is_whole_ = false;
    parser_.emplace();
    parser_->header_limit(max_header_bytes);
    parser_->body_limit(max_body_bytes);
    parser_->eager(true);
    stream_.expires_after(context_.request_timeout);  // for the whole request, however it trickles
    parse_request();
}

/// As far as it is there.
void Session::parse_request() {
    ErrorCode error = http::error::need_more;
    if (buffer_.size() > 0) buffer_.consume(parser_->put(buffer_.data(), error));
    if (error == http::error::need_more) return read_more();
    if (!error && !parser_->is_done()) return parse_request();
    on_request(error);
}

void Session::read_more() {
    const std::size_t bytes = std::min(read_bytes, buffer_.max_size() - buffer_.size());
    if (bytes == 0) return on_request(http::error::buffer_overflow);
    stream_.read_some(room(buffer_, bytes),
                      [self = shared_from_this()](ErrorCode error, std::size_t read) {
                          if (error) return self->on_request(error);
                          self->buffer_.commit(read);
                          self->parse_request();
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
    const bool certified = security_->verifies_clients && stream_.is_tls() &&
                           SSL_get0_peer_certificate(stream_.native_tls()) != nullptr;
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
        error.category() != make_error_code(http::error::bad_method).category();
    if (!peer_is_gone) write(text_response(400, bad_request), false, false);
}

void Session::write(Response response, bool head, bool keep_alive) {
    body_ = std::move(response.body);
    keep_alive_ = keep_alive;
    http::response<http::empty_body> message;
    message.result(response.status);
    message.version(11);
    for (const auto& [name, value] : response.headers) message.set(name, value);
    message.set(http::field::content_type, response.content_type);
    add_security_headers(message);
    for (const auto& [name, value] : context_.security->latest()->headers) message.set(name, value);
    message.keep_alive(keep_alive);
    message.content_length(body_->size());
    head_ = head_of(message);
    stream_.expires_after(context_.request_timeout);  // also for a peer that does not read
    stream_.write(
        head_, head ? std::string_view() : std::string_view(*body_),
        [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_written(error); });
}

void Session::on_written(ErrorCode error) {
    body_.reset();
    if (error) return;
    if (keep_alive_) return wait_for_request();
    end();
}

/// TLS says that this was all, so that nobody can have cut the answer short.
void Session::end() {
    if (!stream_.is_tls()) return linger();
    stream_.expires_after(linger_time);
    stream_.shutdown_tls([self = shared_from_this()](ErrorCode, std::size_t) { self->linger(); });
}

void Session::linger() {
    stream_.shutdown_send();
    if (request_is_whole_) return;
    stream_.expires_after(linger_time);
    discard();
}

void Session::discard() {
    buffer_.clear();
    stream_.read_some_beneath_tls(room(buffer_, read_bytes),
                                  [self = shared_from_this()](ErrorCode error, std::size_t bytes) {
                                      self->discarded_bytes_ += bytes;
                                      if (!error && self->discarded_bytes_ < linger_bytes)
                                          self->discard();
                                  });
}

}  // namespace wiregap::exporters
