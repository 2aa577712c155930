// SPDX-License-Identifier: Apache-2.0
// Programs that do nothing, on chosen hooks: the floor that no BPF monitor can go below.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace wiregap::bench {

class EmptyProgram;

class EmptyPrograms {
  public:
    /// Each hook is "mechanism:target" with mechanism tp_btf, fentry or fexit; more targets after
    /// '|' are tried in turn ("tp_btf:sock_send_length|sys_exit"). Loads, does not attach yet.
    /// Throws when a hook can't be had.
    explicit EmptyPrograms(const std::vector<std::string>& hooks);
    ~EmptyPrograms();
    EmptyPrograms(const EmptyPrograms&) = delete;
    EmptyPrograms& operator=(const EmptyPrograms&) = delete;

    void attach();
    void detach();
    /// What was chosen: "tp_btf:sock_send_length tp_btf:net_dev_queue".
    [[nodiscard]] std::string chosen() const;

  private:
    std::vector<std::unique_ptr<EmptyProgram>> programs_;
};

}  // namespace wiregap::bench
