// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/web_files.h"

#include <sys/stat.h>

#include <utility>

namespace wiregap::exporters {

WebFiles::WebFiles(std::string path, WebSecurityHolder& holder)
    : path_(std::move(path)), holder_(holder) {
    read();
    seen_ = read_;
}

WebFiles::Stamp WebFiles::stamp(const std::string& path) {
    struct stat info {};
    if (path.empty() || stat(path.c_str(), &info) != 0) return {};
    return {info.st_dev, info.st_ino, info.st_size,
            std::int64_t{info.st_ctim.tv_sec} * 1'000'000'000 + info.st_ctim.tv_nsec};
}

WebFiles::Stamps WebFiles::stamps() const {
    const config::TlsConfig tls = config_.tls.value_or(config::TlsConfig{});
    return {stamp(path_), stamp(tls.cert_file), stamp(tls.key_file), stamp(tls.client_ca_file)};
}

void WebFiles::read() {
    const Stamp own = stamp(path_);
    config_ = config::load_web_config(path_);
    read_ = stamps();  // of the files that it names now
    read_.front() = own;
    holder_.publish(make_web_security(config_));
}

bool WebFiles::refresh() {
    Stamps now = stamps();
    const bool settled = now == seen_;
    seen_ = std::move(now);
    if (!settled || seen_ == read_) return false;
    read_ = seen_;  // whatever comes of it: a wrong file is said once
    read();
    seen_ = read_;
    return true;
}

}  // namespace wiregap::exporters
