// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/api_client.h"

#include <algorithm>

#include "daemon/cli/failure.h"
#include "daemon/cli/http_get.h"
#include "daemon/model/units.h"

namespace wiregap::cli {
namespace {

constexpr std::size_t max_quoted_bytes = 200;

std::string first_line(const std::string& text) {
    return model::printable(text.substr(0, std::min(text.find_first_of("\r\n"), max_quoted_bytes)));
}

std::string login_wanted(const std::string& url) {
    const std::string who = without_login(url) + " answered 401: ";
    if (!parse_url(url).login.empty()) {
        return who + "user or password is wrong; correct it in --login-file, or in the URL";
    }
    return who +
           "it wants a user and a password; write user:password to a file and name that with "
           "--login-file, or in WIREGAP_LOGIN_FILE";
}

HttpReply get_or_fail(const std::string& url, const std::string& target,
                      std::chrono::milliseconds timeout) {
    const Url address = parse_url(url);
    try {
        return http_get(address, target, timeout);
    } catch (const HttpError& error) {
        throw Failure("no wiregapd answers at " + without_login(url) + " (" + error.what() +
                      "); start it with 'systemctl start wiregapd', or name it with --url");
    }
}

}  // namespace

Json fetch_json(const std::string& url, const std::string& target,
                std::chrono::milliseconds timeout) {
    const HttpReply reply = get_or_fail(url, target, timeout);
    if (reply.status == 401) throw Failure(login_wanted(url));
    if (reply.status != 200) {
        throw Failure(without_login(url) + " answered " + std::to_string(reply.status) + " " +
                      model::printable(reply.reason) + ": " + first_line(reply.body));
    }
    Json document = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
    if (!document.is_object()) {
        throw Failure(without_login(url) + " answered something that is not wiregapd's JSON: '" +
                      first_line(reply.body) + "'; is --url right?");
    }
    return document;
}

}  // namespace wiregap::cli
