// SPDX-License-Identifier: Apache-2.0
// Programs that come and go, draw what they do, and write down what their calls returned: in the
// end wiregap has the same figures under the same names, and nothing else.
#include "tests/truth/ledger.h"

#include <fmt/format.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/support/clock.h"
#include "tests/truth/link.h"
#include "tests/truth/map_entries.h"
#include "tests/truth/play.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

constexpr std::size_t plays_at_once = 3;
constexpr std::size_t ports = 24;

/// A hierarchy of control groups of our own, if the machine lets us have one.
class Groups {
  public:
    Groups() {
        std::string path = (std::filesystem::temp_directory_path() / "wl-cgroup.XXXXXX").string();
        if (::mkdtemp(path.data()) == nullptr) return;
        if (::mount("none", path.c_str(), "cgroup2", 0, nullptr) != 0) {
            std::filesystem::remove(path);
            return;
        }
        top_ = path;
    }
    Groups(const Groups&) = delete;
    Groups& operator=(const Groups&) = delete;
    ~Groups() {
        if (top_.empty()) return;
        ::umount2(top_.c_str(), MNT_DETACH);
        std::error_code ignored;
        std::filesystem::remove(top_, ignored);
    }
    [[nodiscard]] bool usable() const noexcept { return !top_.empty(); }
    /// Made now, removed with what is returned.
    [[nodiscard]] std::shared_ptr<const std::string> fresh() {
        const std::string path = fmt::format("{}/wl-{}-{}", top_, ::getpid(), next_++);
        std::filesystem::create_directory(path);
        return {new std::string(path), [](const std::string* group) {
                    ::rmdir(group->c_str());
                    delete group;
                }};
    }

  private:
    std::string top_;
    unsigned next_ = 0;
};

/// The next process may have a number that one had which is gone.
void wind_pids_back() {
    std::ofstream last("/proc/sys/kernel/ns_last_pid");
    last << ::getpid() + 1;
}

struct Group {
    std::shared_ptr<const std::string> cgroup;
    std::unique_ptr<Play> play;
};

void play_some(std::mt19937_64& random, const std::vector<std::uint16_t>& pool, Groups& groups,
               bool acceptor_owns, Ledger& ledger) {
    std::vector<Group> playing;
    for (std::size_t i = 0; i < plays_at_once; ++i) {
        Plan plan = draw_plan(random);
        plan.acceptor_owns = acceptor_owns;
        if (plan.listen != Plan::Listen::unbound) {
            // Those that play at the same time have ports of their own.
            const std::size_t share = pool.size() / plays_at_once;
            plan.port = pool.at(i * share + random() % share);
        }
        if (plan.dial != Plan::Dial::ephemeral) plan.dial_port = fresh_port();
        Group group;
        if (groups.usable() && random() % 2 == 0) {
            group.cgroup = groups.fresh();
            plan.cgroup = *group.cgroup;
        }
        if (random() % 2 == 0) wind_pids_back();
        group.play = std::make_unique<Play>(std::move(plan), ledger);
        playing.push_back(std::move(group));
    }
    for (Group& group : playing) group.play->finish();
}

// What wiregap itself says that it missed: an unequal book may be one of these.
void note_losses(Session& session) {
    if (session.daemon() == nullptr) return;
    for (const auto& [what, count] : session.daemon()->json("/api/v1/self").at("lost").items())
        if (count != 0) session.report().note(fmt::format("lost {}: {}", what, count.dump()));
}

void ledger(Session& session) {
    session.start_daemon({.max_services = 2048});
    if (!session.has_hook("inet_sock_set_state")) {
        session.report().skip("the ledger", "no hook inet_sock_set_state: it counts what happens");
        return session.stop_daemon();
    }
    const LedgerOptions& options = session.options().ledger;
    session.report().note(fmt::format("--seed {} --seconds {}", options.seed, options.seconds));
    std::mt19937_64 random(options.seed);
    Groups groups;
    if (!groups.usable()) session.report().skip("control groups", "this machine has no cgroup v2");
    std::vector<std::uint16_t> pool;
    for (std::size_t i = 0; i < ports; ++i) pool.push_back(fresh_port());
    MapEntries empty = map_entries(session);
    empty.erase("services");  // they stay, for those that come back
    const bool acceptor_owns = session.has_hook("inet_csk_accept");
    Ledger books;
    std::uint64_t rounds = 0;
    const std::uint64_t end_ns = now_ns() + options.seconds * second;
    for (; now_ns() < end_ns; ++rounds) play_some(random, pool, groups, acceptor_owns, books);
    session.report().note(fmt::format("{} rounds of {} plays", rounds, plays_at_once));
    note_losses(session);
    books.compare(session, session.settled());
    expect_entries(session, empty);
    session.stop_daemon();
}

}  // namespace

std::vector<Scenario> ledger_scenarios() {
    return {{"ledger",
             "what programs that come and go wrote down of their calls (--seed, --seconds)", ledger,
             Scenario::Needs::own_daemon}};
}

}  // namespace wiregap::truth
