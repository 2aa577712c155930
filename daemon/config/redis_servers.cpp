// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/redis_servers.h"

#include <sys/un.h>

#include <functional>
#include <string_view>
#include <tuple>

#include "daemon/config/problem.h"
#include "daemon/config/readers.h"
#include "daemon/util/percent.h"

namespace wiregap::config {
namespace {

constexpr const char* wanted =
    "\"redis://127.0.0.1:6379\", \"redis://user:password@[::1]:6379\" or "
    "\"unix:///run/redis/redis.sock\"";

/// Makes the Problem. It shows nothing of the text: there may be a password in it.
using Bad = std::function<Problem(const std::string& why)>;

std::string decoded(std::string_view text, const Bad& bad) {
    const auto result = util::percent_decoded(text);
    if (!result) throw bad("with a % that two hexadecimal digits do not follow (%25 is a %)");
    return *result;
}

/// "user:password", or a user whose password is in a file.
void read_login(std::string_view login, bool password_elsewhere, RedisServer& server,
                const Bad& bad) {
    const std::size_t colon = login.find(':');
    if (colon == std::string_view::npos && !password_elsewhere) {
        throw bad("with a user and no password");
    }
    if (colon != std::string_view::npos && password_elsewhere) {
        throw bad("with a password in its url and in password_file; keep one of the two");
    }
    server.user = decoded(login.substr(0, colon), bad);
    if (!password_elsewhere) server.password = decoded(login.substr(colon + 1), bad);
}

void read_socket(std::string_view path, RedisServer& server, const Bad& bad) {
    server.unix_socket = decoded(path, bad);
    if (!server.unix_socket.starts_with('/')) throw bad("whose path does not begin with /");
    if (server.unix_socket.size() >= sizeof(sockaddr_un::sun_path)) {
        throw bad("whose path is longer than 107 bytes");
    }
}

void read_address(std::string_view place, RedisServer& server, const Bad& bad) {
    std::tie(server.address, server.port) = address_and_port(std::string(place), bad);
    if (server.port == 0) throw bad("whose port is 0");
}

/// Where the @ stands that ends it; npos if there is no login. A path may have one of its own.
std::size_t end_of_login(std::string_view place, bool is_local) {
    if (!is_local) return place.rfind('@');
    return place.starts_with('/') ? std::string_view::npos : place.find("@/");
}

void read_url(std::string_view text, RedisServer& server, const Bad& bad) {
    constexpr std::string_view tcp = "redis://";
    constexpr std::string_view local = "unix://";
    if (text.starts_with("rediss://")) {
        throw bad("that begins with rediss://, and TLS is not spoken to a server of this host");
    }
    const bool is_local = text.starts_with(local);
    if (!is_local && !text.starts_with(tcp)) {
        throw bad("that begins with neither redis:// nor unix://");
    }
    std::string_view place = text.substr(is_local ? local.size() : tcp.size());
    if (const std::size_t at = end_of_login(place, is_local); at != std::string_view::npos) {
        read_login(place.substr(0, at), !server.password_file.empty(), server, bad);
        place.remove_prefix(at + 1);
    }
    is_local ? read_socket(place, server, bad) : read_address(place, server, bad);
}

/// One line of {url: .., password_file: ..}.
void read_map_key(const YAML::Node& key, const YAML::Node& value, const std::string& name,
                  std::string& url, RedisServer& server) {
    const std::string word = key.IsScalar() ? key.Scalar() : "";
    if (word != "url" && word != "password_file") {
        throw Problem(key.Mark(), name + " has an entry with the unknown key " + quoted(word) +
                                      "; remove it, there are url and password_file");
    }
    (word == "url" ? url : server.password_file) = read_path(value, name + " " + word);
}

RedisServer read_map(const YAML::Node& map, const std::string& name, const Bad& bad) {
    std::string url;
    RedisServer server;
    for (const auto& entry : map) read_map_key(entry.first, entry.second, name, url, server);
    if (url.empty()) throw bad("without a url");
    read_url(url, server, bad);
    return server;
}

RedisServer read_entry(const YAML::Node& value, const std::string& name) {
    const Bad bad = [&](const std::string& why) {
        return Problem(value.Mark(), name + " has an entry " + why + "; write " + wanted);
    };
    if (value.IsMap()) return read_map(value, name, bad);
    RedisServer server;
    read_url(scalar(value, name, wanted), server, bad);
    return server;
}

}  // namespace

std::vector<RedisServer> read_redis_servers(const YAML::Node& value, const std::string& name) {
    constexpr std::size_t most = 16;
    if (!value.IsSequence() || value.size() > most) {
        throw Problem(value.Mark(), name + " is not a list of at most " + std::to_string(most) +
                                        "; write [\"redis://127.0.0.1:6379\"], or []");
    }
    std::vector<RedisServer> servers;
    for (const YAML::Node& item : value) servers.push_back(read_entry(item, name));
    return servers;
}

}  // namespace wiregap::config
