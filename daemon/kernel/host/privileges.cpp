// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/host/privileges.h"

#include <bpf/bpf.h>
#include <cap-ng.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "daemon/util/fd.h"

#ifndef CAP_BPF
#define CAP_BPF 39
#endif

namespace wiregap::kernel {
namespace {

struct Kept {
    unsigned capability;
    std::string why;
};

std::string name_of(unsigned capability) {
    const char* name = capng_capability_to_name(capability);
    std::string text = name == nullptr ? std::to_string(capability) : name;
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return "CAP_" + text;
}

void read_own() {
    capng_clear(CAPNG_SELECT_BOTH);
    if (capng_get_caps_process() != 0) {
        throw std::runtime_error("this process's capabilities can't be read; all of them stay");
    }
}

std::vector<unsigned> permitted() {
    std::vector<unsigned> all;
    for (unsigned capability = 0; capability <= CAP_LAST_CAP; ++capability) {
        if (capng_have_capability(CAPNG_PERMITTED, capability) == 1) all.push_back(capability);
    }
    return all;
}

void apply() {
    if (capng_apply(CAPNG_SELECT_CAPS) < 0) {
        throw std::runtime_error(std::string("capabilities can't be given back: ") +
                                 std::strerror(errno) +
                                 "; allow capset in the unit (SystemCallFilter=capset)");
    }
}

/// True if this kernel wants CAP_BPF for reading a map that is open already: up to 5.18 with
/// kernel.unprivileged_bpf_disabled set. Found by trying, with the effective set empty for a
/// moment.
bool reading_needs_cap_bpf() {
    const util::Fd map(bpf_map_create(BPF_MAP_TYPE_ARRAY, "wiregap_trial", 4, 8, 1, nullptr));
    if (map.get() < 0) return false;  // there are no maps then
    capng_update(CAPNG_DROP, CAPNG_EFFECTIVE, CAP_BPF);
    capng_update(CAPNG_DROP, CAPNG_EFFECTIVE, CAP_SYS_ADMIN);  // implies it
    apply();
    const std::uint32_t key = 0;
    std::uint64_t value = 0;
    return bpf_map_lookup_elem(map.get(), &key, &value) != 0 && errno == EPERM;
}

std::vector<Kept> wanted(const Needs& needs) {
    std::vector<Kept> wanted;
    if (needs.polling) {
        wanted.push_back({CAP_SYS_PTRACE, "to read /proc/PID/fd of other users"});
        wanted.push_back({CAP_DAC_READ_SEARCH, "the same"});
    } else {
        if (reading_needs_cap_bpf())
            wanted.push_back({CAP_BPF, "this kernel wants it for reading maps too"});
        if (needs.rereads_files)
            wanted.push_back({CAP_DAC_READ_SEARCH, "to read new certificates"});
    }
    return wanted;
}

std::string listed(const std::vector<unsigned>& capabilities) {
    if (capabilities.size() > 8) return std::to_string(capabilities.size());
    std::string text;
    for (const unsigned capability : capabilities) {
        text += (text.empty() ? "" : ", ") + name_of(capability);
    }
    return text;
}

}  // namespace

std::string drop_capabilities(const Needs& needs) {
    read_own();
    const std::vector<unsigned> before = permitted();
    if (before.empty()) return "capabilities: there were none, none is needed any more";
    std::vector<Kept> keep = wanted(needs);
    // Of a set that a capability is missing from, it can't be kept.
    std::erase_if(keep, [&](const Kept& one) {
        return std::find(before.begin(), before.end(), one.capability) == before.end();
    });
    // What stays is not inherited by a program: the daemon starts none.
    capng_clear(CAPNG_SELECT_CAPS);
    std::string kept;
    std::vector<unsigned> dropped = before;
    for (const Kept& one : keep) {
        capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                     one.capability);
        std::erase(dropped, one.capability);
        kept += (kept.empty() ? "" : ", ") + name_of(one.capability) + " (" + one.why + ")";
    }
    apply();
    return "capabilities: " + (dropped.empty() ? "" : "dropped " + listed(dropped) + "; ") +
           (kept.empty() ? "kept none, what is attached is read without" : "kept " + kept);
}

}  // namespace wiregap::kernel
