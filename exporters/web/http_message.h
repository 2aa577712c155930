// SPDX-License-Identifier: Apache-2.0
// What the HTTP server hands to the site, and what it gets back. No sockets, no library types.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace wiregap::exporters {

struct Request {
    std::string method;  ///< as sent: "GET"
    std::string path;    ///< as sent, without the query: "/metrics"
    std::string query;   ///< without the question mark
    std::string host;    ///< Host header; empty if there was none
    std::string accept_encoding;
    bool loopback_peer = false;
    bool authenticated = false;  ///< by a password or a verified client certificate
    bool proxied = false;        ///< a proxy left a trace in it
};

struct Response {
    unsigned status = 200;
    std::string content_type;
    std::shared_ptr<const std::string> body;  ///< shared: many may read one page; never null
    std::vector<std::pair<std::string, std::string>> headers;
};

inline Response text_response(unsigned status, const std::string& line) {
    return {
        status, "text/plain; charset=utf-8", std::make_shared<const std::string>(line + "\n"), {}};
}

}  // namespace wiregap::exporters
