// SPDX-License-Identifier: Apache-2.0
// From the TLS part of the web configuration to OpenSSL's context.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <stdexcept>

#include "daemon/config/web_config.h"

namespace wiregap::exporters {

/// A certificate, key or name that can't be used. what() is one line: which, why, what to do.
class TlsError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Reads certificates and keys, checks that they fit. Throws TlsError.
std::shared_ptr<boost::asio::ssl::context> make_tls_context(const config::TlsConfig& tls);

}  // namespace wiregap::exporters
