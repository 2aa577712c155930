// SPDX-License-Identifier: Apache-2.0
// One HTTP GET, synchronous, with one deadline over all of it.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include "daemon/cli/url.h"

namespace wiregap::cli {

struct HttpReply {
    unsigned status = 0;
    std::string reason;  ///< "OK", "Not Found"
    std::string body;
};

/// No answer: what() says why ("Connection refused", "timed out after 5 s").
class HttpError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// GETs `target` ("/path?query"). Throws HttpError; a status that is not 200 is a reply.
HttpReply http_get(const Url& url, const std::string& target, std::chrono::milliseconds timeout);

}  // namespace wiregap::cli
