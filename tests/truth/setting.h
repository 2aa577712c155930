// SPDX-License-Identifier: Apache-2.0
// Files in which the kernel keeps what it is told: /proc/sys, control groups.
#pragma once

#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace wiregap::truth {

inline void put_into(const std::string& path, const std::string& text) {
    std::ofstream file(path);
    file << text << std::flush;
    if (!file) throw std::runtime_error("can't write " + path);
}

/// Has its former text back at the end.
class Setting {
  public:
    Setting(std::string path, const std::string& text) : path_(std::move(path)) {
        std::ifstream file(path_);
        std::getline(file, before_);
        put_into(path_, text);
    }
    Setting(const Setting&) = delete;
    Setting& operator=(const Setting&) = delete;
    ~Setting() { std::ofstream(path_) << before_; }

  private:
    std::string path_;
    std::string before_;
};

}  // namespace wiregap::truth
