// SPDX-License-Identifier: Apache-2.0
// What a workload is measured under, besides nothing at all.
#pragma once

#include <memory>
#include <string>

#include "tests/bench/lib/daemon.h"
#include "tests/bench/lib/empty_programs.h"

namespace wiregap::bench {

class Condition {
  public:
    virtual ~Condition() = default;
    virtual void enter() = 0;
    virtual void leave() = 0;
};

/// wiregapd runs, with all that its shipped config switches on.
class Watched : public Condition {
  public:
    explicit Watched(const DaemonFiles& files) : daemon_(files) {}
    void enter() override { daemon_.start(); }
    void leave() override { daemon_.stop(); }

  private:
    Daemon daemon_;
};

/// Empty tp_btf programs on the two hooks that every write passes.
class Floor : public Condition {
  public:
    Floor()
        : programs_(
              {"tp_btf:sock_send_length|sys_exit", "tp_btf:net_dev_queue", "tp_btf:tcp_probe"}) {}
    void enter() override { programs_.attach(); }
    void leave() override { programs_.detach(); }

  private:
    EmptyPrograms programs_;
};

/// Nothing: the meter's own zero, which must read as a ratio of 1.
class Unwatched : public Condition {
  public:
    void enter() override {}
    void leave() override {}
};

/// By name: wiregapd, empty or nothing.
std::unique_ptr<Condition> make_condition(const std::string& name, const DaemonFiles& files);

}  // namespace wiregap::bench
