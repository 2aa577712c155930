// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/load.h"

#include <yaml-cpp/yaml.h>

#include <set>
#include <utility>

#include "daemon/config/file.h"
#include "daemon/config/keys.h"
#include "daemon/config/problem.h"
#include "daemon/config/secrets.h"

namespace wiregap::config {
namespace {

void read_map(const YAML::Node& map, const std::string& section, Config& config);

void read_known(const Key& known, const YAML::Node& key, const YAML::Node& value, Config& config) {
    try {
        known.read(value, config);
    } catch (const Problem& problem) {
        if (!value.IsNull()) throw;
        throw Problem(key.Mark(), problem.what());  // yaml-cpp places an empty value too far on
    }
}

void read_value(const std::string& name, const YAML::Node& key, const YAML::Node& value,
                Config& config) {
    if (const Key* known = find_key(name)) {
        read_known(*known, key, value, config);
        return;
    }
    if (!is_section(name)) {
        throw Problem(key.Mark(),
                      "unknown key " + quoted(name) + "; " + advice_for_unknown_key(name));
    }
    if (value.IsNull()) return;  // a section whose keys are all commented out
    if (!value.IsMap()) {
        throw Problem(value.Mark(), name + " is a section, not a value; write its keys below it, " +
                                        "each indented by two spaces");
    }
    read_map(value, name + ".", config);
}

void read_map(const YAML::Node& map, const std::string& section, Config& config) {
    std::set<std::string> seen;
    for (const auto& entry : map) {
        const YAML::Node& key = entry.first;
        if (!key.IsScalar()) {
            throw Problem(key.Mark(), "a key must be a plain word; write it as key: value");
        }
        const std::string name = section + key.Scalar();
        if (!seen.insert(name).second) {
            throw Problem(key.Mark(), "key " + quoted(name) + " stands here a second time; " +
                                          "remove one of the two");
        }
        read_value(name, key, entry.second, config);
    }
}

Config read_documents(const std::string& text) {
    Config config;
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) {
        throw Problem(
            documents[1].Mark(),
            "a second YAML document begins here; put all keys into one and remove the ---");
    }
    if (documents.empty() || documents[0].IsNull()) return config;
    if (!documents[0].IsMap()) {
        throw Problem(documents[0].Mark(),
                      "this is not a map of keys; write lines of the form key: value");
    }
    read_map(documents[0], "", config);
    return config;
}

/// Bounds that are parts of another one; a problem stands at the file's begin, as two keys are it.
void check_parts(const Config& config) {
    const std::pair<const char*, std::uint32_t> parts[] = {
        {"resp.keyspace_bytes", config.resp.keyspace_bytes},
        {"resp.output_hard_bytes", config.resp.output_hard_bytes}};
    for (const auto& [key, bytes] : parts) {
        const std::uint32_t most = config.resp.memory_bytes / 2;
        if (bytes <= most) continue;
        throw Problem(YAML::Mark(), std::string(key) + " is " + std::to_string(bytes) +
                                        " and may be at most half of resp.memory_bytes, " +
                                        std::to_string(most) +
                                        "; lower the one or raise the other");
    }
}

}  // namespace

Config parse(const std::string& text, const std::string& name) {
    try {
        Config config = read_documents(text);
        check_parts(config);
        return config;
    } catch (const Problem& problem) {
        throw error_at(name, problem.mark(), problem.what());
    } catch (const YAML::Exception& error) {
        throw error_at(name, error.mark, "is not YAML: " + error.msg + "; correct it here");
    }
}

Config load(const std::string& path, Credentials credentials) {
    Config config = parse(read_file(path, {"give a file that this user may read with --config",
                                           "wiregap's own config.yaml"}),
                          path);
    read_secrets(config, path, credentials);
    return config;
}

void take_live_keys(Config& running, const Config& fresh) {
    for (const Key& key : keys()) {
        if (!key.restart) key.copy(running, fresh);
    }
}

std::vector<std::string> restart_keys_changed(const Config& before, const Config& after) {
    std::vector<std::string> changed;
    for (const Key& key : keys()) {
        if (key.restart && !key.same(before, after)) changed.push_back(key.name);
    }
    return changed;
}

}  // namespace wiregap::config
