// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/empty_programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <sstream>
#include <stdexcept>

#include "empty.skel.h"

namespace wiregap::bench {

namespace {

bpf_attach_type attach_type_of(const std::string& mechanism) {
    if (mechanism == "tp_btf") return BPF_TRACE_RAW_TP;
    if (mechanism == "fentry") return BPF_TRACE_FENTRY;
    if (mechanism == "fexit") return BPF_TRACE_FEXIT;
    throw std::invalid_argument("no such mechanism: " + mechanism);
}

int be_quiet(libbpf_print_level /*level*/, const char* /*format*/, va_list /*arguments*/) {
    return 0;
}

}  // namespace

class EmptyProgram {
  public:
    EmptyProgram(const std::string& mechanism, const std::string& target)
        : name_(mechanism + ":" + target), skeleton_(empty_bpf__open()) {
        if (skeleton_ == nullptr) throw std::runtime_error("the empty BPF object can't be opened");
        bpf_program* program = skeleton_->progs.empty;
        bpf_program__set_expected_attach_type(program, attach_type_of(mechanism));
        loaded_ = bpf_program__set_attach_target(program, 0, target.c_str()) == 0 &&
                  empty_bpf__load(skeleton_) == 0;
    }
    EmptyProgram(const EmptyProgram&) = delete;
    EmptyProgram& operator=(const EmptyProgram&) = delete;
    ~EmptyProgram() {
        detach();
        empty_bpf__destroy(skeleton_);
    }
    [[nodiscard]] bool loaded() const { return loaded_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    void attach() {
        link_ = bpf_program__attach_trace(skeleton_->progs.empty);
        if (link_ == nullptr) throw std::runtime_error("can't attach an empty program to " + name_);
    }
    void detach() {
        bpf_link__destroy(link_);
        link_ = nullptr;
    }

  private:
    std::string name_;
    empty_bpf* skeleton_;
    bpf_link* link_ = nullptr;
    bool loaded_ = false;
};

namespace {

std::unique_ptr<EmptyProgram> first_that_loads(const std::string& hook) {
    const std::size_t colon = hook.find(':');
    if (colon == std::string::npos) throw std::invalid_argument("no mechanism in hook " + hook);
    std::istringstream targets(hook.substr(colon + 1));
    for (std::string target; std::getline(targets, target, '|');) {
        auto program = std::make_unique<EmptyProgram>(hook.substr(0, colon), target);
        if (program->loaded()) return program;
    }
    throw std::runtime_error("an empty program can't be loaded for " + hook +
                             " (root, and a kernel with BTF, are needed)");
}

}  // namespace

EmptyPrograms::EmptyPrograms(const std::vector<std::string>& hooks) {
    libbpf_set_print(be_quiet);
    for (const std::string& hook : hooks) programs_.push_back(first_that_loads(hook));
}

EmptyPrograms::~EmptyPrograms() = default;

void EmptyPrograms::attach() {
    for (const auto& program : programs_) program->attach();
}

void EmptyPrograms::detach() {
    for (const auto& program : programs_) program->detach();
}

std::string EmptyPrograms::chosen() const {
    std::string names;
    for (const auto& program : programs_) names += (names.empty() ? "" : " ") + program->name();
    return names;
}

}  // namespace wiregap::bench
