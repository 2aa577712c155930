// SPDX-License-Identifier: Apache-2.0
// A process with a name of its own, for what depends on who somebody is.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>

#include "tests/support/fd.h"

namespace wiregap::truth {

struct Pipe {
    Fd out;  ///< to read from
    Fd in;
};
Pipe make_pipe();

/// What a program says to who started it, and hears from it: numbers, one at a time.
class Talk {
  public:
    Talk(int in, int out) : in_(in), out_(out) {}
    void say(std::uint64_t number) const;
    /// Waits for it; throws if the other end is gone.
    [[nodiscard]] std::uint64_t hear() const;

  private:
    int in_;
    int out_;
};

/// A child that bears the name (comm) and does what the role says; when that ends, it waits for its
/// end. It is killed with this.
class Program {
  public:
    Program(const char* name, const std::function<void(const Talk&)>& role);
    ~Program() { end(); }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    [[nodiscard]] std::uint64_t hear() const { return talk().hear(); }
    void say(std::uint64_t number) const { talk().say(number); }
    /// SIGKILL, and its end is waited for.
    void end() noexcept;
    /// Waits until it has been killed; throws if it ended in another way.
    void wait();

  private:
    [[nodiscard]] Talk talk() const { return {from_.get(), to_.get()}; }

    pid_t pid_ = -1;
    Fd from_;
    Fd to_;
};

}  // namespace wiregap::truth
