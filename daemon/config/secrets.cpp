// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/secrets.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "daemon/config/file.h"
#include "daemon/config/web_config.h"

namespace wiregap::config {
namespace {

constexpr std::string_view credential = "${CREDENTIALS_DIRECTORY}/";
constexpr const char* variable = "CREDENTIALS_DIRECTORY";

struct Secret {
    std::string key;
    std::string path;       ///< as the configuration has it
    std::string* password;  ///< where it belongs
};

std::vector<Secret> secrets_of(Config& config) {
    std::vector<Secret> secrets;
    const auto add = [&](const char* key, const std::string& path, std::string& password) {
        if (!path.empty()) secrets.push_back({key, path, &password});
    };
    add("resp.requirepass_file", config.resp.requirepass_file, config.resp.requirepass);
    for (RedisServer& server : config.backlog.redis_servers) {
        add("backlog.redis_servers password_file", server.password_file, server.password);
    }
    return secrets;
}

/// One line, of which the newline at its end is no part.
std::string read_password(const std::string& path, const std::string& key) {
    std::string text =
        read_file(path, {"let this user read it, or correct " + key + " in the config",
                         "a file with one password"});
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty()) throw error_in(path, "is empty; write the password of " + key + " to it");
    const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
    if (std::any_of(text.begin(), text.end(), is_control)) {
        throw error_in(path, "is more than one line of text; write the password of " + key +
                                 " to it, and nothing else");
    }
    return text;
}

}  // namespace

std::string located(const std::string& path, const std::string& key, const std::string& name) {
    if (!path.starts_with(credential)) return beside(name, path);
    const char* const directory = std::getenv(variable);
    if (directory == nullptr) {
        throw error_in(name, key +
                                 " is in ${CREDENTIALS_DIRECTORY}, which only a service with "
                                 "LoadCredential= has; start it by systemd, or write another "
                                 "path");
    }
    return beside(std::string(directory) + "/", path.substr(credential.size()));
}

bool is_out_of_reach(const std::string& path) {
    if (!path.starts_with(credential)) return false;
    const char* const directory = std::getenv(variable);
    return directory == nullptr || access(directory, R_OK | X_OK) != 0;
}

void read_secrets(Config& config, const std::string& name, Credentials credentials) {
    for (const Secret& secret : secrets_of(config)) {
        if (credentials == Credentials::if_there && is_out_of_reach(secret.path)) continue;
        *secret.password = read_password(located(secret.path, secret.key, name), secret.key);
    }
}

std::vector<std::string> open_secrets(const Config& config, const std::string& name) {
    std::vector<std::string> lines;
    Config copy = config;
    for (const Secret& secret : secrets_of(copy)) {
        if (is_out_of_reach(secret.path)) continue;
        const std::string path = located(secret.path, secret.key, name);
        struct stat info {};
        if (stat(path.c_str(), &info) != 0 || (info.st_mode & S_IROTH) == 0) continue;
        lines.push_back(path + ", the " + secret.key +
                        ", can be read by everybody on this host; chmod o= it");
    }
    return lines;
}

std::vector<std::string> unread_keys(const Config& config) {
    std::vector<std::string> keys;
    Config copy = config;
    for (const Secret& secret : secrets_of(copy)) {
        if (is_out_of_reach(secret.path)) keys.push_back(secret.key);
    }
    if (is_out_of_reach(config.web.config_file)) keys.emplace_back("web.config_file");
    return keys;
}

}  // namespace wiregap::config
