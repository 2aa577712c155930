// SPDX-License-Identifier: Apache-2.0
// TLS, users and headers of the web server, in the format of Prometheus' own web.config.file
// (exporter-toolkit, docs/web-configuration.md). What can't be honoured is refused, never ignored.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config/load.h"

namespace wiregap::config {

/// Go's tls.ClientAuthType, by which the format names them.
enum class ClientAuth : std::uint8_t {
    none,                ///< NoClientCert
    request,             ///< RequestClientCert: may come, is not looked at
    require_any,         ///< RequireAnyClientCert: must come, is not looked at
    verify_if_given,     ///< VerifyClientCertIfGiven
    require_and_verify,  ///< RequireAndVerifyClientCert
};

enum class TlsVersion : std::uint8_t { tls12, tls13 };

struct TlsConfig {
    std::string cert_file;  ///< absolute, or relative to the working directory; empty: see cert
    std::string key_file;
    std::string cert;  ///< PEM
    std::string key;   ///< PEM
    ClientAuth client_auth = ClientAuth::none;
    std::string client_ca_file;
    std::string client_ca;                         ///< PEM
    std::vector<std::string> client_allowed_sans;  ///< empty: any
    TlsVersion min_version = TlsVersion::tls12;
    TlsVersion max_version = TlsVersion::tls13;
    std::vector<std::string> cipher_suites;  ///< IANA's names, TLS 1.2 only; empty: OpenSSL's own
    bool prefer_server_cipher_suites = true;
    std::vector<std::string> curves;  ///< OpenSSL's names; empty: OpenSSL's own
    bool operator==(const TlsConfig&) const = default;
};

struct WebConfig {
    std::optional<TlsConfig> tls;                ///< none: plain HTTP
    std::map<std::string, std::string> headers;  ///< set on every answer
    std::map<std::string, std::string> users;    ///< name -> bcrypt hash; empty: no authentication
    bool operator==(const WebConfig&) const = default;
};

/// `path` as it is meant in the file `name`: relative ones start at that file's directory.
std::string beside(const std::string& name, const std::string& path);

/// Relative paths in it are taken from the file's own directory. Throws ConfigError.
WebConfig load_web_config(const std::string& path);

/// As load_web_config, from text; `name` stands in the error for the file, and for its directory.
WebConfig parse_web_config(const std::string& text, const std::string& name);

}  // namespace wiregap::config
