// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace wiregap::exporters {

/// Is `password` the one that `hash` ($2a$, $2b$, $2y$) was made from? Takes 58 ms at cost 10,
/// twice that with each step of the cost. bcrypt looks at the first 72 bytes only.
bool bcrypt_matches(const std::string& password, const std::string& hash);

}  // namespace wiregap::exporters
