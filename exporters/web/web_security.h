// SPDX-License-Identifier: Apache-2.0
// What the HTTP server wants of its peers, now: made from the web configuration, never changed,
// replaced as a whole when a file behind it changes.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "daemon/config/web_config.h"

namespace boost::asio::ssl {
class context;
}

namespace wiregap::exporters {

struct WebSecurity {
    std::shared_ptr<boost::asio::ssl::context> tls;  ///< null: plain HTTP
    bool verifies_clients = false;  ///< a client certificate that came was verified
    std::map<std::string, std::string> headers;
    std::map<std::string, std::string> users;  ///< name -> bcrypt hash; empty: everybody may read
};
using WebSecurityPtr = std::shared_ptr<const WebSecurity>;

/// Throws TlsError (tls_context.h).
WebSecurityPtr make_web_security(const config::WebConfig& config);

/// Where the loop puts a new one and the HTTP thread finds the latest. Never null.
class WebSecurityHolder {
  public:
    void publish(WebSecurityPtr security) {
        const std::lock_guard lock(mutex_);
        latest_.swap(security);
    }
    [[nodiscard]] WebSecurityPtr latest() const {
        const std::lock_guard lock(mutex_);
        return latest_;
    }

  private:
    mutable std::mutex mutex_;
    WebSecurityPtr latest_ = std::make_shared<const WebSecurity>();
};

}  // namespace wiregap::exporters
