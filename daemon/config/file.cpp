// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/file.h"

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace wiregap::config {
namespace {

constexpr std::size_t max_file_bytes = std::size_t{1} << 20;

}  // namespace

ConfigError error_at(const std::string& name, const YAML::Mark& mark, const std::string& text) {
    const auto place = [](int position) { return std::to_string(position < 0 ? 1 : position + 1); };
    return ConfigError(name + ":" + place(mark.line) + ":" + place(mark.column) + ": " + text);
}

ConfigError error_in(const std::string& name, const std::string& text) {
    return error_at(name, YAML::Mark::null_mark(), text);
}

std::string read_file(const std::string& path, const FileAdvice& advice) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                               &std::fclose);
    std::string text(max_file_bytes + 1, '\0');
    if (file) text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (!file || std::ferror(file.get()) != 0) {
        throw error_in(path, std::string("cannot be read: ") + std::strerror(errno) + "; " +
                                 advice.unreadable);
    }
    if (text.size() > max_file_bytes) {
        throw error_in(path, "is larger than 1 MiB; give " + advice.wanted);
    }
    return text;
}

}  // namespace wiregap::config
