// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/executed.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "tests/support/fd.h"

namespace wiregap::truth {

namespace {

constexpr const char* mark = "--executed";

/// What an argument holds, apart by blanks.
std::string to_text(const Executed& what) {
    std::string text = fmt::format("{} {} {} {} {} {}", int{what.killed}, what.listener,
                                   what.told_out, what.told_in, what.ledger, what.place);
    for (const Act& act : what.acts)
        text += fmt::format(" {} {} {} {} {}", int{act.kind}, act.down_bytes, act.up_bytes,
                            act.writes, int{act.server_first});
    return text;
}

bool read_act(std::istream& text, Act& act) {
    int kind = 0;
    if (!(text >> kind >> act.down_bytes >> act.up_bytes >> act.writes >> act.server_first))
        return false;
    act.kind = static_cast<Act::Kind>(kind);
    return true;
}

}  // namespace

void execute(const std::string& name, const Executed& what) {
    std::string folder = (std::filesystem::temp_directory_path() / "wl-exec.XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) must(-1, "mkdtemp");
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    std::filesystem::create_symlink(std::filesystem::read_symlink("/proc/self/exe"), path);
    for (const int fd : {what.listener, what.told_out, what.told_in, what.ledger})
        must(::fcntl(fd, F_SETFD, 0), "F_SETFD");
    const std::string text = to_text(what);
    // The link goes when it has served: the executed program removes it.
    ::execl(path.c_str(), path.c_str(), mark, text.c_str(), nullptr);
    const int error = errno;
    std::filesystem::remove_all(folder);
    throw std::system_error(error, std::generic_category(), "execl");
}

bool is_executed(int argc, const char* const* argv) {
    return argc == 3 && std::string_view(argv[1]) == mark;
}

Executed parse_executed(int argc, const char* const* argv) {
    if (!is_executed(argc, argv)) throw std::invalid_argument("nothing to execute");
    std::filesystem::remove_all(std::filesystem::path(argv[0]).parent_path());
    std::istringstream text(argv[2]);
    Executed what;
    if (!(text >> what.killed >> what.listener >> what.told_out >> what.told_in >> what.ledger >>
          what.place))
        throw std::invalid_argument("what to execute is not said");
    for (Act act; read_act(text, act);) what.acts.push_back(act);
    return what;
}

}  // namespace wiregap::truth
