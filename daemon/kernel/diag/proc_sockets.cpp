// SPDX-License-Identifier: Apache-2.0
// Whose socket is it? Without BPF the answer is a walk over /proc/PID/fd.
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "daemon/kernel/diag/diag_source.h"

namespace wiregap::kernel {
namespace {

namespace fs = std::filesystem;

/// "socket:[12345]" -> 12345; 0 if it is something else.
std::uint32_t socket_inode(const std::string& target) {
    constexpr std::string_view prefix = "socket:[";
    if (!target.starts_with(prefix)) return 0;
    std::uint32_t inode = 0;
    std::from_chars(target.data() + prefix.size(), target.data() + target.size(), inode);
    return inode;
}

std::string first_line(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

}  // namespace

std::unordered_map<std::uint32_t, model::Owner> owners_by_inode(OwnerDirectory& directory,
                                                                const std::string& proc) {
    std::unordered_map<std::uint32_t, model::Owner> owners;
    std::error_code error;
    for (const auto& process : fs::directory_iterator(proc, error)) {
        const std::string name = process.path().filename();
        std::uint32_t pid = 0;
        std::from_chars(name.data(), name.data() + name.size(), pid);
        if (pid == 0) continue;
        const std::string comm = first_line(process.path() / "comm");
        std::error_code denied;
        fs::directory_iterator files(process.path() / "fd", denied);
        for (; !denied && files != fs::directory_iterator(); files.increment(denied)) {
            std::error_code gone;
            const auto inode = socket_inode(fs::read_symlink(files->path(), gone).string());
            if (inode != 0) owners[inode] = directory.find(pid, comm);
        }
    }
    return owners;
}

}  // namespace wiregap::kernel
