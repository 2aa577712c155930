// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/buffer.hpp>
#include <cstring>
#include <functional>
#include <string>

#include "exporters/web/client_names.h"

namespace wiregap::exporters {
namespace {

namespace ssl = boost::asio::ssl;

std::string openssl_reason() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* const reason = ERR_reason_error_string(code);
    return reason == nullptr ? "error " + std::to_string(code) : reason;
}

/// OpenSSL wraps errno, of which asio then knows no message.
std::string reason_of(const boost::system::error_code& error) {
    const auto code = static_cast<unsigned long>(error.value());
    return ERR_SYSTEM_ERROR(code) ? std::strerror(ERR_GET_REASON(code)) : error.message();
}

/// `what` names the key and the file: "cert_file /etc/x.crt".
void attempt(const std::string& what, const std::string& advice,
             const std::function<void()>& action) {
    ERR_clear_error();
    try {
        action();
    } catch (const boost::system::system_error& error) {
        ERR_clear_error();
        throw TlsError(what + " can't be used: " + reason_of(error.code()) + "; " + advice);
    }
}

std::string named(const char* key, const std::string& file) {
    return file.empty() ? key : std::string(key) + "_file " + file;
}

/// OpenSSL compares the key with the certificate that is loaded already.
bool is_of_another_certificate(const boost::system::error_code& error) {
    const auto code = static_cast<unsigned long>(error.value());
    return ERR_GET_LIB(code) == ERR_LIB_X509 && ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH;
}

void load_key(ssl::context& context, const config::TlsConfig& tls) {
    const std::string key = named("key", tls.key_file);
    boost::system::error_code error;
    ERR_clear_error();
    if (tls.key_file.empty()) {
        context.use_private_key(boost::asio::buffer(tls.key), ssl::context::pem, error);
    } else {
        context.use_private_key_file(tls.key_file, ssl::context::pem, error);
    }
    ERR_clear_error();
    if (is_of_another_certificate(error)) {
        throw TlsError(key +
                       " does not belong to the certificate; give the two that belong "
                       "together");
    }
    if (error) {
        throw TlsError(key + " can't be used: " + reason_of(error) +
                       "; give a PEM key, without a passphrase, that this user may read");
    }
}

void load_certificate(ssl::context& context, const config::TlsConfig& tls) {
    attempt(named("cert", tls.cert_file), "give a PEM certificate that this user may read", [&] {
        if (tls.cert_file.empty()) {
            context.use_certificate_chain(boost::asio::buffer(tls.cert));
        } else {
            context.use_certificate_chain_file(tls.cert_file);
        }
    });
    load_key(context, tls);
}

int version_number(config::TlsVersion version) {
    return version == config::TlsVersion::tls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

/// OpenSSL's list, separated by colons, of TLS 1.2 suites; TLS 1.3 has its own, as in Go.
std::string suite_list(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) {
        const std::string openssl = OPENSSL_cipher_name(name.c_str());
        if (openssl == "(NONE)") {
            throw TlsError("cipher_suites: OpenSSL has no \"" + name +
                           "\"; write IANA's names, as in "
                           "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
        }
        list += (list.empty() ? "" : ":") + openssl;
    }
    return list;
}

void choose_ciphers(SSL_CTX* context, const config::TlsConfig& tls) {
    SSL_CTX_set_min_proto_version(context, version_number(tls.min_version));
    SSL_CTX_set_max_proto_version(context, version_number(tls.max_version));
    if (tls.prefer_server_cipher_suites) {
        SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
    }
    if (!tls.cipher_suites.empty() &&
        SSL_CTX_set_cipher_list(context, suite_list(tls.cipher_suites).c_str()) != 1) {
        throw TlsError("cipher_suites can't be used: " + openssl_reason() + "; remove the key");
    }
    std::string curves;
    for (const std::string& curve : tls.curves) curves += (curves.empty() ? "" : ":") + curve;
    if (!curves.empty() && SSL_CTX_set1_groups_list(context, curves.c_str()) != 1) {
        throw TlsError("curve_preferences can't be used: " + openssl_reason() + "; remove the key");
    }
}

void verify_clients(ssl::context& context, const config::TlsConfig& tls) {
    using config::ClientAuth;
    if (tls.client_auth == ClientAuth::none) return;
    const bool required = tls.client_auth == ClientAuth::require_any ||
                          tls.client_auth == ClientAuth::require_and_verify;
    context.set_verify_mode(ssl::verify_peer |
                            (required ? ssl::verify_fail_if_no_peer_cert : ssl::verify_none));
    if (tls.client_auth == ClientAuth::request || tls.client_auth == ClientAuth::require_any) {
        context.set_verify_callback([](bool, ssl::verify_context&) { return true; });
        return;
    }
    attempt(named("client_ca", tls.client_ca_file), "give PEM certificates", [&] {
        if (tls.client_ca_file.empty()) {
            context.add_certificate_authority(boost::asio::buffer(tls.client_ca));
        } else {
            context.load_verify_file(tls.client_ca_file);
        }
    });
    if (tls.client_allowed_sans.empty()) return;
    context.set_verify_callback(
        [allowed = tls.client_allowed_sans](bool verified, ssl::verify_context& peer) {
            X509_STORE_CTX* const store = peer.native_handle();
            if (!verified || X509_STORE_CTX_get_error_depth(store) > 0) return verified;
            return has_one_of(X509_STORE_CTX_get_current_cert(store), allowed);
        });
}

}  // namespace

std::shared_ptr<ssl::context> make_tls_context(const config::TlsConfig& tls) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    // A key with a passphrase is an error, not a question on the terminal.
    context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; });
    load_certificate(*context, tls);
    choose_ciphers(context->native_handle(), tls);
    verify_clients(*context, tls);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // An idle connection gives its two buffers (34 KB) back.
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    static const unsigned char own_sessions[] = "wiregapd";
    SSL_CTX_set_session_id_context(native, own_sessions, sizeof own_sessions);
    return context;
}

}  // namespace wiregap::exporters
