// SPDX-License-Identifier: Apache-2.0
// Between Beast's messages and the site's. Internal to the HTTP server.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <string>

#include "exporters/web/http_message.h"

namespace wiregap::exporters {

/// What the site needs of a request. Who the peer is, the caller knows.
Request request_of(const boost::beast::http::request_header<>& message);

/// What is wrong with a request that can be parsed; null if nothing is. Such requests mean one
/// thing here and may mean another to a proxy in between (RFC 9112, sections 3.2 and 6.1).
const char* fault_of(const boost::beast::http::request_header<>& message);

/// What browsers want to hear of every page.
void add_security_headers(boost::beast::http::fields& fields);

/// Status line and fields, as they are sent.
std::string head_of(const boost::beast::http::response_header<>& message);

/// 401, with the scheme that is taken.
Response unauthorized();

/// 503: more passwords wait to be verified than it takes on.
Response too_many_logins();

}  // namespace wiregap::exporters
