// SPDX-License-Identifier: Apache-2.0
// Who owns a service: groups and processes that have ended, and pids that are used again.
#include "daemon/kernel/host/owners.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace wiregap::kernel {
namespace {

/// Tests run at the same time, each as a process.
std::filesystem::path fresh_directory() {
    std::string pattern = std::filesystem::temp_directory_path() / "wiregap-owners-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no directory for the test");
    return pattern;
}

class Owners : public testing::Test {
  protected:
    void SetUp() override {
        std::filesystem::create_directories(top / "proc" / "7");
        std::filesystem::create_directories(top / "cgroup" / "system.slice" / "b.service");
    }
    void TearDown() override { std::filesystem::remove_all(top); }

    /// The process with pid 7 started then.
    void process(std::uint64_t began_ns, const std::string& group) {
        const std::uint64_t tick_ns = 1'000'000'000 / 100;
        std::ofstream(top / "proc" / "7" / "cgroup") << "0::" << group << "\n";
        std::ofstream stat(top / "proc" / "7" / "stat");
        stat << "7 (a ) b) S";
        for (int field = 4; field < 22; ++field) stat << " 0";
        stat << " " << began_ns / tick_ns << " 0\n";
    }
    static model::Owner find(OwnerDirectory& directory, std::uint64_t cgroup,
                             std::uint64_t start_ns, const std::string& comm = "x") {
        wg_service_key key{};
        key.cgroup = cgroup;
        comm.copy(key.comm, sizeof key.comm);
        return directory.find(
            key, wg_description{.start_ns = start_ns, .tgid = 7, .uts_inode = 0, .node_name = {}});
    }

    const std::filesystem::path top = fresh_directory();
    OwnerDirectory directory{top / "proc", top / "cgroup"};
    static constexpr std::uint64_t start_ns = 5'000'000'000;
};

TEST_F(Owners, NamesHaveNoControlCharacters) {
    EXPECT_EQ(directory.find(0, "a\033[2J\nb\xc2\x9b").comm, "a?[2J?b?");
    EXPECT_EQ(find(directory, 0, 0, "a\033b").comm, "a?b");
}

TEST_F(Owners, AnotherProcessWithThatPidIsAnother) {
    process(start_ns, "/system.slice/a.service");
    EXPECT_EQ(find(directory, 0, start_ns).unit, "a");
    EXPECT_EQ(find(directory, 0, start_ns - 1'000'000'000).unit, "");
    EXPECT_EQ(find(directory, 0, start_ns - 1'000'000'000).comm, "x") << "what is known stays";
}

TEST_F(Owners, AProcessThatRenamesItselfIsEachOfThem) {
    process(start_ns, "/");
    std::ofstream(top / "proc" / "7" / "cmdline")
        << "/usr/bin/node" << '\0' << "/srv/app.js" << '\0';
    EXPECT_EQ(find(directory, 0, start_ns, "node").comm, "node");
    EXPECT_EQ(find(directory, 0, start_ns, "MainThread").comm, "app.js");
    EXPECT_EQ(find(directory, 0, start_ns, "node").comm, "node");
}

TEST_F(Owners, AGroupIsReadOnce) {
    process(start_ns, "/system.slice/a.service");
    EXPECT_EQ(find(directory, 77, start_ns).unit, "a");
    process(start_ns, "/system.slice/c.service");
    directory.forget_unknown();
    EXPECT_EQ(find(directory, 77, start_ns).unit, "a");
}

TEST_F(Owners, AGroupWhoseProcessHasEndedIsFoundInTheTree) {
    struct stat info {};
    ASSERT_EQ(stat((top / "cgroup" / "system.slice" / "b.service").c_str(), &info), 0);
    EXPECT_EQ(find(directory, info.st_ino, start_ns).unit, "b");
    EXPECT_EQ(find(directory, 1'234'567'890'123, start_ns).unit, "");
}

}  // namespace
}  // namespace wiregap::kernel
