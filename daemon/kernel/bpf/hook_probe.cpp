// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/hook_probe.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "daemon/kernel/host/environment.h"

namespace wiregap::kernel {
namespace {

bpf_attach_type attach_type(Mechanism mechanism) {
    switch (mechanism) {
        case Mechanism::tp_btf:
            return BPF_TRACE_RAW_TP;
        case Mechanism::fentry:
            return BPF_TRACE_FENTRY;
        case Mechanism::fexit:
            return BPF_TRACE_FEXIT;
        case Mechanism::iter:
            return BPF_TRACE_ITER;
    }
    return BPF_TRACE_RAW_TP;
}

constexpr int load_map_fd = BPF_DW;  // with BPF_LD and BPF_IMM, which are both 0

constexpr bpf_insn insn(int code, int dst, int src, int off, int imm) {
    bpf_insn i{};
    i.code = static_cast<__u8>(code);
    i.dst_reg = static_cast<__u8>(dst & 0xf);
    i.src_reg = static_cast<__u8>(src & 0xf);
    i.off = static_cast<__s16>(off);
    i.imm = imm;
    return i;
}

HookProbe load_and_forget(const bpf_insn* code, std::size_t count, Mechanism mechanism,
                          unsigned id) {
    LIBBPF_OPTS(bpf_prog_load_opts, options);
    options.expected_attach_type = attach_type(mechanism);
    options.attach_btf_id = id;
    const int fd =
        bpf_prog_load(BPF_PROG_TYPE_TRACING, "wiregap_trial", "GPL", code, count, &options);
    if (fd < 0) return {.accepted = false, .error = -fd};
    close(fd);
    return {.accepted = true, .error = 0};
}

}  // namespace

HookProbe probe_hook(const KernelTypes& types, const HookSpec& spec) {
    const unsigned id = types.attach_id(spec);
    if (id == 0) return {.accepted = false, .error = ENOENT};
    // bpf_probe_read_kernel(fp - 8, 8, NULL): lockdown=confidentiality takes this helper away.
    const std::array<bpf_insn, 7> code{
        insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_10, 0, 0),
        insn(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_1, 0, 0, -8),
        insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, 8),
        insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, 0),
        insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_probe_read_kernel),
        insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
        insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
    };
    return load_and_forget(code.data(), code.size(), spec.mechanism, id);
}

namespace {

/// A map of one kind for a probe; its value is {spin lock, word} where `with_lock`.
class TrialMap {
  public:
    TrialMap(bpf_map_type type, bool with_lock) : types_(btf__new_empty()) {
        const int word = btf__add_int(types_, "unsigned int", 4, 0);
        const int key = btf__add_int(types_, "int", 4, BTF_INT_SIGNED);
        int value = key;
        if (with_lock) {
            const int lock = btf__add_struct(types_, "bpf_spin_lock", 4);
            btf__add_field(types_, "val", word, 0, 0);
            value = btf__add_struct(types_, "value", 8);
            btf__add_field(types_, "lock", lock, 0, 0);
            btf__add_field(types_, "word", word, 32, 0);
        }
        btf__load_into_kernel(types_);
        LIBBPF_OPTS(bpf_map_create_opts, options);
        options.map_flags = type == BPF_MAP_TYPE_SK_STORAGE ? BPF_F_NO_PREALLOC : 0;
        options.btf_fd = static_cast<__u32>(btf__fd(types_));
        options.btf_key_type_id = static_cast<__u32>(key);
        options.btf_value_type_id = static_cast<__u32>(value);
        const __u32 entries = type == BPF_MAP_TYPE_SK_STORAGE ? 0 : 1;
        fd_ = bpf_map_create(type, "wiregap_trial", 4, with_lock ? 8 : 4, entries, &options);
    }
    ~TrialMap() {
        if (fd_ >= 0) close(fd_);
        btf__free(types_);
    }
    TrialMap(const TrialMap&) = delete;
    TrialMap& operator=(const TrialMap&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

  private:
    btf* types_;
    int fd_ = -1;
};

/// One that both back ends need.
constexpr HookSpec any_tracepoint{.program = "",
                                  .hook = "inet_sock_set_state",
                                  .mechanism = Mechanism::tp_btf,
                                  .in = In::both,
                                  .when = When::required,
                                  .loses = ""};

bool loads_on_set_state(const KernelTypes& types, const bpf_insn* code, std::size_t count) {
    const unsigned id = types.attach_id(any_tracepoint);
    return id != 0 && load_and_forget(code, count, Mechanism::tp_btf, id).accepted;
}

}  // namespace

bool socket_storage_works(const KernelTypes& types) {
    const TrialMap map(BPF_MAP_TYPE_SK_STORAGE, false);
    const std::array<bpf_insn, 8> code{
        insn(BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_2, BPF_REG_1, 0, 0),
        insn(load_map_fd, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map.fd()),
        insn(0, 0, 0, 0, 0),
        insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, 0),
        insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, 0, 0),
        insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_sk_storage_get),
        insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
        insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
    };
    return map.fd() >= 0 && loads_on_set_state(types, code.data(), code.size());
}

bool spin_lock_works(const KernelTypes& types) {
    const TrialMap map(BPF_MAP_TYPE_ARRAY, true);
    const std::array<bpf_insn, 14> code{
        insn(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0),
        insn(load_map_fd, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map.fd()),
        insn(0, 0, 0, 0, 0),
        insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0),
        insn(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -4),
        insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
        insn(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 5, 0),
        insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_6, BPF_REG_0, 0, 0),
        insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_6, 0, 0),
        insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_spin_lock),
        insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_6, 0, 0),
        insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_spin_unlock),
        insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
        insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
    };
    return map.fd() >= 0 && loads_on_set_state(types, code.data(), code.size());
}

std::string explain_refusal(const HookSpec& spec, int error) {
    const std::string what = std::string(to_string(spec.mechanism)) + "/" + std::string(spec.hook);
    if (error == ENOENT) return "this kernel has no " + what;
    const std::string missing = missing_capabilities();
    if (!missing.empty() && (error == EPERM || error == EACCES)) {
        return "the capability " + missing + " is missing: run as root, or grant it " +
               "(AmbientCapabilities= in the unit)";
    }
    const std::string lockdown = lockdown_mode();
    if (lockdown == "confidentiality") {
        return "kernel lockdown (confidentiality) forbids programs that read kernel memory: boot "
               "with lockdown=integrity or none";
    }
    if (error == EPERM && spec.mechanism != Mechanism::tp_btf &&
        spec.mechanism != Mechanism::iter) {
        return "this kernel refuses " + std::string(to_string(spec.mechanism)) +
               " programs (built without function tracing?): the tracepoint back end does not need "
               "them";
    }
    return what + " is refused: " + std::strerror(error);
}

}  // namespace wiregap::kernel
