// SPDX-License-Identifier: Apache-2.0
// The web configuration and the certificates it names, read again when one of them changes.
#pragma once

#include <string>
#include <vector>

#include "exporters/web/web_security.h"

namespace wiregap::exporters {

/// Used by the loop's thread alone.
class WebFiles {
  public:
    /// Reads everything. path: web.config_file. Throws config::ConfigError, TlsError.
    WebFiles(std::string path, WebSecurityHolder& holder);

    /// Looks at the files; reads them again if one differs from what was read last, and has been
    /// the same in two calls: a certificate and its key are not replaced in one moment. True if new
    /// ones are in use now. Throws as the constructor, once for each change; the old ones stay in
    /// use.
    bool refresh();

    [[nodiscard]] bool has_tls() const { return config_.tls.has_value(); }
    [[nodiscard]] bool has_users() const { return !config_.users.empty(); }

  private:
    /// What tells one version of a file from the next; equal for two files that are not there.
    struct Stamp {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        std::int64_t size = -1;
        std::int64_t changed_ns = 0;
        bool operator==(const Stamp&) const = default;
    };
    using Stamps = std::vector<Stamp>;

    static Stamp stamp(const std::string& path);
    [[nodiscard]] Stamps stamps() const;
    void read();

    const std::string path_;
    WebSecurityHolder& holder_;
    config::WebConfig config_;
    Stamps read_;  ///< as they were just before the last reading
    Stamps seen_;  ///< at the last refresh()
};

}  // namespace wiregap::exporters
