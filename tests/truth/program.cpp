// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/program.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <utility>

namespace wiregap::truth {

namespace {

[[noreturn]] void be(const char* name, const std::function<void(const Talk&)>& role,
                     const Talk& talk) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_NAME, name);
    try {
        role(talk);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name, error.what());
        ::_exit(1);
    }
    for (;;) ::pause();
}

}  // namespace

Pipe make_pipe() {
    std::array<int, 2> ends{};
    must(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    return {.out = Fd(ends[0]), .in = Fd(ends[1])};
}

void Talk::say(std::uint64_t number) const {
    if (::write(out_, &number, sizeof(number)) != sizeof(number))
        throw std::runtime_error("the other program is gone");
}

std::uint64_t Talk::hear() const {
    std::uint64_t number = 0;
    if (read_some(in_, &number, sizeof(number)) != sizeof(number))
        throw std::runtime_error("the other program ended");
    return number;
}

Program::Program(const char* name, const std::function<void(const Talk&)>& role) {
    Pipe up = make_pipe();
    Pipe down = make_pipe();
    pid_ = must(::fork(), "fork");
    if (pid_ == 0) {
        up.out.reset();
        down.in.reset();
        be(name, role, Talk(down.out.get(), up.in.get()));
    }
    from_ = std::move(up.out);
    to_ = std::move(down.in);
}

void Program::wait() {
    int status = 0;
    must(::waitpid(std::exchange(pid_, -1), &status, 0), "waitpid");
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        throw std::runtime_error("a program was not killed as it should be");
}

void Program::end() noexcept {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

}  // namespace wiregap::truth
