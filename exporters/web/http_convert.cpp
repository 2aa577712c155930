// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/http_convert.h"

#include <algorithm>
#include <cstddef>

namespace wiregap::exporters {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

std::string text(beast::string_view view) { return {view.data(), view.size()}; }

bool begins_with(beast::string_view name, beast::string_view prefix) {
    return beast::iequals(name.substr(0, prefix.size()), prefix);
}

/// Forwarded, Via and X-Forwarded-* are what proxies add. nginx adds nothing by default, but speaks
/// HTTP/1.0; so does no client of ours, nor curl, nor a browser.
bool has_trace_of_a_proxy(const http::request_header<>& message) {
    if (message.version() < 11) return true;
    return std::any_of(message.begin(), message.end(), [](const auto& field) {
        return field.name() == http::field::forwarded || field.name() == http::field::via ||
               begins_with(field.name_string(), "X-Forwarded-") ||
               beast::iequals(field.name_string(), "X-Real-IP");
    });
}

}  // namespace

Request request_of(const http::request_header<>& message) {
    std::string target = text(message.target());
    // The absolute form, "GET http://host/path": what proxies send, to be taken by every server.
    if (const std::size_t scheme = target.find("://");
        scheme != std::string::npos && target.front() != '/') {
        target.erase(0, std::min(target.find('/', scheme + 3), target.size()));
    }
    const std::size_t question = target.find('?');
    Request request;
    request.proxied = has_trace_of_a_proxy(message);
    request.method = text(message.method_string());
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.host = text(message[http::field::host]);
    request.accept_encoding = text(message[http::field::accept_encoding]);
    return request;
}

const char* fault_of(const http::request_header<>& message) {
    const auto hosts = message.count(http::field::host);
    if (hosts > 1) return "there are two Host headers; send one";
    if (hosts == 0 && message.version() == 11) return "an HTTP/1.1 request needs a Host header";
    const auto codings = message.count(http::field::transfer_encoding);
    const auto coding = message[http::field::transfer_encoding];
    if (codings > 1 || (codings == 1 && !beast::iequals(coding, "chunked"))) {
        return "this Transfer-Encoding is not known; only chunked is";
    }
    return nullptr;
}

void add_security_headers(http::fields& fields) {
    fields.set(http::field::cache_control, "no-store");
    fields.set("Content-Security-Policy",
               "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
               "img-src 'self'; "
               "base-uri 'none'; form-action 'none'; "
               "frame-ancestors 'none'");
    fields.set("Cross-Origin-Resource-Policy", "same-origin");
    fields.set("Referrer-Policy", "no-referrer");
    fields.set("X-Content-Type-Options", "nosniff");
    fields.set("X-Frame-Options", "DENY");
}

std::string head_of(const http::response_header<>& message) {
    std::string head =
        "HTTP/1.1 " + std::to_string(message.result_int()) + " " + text(message.reason()) + "\r\n";
    for (const auto& field : message) {
        head += text(field.name_string()) + ": " + text(field.value()) + "\r\n";
    }
    return head + "\r\n";
}

Response unauthorized() {
    Response response = text_response(401, "a user and a password are wanted");
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"wiregapd\"");
    return response;
}

Response too_many_logins() {
    Response response = text_response(503, "too many passwords wait to be verified; try again");
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

}  // namespace wiregap::exporters
