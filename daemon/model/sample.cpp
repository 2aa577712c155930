// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/sample.h"

#include <algorithm>

namespace wiregap::model {

const ServiceSample* server_on(const Sample& sample, std::uint64_t netns_inode,
                               std::uint16_t port) noexcept {
    const auto found =
        std::find_if(sample.services.begin(), sample.services.end(), [&](const auto& service) {
            return service.identity.role == Role::server && service.identity.port == port &&
                   service.identity.netns_inode == netns_inode;
        });
    return found == sample.services.end() ? nullptr : &*found;
}

}  // namespace wiregap::model
