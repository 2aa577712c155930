// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/web_config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <utility>

#include "daemon/config/file.h"
#include "daemon/config/problem.h"
#include "daemon/config/web_values.h"

namespace wiregap::config {
namespace {

using Read = std::function<void(const YAML::Node& value, const std::string& name)>;
using Table = std::map<std::string, Read>;

Problem unknown_key(const YAML::Node& key, const std::string& section, const Table& table) {
    std::string known;
    for (const auto& one : table) {
        if (!known.empty()) known += ", ";
        known += one.first;
    }
    const std::string where = section.empty() ? "" : " in " + section;
    return {key.Mark(), "unknown key " + quoted(key.IsScalar() ? key.Scalar() : "") + where +
                            "; remove it, there are " + known};
}

void read_entry(const Read& read, const YAML::Node& key, const YAML::Node& value) {
    try {
        read(value, key.Scalar());
    } catch (const Problem& problem) {
        if (!value.IsNull()) throw;
        throw Problem(key.Mark(), problem.what());  // yaml-cpp places an empty value too far on
    }
}

/// Every key of a map goes to its reader; one without is a Problem.
void read_table(const YAML::Node& map, const std::string& section, const Table& table) {
    if (map.IsNull()) return;
    if (!map.IsMap()) {
        throw Problem(map.Mark(), (section.empty() ? "this" : section) +
                                      " is not a map; write lines of the form key: value");
    }
    std::set<std::string> seen;
    for (const auto& entry : map) {
        const YAML::Node& key = entry.first;
        const auto found = key.IsScalar() ? table.find(key.Scalar()) : table.end();
        if (found == table.end()) throw unknown_key(key, section, table);
        if (!seen.insert(found->first).second) {
            throw Problem(key.Mark(), "key " + quoted(found->first) +
                                          " stands here a second time; remove one of the two");
        }
        read_entry(found->second, key, entry.second);
    }
}

Read refuse(const std::string& why) {
    return [why](const YAML::Node& value, const std::string& name) {
        throw Problem(value.Mark(), name + " can't be honoured: " + why);
    };
}

Table tls_keys(TlsConfig& tls, const std::string& file) {
    const auto text = [](std::string& target) {
        return [&target](const YAML::Node& v, const std::string& n) { target = read_text(v, n); };
    };
    const auto path = [&file](std::string& target) {
        return [&target, &file](const YAML::Node& v, const std::string& n) {
            target = beside(file, read_text(v, n));
        };
    };
    return {
        {"cert_file", path(tls.cert_file)},
        {"key_file", path(tls.key_file)},
        {"cert", text(tls.cert)},
        {"key", text(tls.key)},
        {"client_ca_file", path(tls.client_ca_file)},
        {"client_ca", text(tls.client_ca)},
        {"client_auth_type",
         [&tls](const YAML::Node& v, const std::string& n) {
             tls.client_auth = read_client_auth(v, n);
         }},
        {"client_allowed_sans",
         [&tls](const YAML::Node& v, const std::string& n) {
             tls.client_allowed_sans = read_texts(v, n);
         }},
        {"min_version", [&tls](const YAML::Node& v,
                               const std::string& n) { tls.min_version = read_version(v, n); }},
        {"max_version", [&tls](const YAML::Node& v,
                               const std::string& n) { tls.max_version = read_version(v, n); }},
        {"cipher_suites", [&tls](const YAML::Node& v,
                                 const std::string& n) { tls.cipher_suites = read_texts(v, n); }},
        {"prefer_server_cipher_suites",
         [&tls](const YAML::Node& v, const std::string& n) {
             tls.prefer_server_cipher_suites = read_flag(v, n);
         }},
        {"curve_preferences",
         [&tls](const YAML::Node& v, const std::string& n) { tls.curves = read_curves(v, n); }},
    };
}

void require(bool fine, const YAML::Node& place, const std::string& what) {
    if (!fine) throw Problem(place.Mark(), "tls_server_config " + what);
}

void check_tls(const TlsConfig& tls, const YAML::Node& place) {
    require(tls.cert_file.empty() || tls.cert.empty(), place, "has cert_file and cert; keep one");
    require(tls.key_file.empty() || tls.key.empty(), place, "has key_file and key; keep one");
    require(!tls.cert_file.empty() || !tls.cert.empty(), place,
            "has no certificate; add cert_file, or remove the section for plain HTTP");
    require(!tls.key_file.empty() || !tls.key.empty(), place, "has no key; add key_file");
    require(tls.client_ca_file.empty() || tls.client_ca.empty(), place,
            "has client_ca_file and client_ca; keep one");
    const bool has_ca = !tls.client_ca_file.empty() || !tls.client_ca.empty();
    const bool verifies = tls.client_auth == ClientAuth::verify_if_given ||
                          tls.client_auth == ClientAuth::require_and_verify;
    require(has_ca || !verifies, place,
            "verifies client certificates and has nothing to verify them with; add "
            "client_ca_file");
    require(verifies || !has_ca, place,
            "has a client CA that nothing is verified with; set client_auth_type: "
            "RequireAndVerifyClientCert");
    require(verifies || tls.client_allowed_sans.empty(), place,
            "has client_allowed_sans, and certificates are not verified; set client_auth_type: "
            "RequireAndVerifyClientCert");
    require(tls.min_version <= tls.max_version, place, "has a min_version above max_version");
}

void read_http(const YAML::Node& value, WebConfig& config) {
    const auto http2 = [](const YAML::Node& v, const std::string& n) {
        if (read_flag(v, n)) {
            throw Problem(v.Mark(),
                          "http2 can't be honoured: HTTP/1.1 is spoken; remove the key, or write "
                          "false");
        }
    };
    const auto headers = [&config](const YAML::Node& v, const std::string&) {
        const auto header = [&config](const YAML::Node& text, const std::string& name) {
            config.headers[name] = read_header(text, name);
        };
        read_table(v, "headers",
                   {{"Content-Security-Policy", header},
                    {"X-Frame-Options", header},
                    {"X-Content-Type-Options", header},
                    {"X-XSS-Protection", header},
                    {"Strict-Transport-Security", header}});
    };
    read_table(value, "http_server_config", {{"http2", http2}, {"headers", headers}});
}

void read_users(const YAML::Node& value, WebConfig& config) {
    if (value.IsNull()) return;
    if (!value.IsMap()) {
        throw Problem(value.Mark(),
                      "basic_auth_users is not a map; write lines of the form "
                      "NAME: BCRYPT-HASH");
    }
    for (const auto& entry : value) {
        const std::string name = read_user_name(entry.first);
        if (!config.users.emplace(name, read_bcrypt(entry.second, name)).second) {
            throw Problem(entry.first.Mark(), "user " + quoted(name) +
                                                  " stands here a second time; remove one of the "
                                                  "two");
        }
    }
}

WebConfig read_document(const YAML::Node& document, const std::string& file) {
    WebConfig config;
    const auto tls = [&](const YAML::Node& value, const std::string& name) {
        config.tls.emplace();
        read_table(value, name, tls_keys(*config.tls, file));
        check_tls(*config.tls, value);
    };
    const auto http = [&](const YAML::Node& v, const std::string&) { read_http(v, config); };
    const auto users = [&](const YAML::Node& v, const std::string&) { read_users(v, config); };
    read_table(document, "",
               {{"tls_server_config", tls},
                {"http_server_config", http},
                {"basic_auth_users", users},
                {"rate_limit", refuse("requests are limited by web.max_connections of config.yaml, "
                                      "and a page is made once a tick; remove it")}});
    return config;
}

}  // namespace

std::string beside(const std::string& name, const std::string& path) {
    return (std::filesystem::path(name).parent_path() / path).string();
}

WebConfig parse_web_config(const std::string& text, const std::string& name) {
    try {
        const std::vector<YAML::Node> documents = YAML::LoadAll(text);
        if (documents.size() > 1) {
            throw Problem(documents[1].Mark(),
                          "a second YAML document begins here; put all keys into one");
        }
        return documents.empty() ? WebConfig{} : read_document(documents[0], name);
    } catch (const Problem& problem) {
        throw error_at(name, problem.mark(), problem.what());
    } catch (const YAML::Exception& error) {
        throw error_at(name, error.mark, "is not YAML: " + error.msg + "; correct it here");
    }
}

WebConfig load_web_config(const std::string& path) {
    return parse_web_config(
        read_file(path, {"let this user read it, or correct web.config_file in the config",
                         "a file in the format of Prometheus' web.config.file"}),
        path);
}

}  // namespace wiregap::config
