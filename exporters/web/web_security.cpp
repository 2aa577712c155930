// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/web_security.h"

#include "exporters/web/tls_context.h"

namespace wiregap::exporters {

WebSecurityPtr make_web_security(const config::WebConfig& config) {
    auto security = std::make_shared<WebSecurity>();
    security->headers = config.headers;
    security->users = config.users;
    if (config.tls) {
        security->tls = make_tls_context(*config.tls);
        security->verifies_clients =
            config.tls->client_auth == config::ClientAuth::verify_if_given ||
            config.tls->client_auth == config::ClientAuth::require_and_verify;
    }
    return security;
}

}  // namespace wiregap::exporters
