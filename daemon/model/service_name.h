// SPDX-License-Identifier: Apache-2.0
// What a service is called: the word that people are paged with.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/model/sample.h"

namespace wiregap::model {

/// Name of one service, a function of nothing but its identity and owner, so that it does not
/// change when others come or go: its container, else its systemd unit, else its program. A program
/// in another network namespace gets "@netns:INODE". "unknown" where nobody is known, "other" for
/// id 0, the overflow.
std::string service_name(const ServiceSample& service, std::uint64_t own_netns_inode);

}  // namespace wiregap::model
