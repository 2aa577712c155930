// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/credentials.h"

#include <openssl/evp.h>
#include <strings.h>

#include <algorithm>

namespace wiregap::exporters {
namespace {

std::optional<std::string> base64_decoded(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    const auto padding = static_cast<std::size_t>(
        std::min<std::ptrdiff_t>(2, std::count(text.end() - 2, text.end(), '=')));
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

}  // namespace

std::optional<Credentials> parse_authorization(std::string_view header) {
    constexpr std::string_view scheme = "Basic ";
    if (header.size() < scheme.size() ||
        strncasecmp(header.data(), scheme.data(), scheme.size()) != 0) {
        return std::nullopt;
    }
    header.remove_prefix(scheme.size());
    const auto text = base64_decoded(header);
    if (!text) return std::nullopt;
    const auto colon = text->find(':');
    if (colon == std::string::npos) return std::nullopt;
    return Credentials{text->substr(0, colon), text->substr(colon + 1)};
}

}  // namespace wiregap::exporters
