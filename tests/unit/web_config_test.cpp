// SPDX-License-Identifier: Apache-2.0
// The format of Prometheus' web.config.file: what is taken, and what is refused where and why.
#include "daemon/config/web_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace wiregap::config {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string hash = "$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG";

std::string fault(const std::string& text) {
    try {
        parse_web_config(text, "/etc/wiregap/web.yml");
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "fine";
}

TEST(WebConfig, AnEmptyFileIsPlainHttpForAll) {
    EXPECT_EQ(parse_web_config("", "w"), WebConfig{});
    EXPECT_EQ(parse_web_config("# nothing\n", "w"), WebConfig{});
}

TEST(WebConfig, TakesWhatTheFormatHas) {
    const WebConfig config = parse_web_config(
        "tls_server_config:\n"
        "  cert_file: a.crt\n"
        "  key_file: /k/a.key\n"
        "  client_ca_file: ca.crt\n"
        "  client_auth_type: RequireAndVerifyClientCert\n"
        "  client_allowed_sans: [one.example, 10.0.0.1]\n"
        "  min_version: TLS13\n"
        "  max_version: TLS13\n"
        "  cipher_suites:\n"
        "    - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n"
        "  prefer_server_cipher_suites: false\n"
        "  curve_preferences: [CurveP256, X25519]\n"
        "http_server_config:\n"
        "  http2: false\n"
        "  headers:\n"
        "    Strict-Transport-Security: max-age=3600\n"
        "basic_auth_users:\n"
        "  prometheus: " +
            hash + "\n",
        "/etc/wiregap/web.yml");
    ASSERT_TRUE(config.tls.has_value());
    EXPECT_EQ(config.tls->cert_file, "/etc/wiregap/a.crt") << "beside the file";
    EXPECT_EQ(config.tls->key_file, "/k/a.key");
    EXPECT_EQ(config.tls->client_ca_file, "/etc/wiregap/ca.crt");
    EXPECT_EQ(config.tls->client_auth, ClientAuth::require_and_verify);
    EXPECT_THAT(config.tls->client_allowed_sans, testing::ElementsAre("one.example", "10.0.0.1"));
    EXPECT_EQ(config.tls->min_version, TlsVersion::tls13);
    EXPECT_FALSE(config.tls->prefer_server_cipher_suites);
    EXPECT_THAT(config.tls->curves, testing::ElementsAre("P-256", "X25519"));
    EXPECT_EQ(config.headers.at("Strict-Transport-Security"), "max-age=3600");
    EXPECT_EQ(config.users.at("prometheus"), hash);
}

TEST(WebConfig, SaysWhereAnUnknownKeyIs) {
    EXPECT_THAT(fault("tls_server_confg: {}\n"),
                StartsWith("/etc/wiregap/web.yml:1:1: unknown key \"tls_server_confg\"; remove it, "
                           "there are basic_auth_users, "));
    EXPECT_THAT(fault("tls_server_config:\n  cert_file: a\n  cert_fil: b\n"),
                StartsWith("/etc/wiregap/web.yml:3:3: unknown key \"cert_fil\" in "
                           "tls_server_config; remove it"));
    EXPECT_THAT(fault("http_server_config:\n  headers:\n    X-Own: a\n"),
                HasSubstr(":3:5: unknown key \"X-Own\" in headers"));
    EXPECT_THAT(fault("tls_server_config:\n  key: a\n  key: b\n"), HasSubstr("a second time"));
}

TEST(WebConfig, RefusesWhatItCannotHonour) {
    EXPECT_THAT(fault("rate_limit:\n  interval: 1s\n"),
                HasSubstr("rate_limit can't be honoured: requests are limited by"));
    EXPECT_THAT(fault("http_server_config: {http2: true}\n"),
                HasSubstr("http2 can't be honoured: HTTP/1.1 is spoken"));
    EXPECT_THAT(fault("tls_server_config: {min_version: TLS10}\n"),
                HasSubstr("min_version TLS10 can't be honoured"));
}

TEST(WebConfig, RefusesSectionsThatDoNotFitTogether) {
    const std::string pair = "tls_server_config:\n  cert_file: a\n  key_file: b\n";
    EXPECT_EQ(fault(pair), "fine");
    EXPECT_THAT(fault("tls_server_config:\n"), HasSubstr(":1:1: tls_server_config has no cert"));
    EXPECT_THAT(fault("tls_server_config:\n  cert_file: a\n"), HasSubstr("has no key"));
    EXPECT_THAT(fault(pair + "  cert: x\n"), HasSubstr("has cert_file and cert; keep one"));
    EXPECT_THAT(fault(pair + "  client_auth_type: VerifyClientCertIfGiven\n"),
                HasSubstr("nothing to verify them with; add client_ca_file"));
    EXPECT_THAT(fault(pair + "  client_ca_file: c\n"), HasSubstr("nothing is verified with"));
    EXPECT_THAT(fault(pair + "  client_allowed_sans: [a]\n"), HasSubstr("are not verified"));
    EXPECT_THAT(fault(pair + "  min_version: TLS13\n  max_version: TLS12\n"),
                HasSubstr("min_version above max_version"));
}

TEST(WebConfig, RefusesBadUsers) {
    EXPECT_THAT(fault("basic_auth_users:\n  a: secret\n"),
                StartsWith("/etc/wiregap/web.yml:2:6: the password of \"a\" is no bcrypt hash"));
    EXPECT_THAT(fault("basic_auth_users:\n  a: $2y$15$" + hash.substr(7) + "\n"),
                HasSubstr("has the bcrypt cost 15, outside 4 to 14"));
    EXPECT_THAT(fault("basic_auth_users:\n  \"a:b\": " + hash + "\n"), HasSubstr("has a colon"));
    EXPECT_THAT(fault("basic_auth_users: [a]\n"), HasSubstr("is not a map"));
}

TEST(WebConfig, RefusesBadValues) {
    EXPECT_THAT(fault("tls_server_config: {client_auth_type: Always}\n"),
                HasSubstr("write NoClientCert, RequestClientCert,"));
    EXPECT_THAT(fault("tls_server_config: {curve_preferences: [P256]}\n"), HasSubstr("CurveP256"));
    EXPECT_THAT(fault("http_server_config: {headers: {X-Frame-Options: \"a\\r\\nb: c\"}}\n"),
                HasSubstr("something that a header can't"));
    EXPECT_THAT(fault("tls_server_config: [1\n"), HasSubstr("is not YAML"));
    EXPECT_THAT(fault("[1]\n"), HasSubstr("is not a map"));
    EXPECT_THAT(fault("{}\n---\n{}\n"), HasSubstr("a second YAML document"));
}

TEST(WebConfig, AFileThatCannotBeRead) {
    try {
        load_web_config("/nowhere/web.yml");
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_STREQ(error.what(),
                     "/nowhere/web.yml:1:1: cannot be read: No such file or directory; let this "
                     "user read it, or correct web.config_file in the config");
    }
}

}  // namespace
}  // namespace wiregap::config
