// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/host/environment.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace wiregap::kernel {
namespace {

class TrampolineHazard : public testing::Test {
  protected:
    TrampolineHazard() { std::ofstream(own_namespace_) << ""; }
    ~TrampolineHazard() override { std::filesystem::remove_all(directory_); }
    [[nodiscard]] std::string with_symbols(const std::string& symbols) const {
        std::ofstream(symbols_) << symbols;
        return trampoline_hazard(symbols_, own_namespace_);
    }

    std::string directory_ = [] {
        std::string path = testing::TempDir() + "hazardXXXXXX";
        return std::string(mkdtemp(path.data()));
    }();
    std::string symbols_ = directory_ + "/kallsyms";
    std::string own_namespace_ = directory_ + "/pid";  // any inode but the initial namespace's
};

TEST_F(TrampolineHazard, IsThereWhereTheKernelStillHasTheLock) {
    const std::string why =
        with_symbols("0000000000000000 T do_exit\n0000000000000000 d tasks_rcu_exit_srcu\n0 t x\n");
    EXPECT_NE(why.find("before Linux 6.9"), std::string::npos) << why;
}

TEST_F(TrampolineHazard, IsNotWhereTheKernelIsMended) {
    EXPECT_EQ(with_symbols("0 T do_exit\n0 d tasks_rcu_exit_srcu_stall\n"), "");
    EXPECT_EQ(with_symbols(""), "");
}

TEST_F(TrampolineHazard, IsNotInTheHostsNamespace) {
    EXPECT_NE(with_symbols("0 d tasks_rcu_exit_srcu\n"), "");
    EXPECT_EQ(trampoline_hazard(symbols_, directory_ + "/none"), "");
}

}  // namespace
}  // namespace wiregap::kernel
