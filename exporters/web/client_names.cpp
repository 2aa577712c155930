// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/client_names.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>

namespace wiregap::exporters {
namespace {

std::string text_of(const ASN1_STRING* value) {
    const auto* const data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(value));
    return {data, static_cast<std::size_t>(ASN1_STRING_length(value))};
}

std::string address_of(const ASN1_STRING* value) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = ASN1_STRING_length(value) == 4 ? AF_INET : AF_INET6;
    if (family == AF_INET6 && ASN1_STRING_length(value) != 16) return "";
    inet_ntop(family, ASN1_STRING_get0_data(value), text.data(), text.size());
    return text.data();
}

std::string name_of(const GENERAL_NAME* name) {
    int type = 0;
    const auto* const value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(name, &type));
    switch (type) {
        case GEN_DNS:
        case GEN_EMAIL:
        case GEN_URI:
            return text_of(value);
        case GEN_IPADD:
            return address_of(value);
        default:
            return "";
    }
}

}  // namespace

bool has_one_of(X509* certificate, const std::vector<std::string>& allowed) {
    const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        &GENERAL_NAMES_free);
    if (!names) return false;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const std::string name = name_of(sk_GENERAL_NAME_value(names.get(), i));
        if (!name.empty() && std::find(allowed.begin(), allowed.end(), name) != allowed.end()) {
            return true;
        }
    }
    return false;
}

}  // namespace wiregap::exporters
