// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/service_name.h"

namespace wiregap::model {

std::string service_name(const ServiceSample& service, std::uint64_t own_netns_inode) {
    const ServiceIdentity& identity = service.identity;
    if (service.id == 0) return std::string(other_service);
    if (!service.owner.container.empty()) return service.owner.container;
    if (!service.owner.unit.empty()) return service.owner.unit;
    // The owner's is what the program is called where its main thread has nobody's name.
    std::string name = service.owner.comm.empty() ? identity.comm : service.owner.comm;
    if (name.empty()) name = "unknown";
    const bool elsewhere = own_netns_inode != 0 && identity.netns_inode != own_netns_inode;
    return elsewhere ? name + "@netns:" + std::to_string(identity.netns_inode) : name;
}

}  // namespace wiregap::model
