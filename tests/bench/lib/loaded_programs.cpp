// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/loaded_programs.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <vector>

#include "daemon/util/fd.h"
#include "tests/bench/lib/error.h"

namespace wiregap::bench {

namespace {

constexpr std::size_t bpf_instruction_bytes = sizeof(bpf_insn);

/// "prog_id:" of the descriptors, which programs and links alike have.
std::set<std::uint32_t> program_ids(pid_t pid) {
    std::set<std::uint32_t> ids;
    const std::filesystem::path fdinfo = "/proc/" + std::to_string(pid) + "/fdinfo";
    for (const auto& entry : std::filesystem::directory_iterator(fdinfo)) {
        std::ifstream in(entry.path());
        for (std::string word; in >> word;) {
            std::uint32_t id = 0;
            if (word == "prog_id:" && in >> id) ids.insert(id);
        }
    }
    return ids;
}

/// The name in bpf_prog_info ends after 15 characters; the function's name in BTF is whole.
std::string whole_name(const bpf_prog_info& info, std::uint32_t function_type) {
    const std::unique_ptr<btf, decltype(&btf__free)> types(btf__load_from_kernel_by_id(info.btf_id),
                                                           btf__free);
    const btf_type* type = types ? btf__type_by_id(types.get(), function_type) : nullptr;
    return type == nullptr ? info.name : btf__name_by_offset(types.get(), type->name_off);
}

bool is_tracing(__u32 link_type) {
    return link_type == BPF_LINK_TYPE_RAW_TRACEPOINT || link_type == BPF_LINK_TYPE_TRACING ||
           link_type == BPF_LINK_TYPE_PERF_EVENT || link_type == BPF_LINK_TYPE_KPROBE_MULTI;
}

}  // namespace

std::map<std::string, ProgramSize> loaded_programs(pid_t pid) {
    std::map<std::string, ProgramSize> programs;
    for (const std::uint32_t id : program_ids(pid)) {
        const util::Fd fd(checked(bpf_prog_get_fd_by_id(id), "bpf_prog_get_fd_by_id"));
        bpf_func_info main_function{};
        bpf_prog_info info{};
        info.func_info = reinterpret_cast<std::uintptr_t>(&main_function);
        info.nr_func_info = 1;  // subprograms follow
        info.func_info_rec_size = sizeof main_function;
        __u32 size = sizeof info;
        checked(bpf_obj_get_info_by_fd(fd.get(), &info, &size), "bpf_obj_get_info_by_fd");
        programs[whole_name(info, main_function.type_id)] = {
            static_cast<std::uint32_t>(info.xlated_prog_len / bpf_instruction_bytes),
            info.verified_insns};
    }
    return programs;
}

unsigned attached_programs() {
    unsigned attached = 0;
    for (__u32 id = 0; bpf_link_get_next_id(id, &id) == 0;) {
        const util::Fd fd(bpf_link_get_fd_by_id(id));
        bpf_link_info info{};
        __u32 size = sizeof info;
        // A link may vanish in between: then it is attached no more.
        if (fd.get() < 0 || bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0) continue;
        attached += is_tracing(info.type) ? 1U : 0U;
    }
    return attached;
}

}  // namespace wiregap::bench
