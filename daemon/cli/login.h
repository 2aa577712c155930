// SPDX-License-Identifier: Apache-2.0
// User and password out of a file, so that they stand on no command line.
#pragma once

#include <string>

namespace wiregap::cli {

/// The URL with the login that the first line of the file holds, "user:password". An empty name:
/// the URL as it is. Throws Failure with one line that says what is wrong.
std::string with_login(const std::string& url, const std::string& login_file);

}  // namespace wiregap::cli
