// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/kernel_btf.h"

#include <bpf/btf.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace wiregap::kernel {
namespace {

std::string btf_name(const HookSpec& spec) {
    switch (spec.mechanism) {
        case Mechanism::tp_btf:
            return "btf_trace_" + std::string(spec.hook);
        case Mechanism::iter:
            return "bpf_iter_" + std::string(spec.hook);
        default:
            return std::string(spec.hook);
    }
}

unsigned wanted_kind(const std::string& name) {
    return name.starts_with("btf_trace_") ? BTF_KIND_TYPEDEF : BTF_KIND_FUNC;
}

}  // namespace

KernelTypes::KernelTypes() : types_(btf__load_vmlinux_btf()) {
    if (types_ == nullptr) {
        throw std::runtime_error(
            "this kernel has no readable BTF (/sys/kernel/btf/vmlinux): " +
            std::string(std::strerror(errno)) +
            "; use a kernel built with CONFIG_DEBUG_INFO_BTF=y, or backend: poll");
    }
    for (const HookSpec& spec : hook_specs()) ids_[btf_name(spec)] = 0;
    // One pass instead of one search a name: the search is linear in some 100,000 types.
    const unsigned count = btf__type_cnt(types_);
    for (unsigned id = 1; id < count; ++id) {
        const btf_type* type = btf__type_by_id(types_, id);
        const unsigned kind = btf_kind(type);
        if (kind != BTF_KIND_FUNC && kind != BTF_KIND_TYPEDEF) continue;
        const auto found = ids_.find(std::string_view(btf__name_by_offset(types_, type->name_off)));
        if (found != ids_.end() && wanted_kind(found->first) == kind) found->second = id;
    }
}

KernelTypes::~KernelTypes() { btf__free(types_); }

unsigned KernelTypes::attach_id(const HookSpec& spec) const { return ids_.at(btf_name(spec)); }

unsigned KernelTypes::tracepoint_arguments(const std::string& name) const {
    const auto found = ids_.find("btf_trace_" + name);
    if (found == ids_.end() || found->second == 0) return 0;
    const btf_type* type = btf__type_by_id(types_, found->second);  // typedef -> ptr -> prototype
    type = btf__type_by_id(types_, type->type);
    type = btf__type_by_id(types_, type->type);
    return btf_vlen(type) - 1U;  // the first is the tracepoint's private pointer
}

std::map<std::string, std::uint32_t> KernelTypes::enumerators(const char* name) const {
    std::map<std::string, std::uint32_t> values;
    const int id = btf__find_by_name_kind(types_, name, BTF_KIND_ENUM);
    if (id <= 0) return values;
    const btf_type* type = btf__type_by_id(types_, static_cast<unsigned>(id));
    const struct btf_enum* one = btf_enum(type);
    for (unsigned i = 0; i < btf_vlen(type); ++i, ++one)
        values[btf__name_by_offset(types_, one->name_off)] = static_cast<std::uint32_t>(one->val);
    return values;
}

unsigned KernelTypes::function_arguments(const std::string& name) const {
    const auto found = ids_.find(name);
    if (found == ids_.end() || found->second == 0) return 0;
    const btf_type* type = btf__type_by_id(types_, found->second);  // function -> prototype
    return btf_vlen(btf__type_by_id(types_, type->type));
}

}  // namespace wiregap::kernel
