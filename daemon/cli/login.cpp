// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/login.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "daemon/cli/failure.h"
#include "daemon/cli/url.h"

namespace wiregap::cli {
namespace {

std::string first_line_of(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    const bool opened = file.is_open();
    if (opened) errno = 0;
    if (!opened || (!std::getline(file, line) && errno != 0)) {
        throw Failure("--login-file " + path + " can't be read: " + std::strerror(errno));
    }
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

}  // namespace

std::string with_login(const std::string& url, const std::string& login_file) {
    if (login_file.empty()) return url;
    if (!parse_url(url).login.empty()) {
        throw Failure("user and password stand in the URL and in --login-file " + login_file +
                      "; keep one of the two");
    }
    const std::string login = first_line_of(login_file);
    const std::size_t colon = login.find(':');
    if (colon == std::string::npos || colon == 0) {
        throw Failure("--login-file " + login_file +
                      " does not begin with a user's name and a colon; write user:password to it");
    }
    const std::size_t host = url.find("://") + 3;  // parse_url has seen to it that it is there
    return url.substr(0, host) + query_encoded(login.substr(0, colon)) + ":" +
           query_encoded(login.substr(colon + 1)) + "@" + url.substr(host);
}

}  // namespace wiregap::cli
