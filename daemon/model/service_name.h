// SPDX-License-Identifier: Apache-2.0
// What a service is called: the word that people are paged with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/model/sample.h"

namespace wiregap::model {

/// Name of one service, a function of nothing but its identity and owner, so that it does not
/// change when others come or go: a server is its systemd unit, else its container, else its
/// process; a client is its process, with "@container" if it runs in one. What lives in another
/// network namespace and has neither unit nor container gets "@netns:INODE". "unknown" where nobody
/// is known.
std::string service_name(const ServiceIdentity& identity, const Owner& owner,
                         std::uint64_t own_netns_inode);

/// Names of all, unique together with port and role: a clash that is left gets "@netns:INODE", and
/// a second one in the same namespace "#ID". `other` (id 0) is called "other".
std::vector<std::string> service_names(const std::vector<ServiceSample>& services,
                                       std::uint64_t own_netns_inode);

}  // namespace wiregap::model
