// SPDX-License-Identifier: Apache-2.0
// The names in a client's certificate.
#pragma once

#include <openssl/x509.h>

#include <string>
#include <vector>

namespace wiregap::exporters {

/// True if one of the certificate's subject alternative names (DNS, mail, URI, address) is one of
/// `allowed`, letter by letter, as exporter-toolkit compares.
bool has_one_of(X509* certificate, const std::vector<std::string>& allowed);

}  // namespace wiregap::exporters
