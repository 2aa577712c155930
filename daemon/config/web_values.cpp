// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/web_values.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "daemon/config/problem.h"
#include "daemon/config/readers.h"

namespace wiregap::config {

std::string read_text(const YAML::Node& value, const std::string& name) {
    if (!value.IsScalar() || value.Scalar().empty()) {
        throw Problem(value.Mark(), name + " has no text as its value; write one, or remove it");
    }
    return value.Scalar();
}

std::vector<std::string> read_texts(const YAML::Node& value, const std::string& name) {
    if (!value.IsSequence()) {
        throw Problem(value.Mark(), name + " is not a list; write - VALUE, one a line");
    }
    std::vector<std::string> texts;
    for (const YAML::Node& item : value) texts.push_back(read_text(item, name));
    return texts;
}

bool read_flag(const YAML::Node& value, const std::string& name) {
    return read_choice(value, name, {"false", "true"}) == 1;
}

ClientAuth read_client_auth(const YAML::Node& value, const std::string& name) {
    using enum ClientAuth;
    static const std::vector<ClientAuth> types{none, request, require_any, verify_if_given,
                                               require_and_verify};
    return types[read_choice(value, name,
                             {"NoClientCert", "RequestClientCert", "RequireAnyClientCert",
                              "VerifyClientCertIfGiven", "RequireAndVerifyClientCert"})];
}

TlsVersion read_version(const YAML::Node& value, const std::string& name) {
    const std::string text = read_text(value, name);
    if (text == "TLS10" || text == "TLS11") {
        throw Problem(value.Mark(), name + " " + text +
                                        " can't be honoured: it is broken (RFC 8996); write TLS12 "
                                        "or TLS13");
    }
    return read_choice(value, name, {"TLS12", "TLS13"}) == 0 ? TlsVersion::tls12
                                                             : TlsVersion::tls13;
}

std::vector<std::string> read_curves(const YAML::Node& value, const std::string& name) {
    static const std::vector<std::string> go{"CurveP256", "CurveP384", "CurveP521", "X25519"};
    static const std::vector<std::string> openssl{"P-256", "P-384", "P-521", "X25519"};
    std::vector<std::string> curves;
    if (!value.IsSequence()) {
        throw Problem(value.Mark(), name + " is not a list; write - VALUE, one a line");
    }
    for (const YAML::Node& item : value) curves.push_back(openssl[read_choice(item, name, go)]);
    return curves;
}

std::string read_header(const YAML::Node& value, const std::string& name) {
    std::string text = read_text(value, name);
    if (std::any_of(text.begin(), text.end(),
                    [](unsigned char c) { return c < ' ' || c >= 0x7f; })) {
        throw Problem(value.Mark(), name +
                                        " has something that a header can't; write it in "
                                        "printable ASCII, on one line");
    }
    return text;
}

std::string read_user_name(const YAML::Node& key) {
    std::string name = key.IsScalar() ? key.Scalar() : "";
    if (name.empty() || name.find(':') != std::string::npos) {
        throw Problem(key.Mark(), "the user's name " + config::quoted(name) +
                                      " is empty or has a colon; write NAME: BCRYPT-HASH");
    }
    return name;
}

namespace {

/// "$2b$10$" and 53 characters of bcrypt's alphabet. Its cost; nothing if it has another shape.
std::optional<int> bcrypt_cost(const std::string& hash) {
    constexpr std::size_t hash_bytes = 60;
    constexpr std::size_t salt_begins = 7;
    const auto is_digit = [&hash](std::size_t at) { return hash[at] >= '0' && hash[at] <= '9'; };
    const auto in_alphabet = [](unsigned char c) {
        return c < 128 && (std::isalnum(c) != 0 || c == '.' || c == '/');
    };
    if (hash.size() != hash_bytes || hash.substr(0, 2) != "$2" ||
        std::string("aby").find(hash[2]) == std::string::npos || hash[3] != '$' || !is_digit(4) ||
        !is_digit(5) || hash[6] != '$') {
        return std::nullopt;
    }
    if (!std::all_of(hash.begin() + salt_begins, hash.end(), in_alphabet)) return std::nullopt;
    return (hash[4] - '0') * 10 + (hash[5] - '0');
}

}  // namespace

std::string read_bcrypt(const YAML::Node& value, const std::string& user) {
    std::string hash = value.IsScalar() ? value.Scalar() : "";
    const std::optional<int> cost = bcrypt_cost(hash);
    if (!cost) {
        throw Problem(value.Mark(), "the password of " + config::quoted(user) +
                                        " is no bcrypt hash; make one with: htpasswd -nBC 10 \"\"");
    }
    if (*cost < 4 || *cost > 14) {
        throw Problem(value.Mark(), "the password of " + config::quoted(user) +
                                        " has the bcrypt cost " + std::to_string(*cost) +
                                        ", outside 4 to 14; make one with: htpasswd -nBC 10 \"\"");
    }
    return hash;
}

}  // namespace wiregap::config
