// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/bcrypt.h"

#include <crypt.h>
#include <openssl/crypto.h>

#include <memory>
#include <string_view>

namespace wiregap::exporters {

bool bcrypt_matches(const std::string& password, const std::string& hash) {
    if (password.find('\0') != std::string::npos) return false;
    const auto state = std::make_unique<crypt_data>();  // 32 KiB
    const char* const made = crypt_r(password.c_str(), hash.c_str(), state.get());
    if (made == nullptr) return false;
    const std::string_view text(made);
    const bool matches =
        text.size() == hash.size() && CRYPTO_memcmp(text.data(), hash.data(), hash.size()) == 0;
    OPENSSL_cleanse(state.get(), sizeof *state);
    return matches;
}

}  // namespace wiregap::exporters
