// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/service_name.h"

#include <set>
#include <tuple>

namespace wiregap::model {
namespace {

std::string netns_suffix(std::uint64_t inode) { return "@netns:" + std::to_string(inode); }

}  // namespace

std::string service_name(const ServiceIdentity& identity, const Owner& owner,
                         std::uint64_t own_netns_inode) {
    const bool foreign = own_netns_inode != 0 && identity.netns_inode != own_netns_inode;
    if (identity.role == Role::server) {
        if (!owner.unit.empty()) return owner.unit;
        if (!owner.container.empty()) return owner.container;
        const std::string name = owner.comm.empty() ? "unknown" : owner.comm;
        return foreign ? name + netns_suffix(identity.netns_inode) : name;
    }
    const std::string name = identity.comm.empty() ? "unknown" : identity.comm;
    if (!owner.container.empty()) return name + "@" + owner.container;
    return foreign ? name + netns_suffix(identity.netns_inode) : name;
}

std::vector<std::string> service_names(const std::vector<ServiceSample>& services,
                                       std::uint64_t own_netns_inode) {
    std::set<std::tuple<std::string, std::uint16_t, Role>> taken;
    std::vector<std::string> names;
    names.reserve(services.size());
    for (const ServiceSample& service : services) {
        std::string name = service.id == 0
                               ? "other"
                               : service_name(service.identity, service.owner, own_netns_inode);
        const auto free = [&](const std::string& candidate) {
            return taken.emplace(candidate, service.identity.port, service.identity.role).second;
        };
        if (!free(name)) {
            name += netns_suffix(service.identity.netns_inode);
            if (!free(name)) {
                name += "#" + std::to_string(service.id);
                free(name);
            }
        }
        names.push_back(std::move(name));
    }
    return names;
}

}  // namespace wiregap::model
