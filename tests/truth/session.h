// SPDX-License-Identifier: Apache-2.0
// What a scenario works with: wiregap's picture at a moment of the scenario's choice, and the
// comparison of that picture with the truth.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/clock.h"
#include "tests/truth/daemon.h"
#include "tests/truth/report.h"
#include "tests/truth/socket_truth.h"

namespace wiregap::truth {

/// A service or a connection as wiregap describes it; empty without a daemon.
struct View {
    nlohmann::json document;
    /// The number at a JSON pointer, "/writes/late"; nothing if the key is absent.
    [[nodiscard]] std::optional<double> number(const std::string& pointer) const;
    [[nodiscard]] std::string text(const std::string& pointer) const;
    /// As number(), 0 if absent; for sums in which an absent part counts nothing.
    [[nodiscard]] std::uint64_t count(const std::string& pointer) const;
};

/// Which service: netns_inode 0 = whichever has the port and the role.
struct ServiceKey {
    std::uint16_t port = 0;
    std::string role = "server";
    std::uint64_t netns_inode = 0;
    std::string name{};  ///< empty = whichever has the port and the role
};

/// One answer of /api/v1/services and one of /api/v1/connections, both taken after the event.
struct Picture {
    std::uint64_t taken_ns = 0;  ///< of the services' snapshot
    std::uint64_t asked_ns = 0;  ///< when the last answer was there
    nlohmann::json services = nlohmann::json::array();
    nlohmann::json connections = nlohmann::json::array();
};

/// How exact times are, in what this run can be. Bytes and counts are exact everywhere.
struct Tolerance {
    double ratio = 0.01;
    double slack_seconds = 0;  ///< on top of the ratio
};

struct LedgerOptions {
    std::uint64_t seed = 1;
    std::uint64_t seconds = 60;
};

struct SessionOptions {
    DaemonOptions daemon;
    LedgerOptions ledger;
    bool no_daemon = false;
    bool vm = false;
};

class Session {
  public:
    Session(SessionOptions options, Report& report);

    [[nodiscard]] const SessionOptions& options() const noexcept { return options_; }
    [[nodiscard]] Report& report() noexcept { return report_; }
    [[nodiscard]] Tolerance tolerance() const noexcept;
    [[nodiscard]] bool vm() const noexcept { return options_.vm; }

    /// Starts wiregapd (nothing happens with no_daemon).
    void start_daemon(DaemonSettings settings = {});
    /// Ends it and checks how it ended.
    void stop_daemon();
    /// A scenario begins: what was lost until now is not its loss.
    void begin_scenario();
    /// Late writes since then of which wiregap itself says that their delay is lost.
    [[nodiscard]] double lost_delays() const;
    /// Whether wiregap says that it has this hook; true without a daemon.
    [[nodiscard]] bool has_hook(const std::string& hook) const;
    /// False, with a skip that says so, if wiregap does not see sockets die: then its counters miss
    /// what happened since its last look at them.
    bool sees_deaths();
    /// The same of births: then a port is a listener's, and what has none is a client.
    bool sees_births();
    [[nodiscard]] const Daemon* daemon() const noexcept { return daemon_ ? &*daemon_ : nullptr; }

    /// The first picture whose reading of the kernel began after event_ns. query: narrows what is
    /// asked for, "port=20000"; an answer in haste is a short one.
    [[nodiscard]] Picture first_after(std::uint64_t event_ns, const std::string& query = "") const;
    /// As first_after, then one snapshot more: what arrived during the first has settled.
    [[nodiscard]] Picture settled(std::uint64_t event_ns, const std::string& query = "") const;
    [[nodiscard]] Picture settled() const { return settled(now_ns()); }
    /// The same of one port only: with a hundred services a whole picture is work for a slow
    /// machine.
    [[nodiscard]] Picture settled_on(std::uint16_t port) const;
    /// A settled picture of one port during which `probe` did not change: for sockets whose queue
    /// may still move. Throws if it never stood still.
    [[nodiscard]] Picture standing_still(const std::function<SocketTruth()>& probe,
                                         SocketTruth& truth, std::uint16_t port) const;

    /// The one service with this key; a check fails if there is none or more than one.
    View service(const Picture& picture, const ServiceKey& key);
    /// The same of a settled picture of its port, taken now.
    View settled_service(const ServiceKey& key) { return service(settled_on(key.port), key); }
    /// The service bears this name: at the latest when wiregap has walked the processes again
    /// (owners_seconds, 1 s here).
    void expect_name(const ServiceKey& key, const std::string& name);
    /// The connection whose own end is fd; a check fails if it is not listed.
    View connection(const Picture& picture, int fd);

    /// Exactly this number. An absent key is a skip if wiregap says that it has no source for it,
    /// else a failure.
    void expect(const View& view, const std::string& pointer, std::uint64_t truth);
    /// Within [low, high]; in the key's own unit.
    void expect_within(const View& view, const std::string& pointer, double low, double high);
    void expect_text(const View& view, const std::string& pointer, const std::string& truth);
    /// written = acked + notsent + unacked + undelivered; written - transmitted = notsent while
    /// nothing is undelivered. For a moment at which nothing moves.
    void expect_identities(const View& view);

    /// The truth's own consistency; checked with and without a daemon.
    void consistent(std::string_view what, std::uint64_t one, std::uint64_t other);

  private:
    [[nodiscard]] double lost_since(std::initializer_list<const char*> what) const;
    [[nodiscard]] std::uint64_t snapshot_after(std::uint64_t event_ns) const;
    bool sees_states(const char* what);
    [[nodiscard]] Picture take(const std::string& query) const;
    void absent(const std::string& pointer);
    void learn_what_is_missing();
    [[nodiscard]] bool has_substitute(const std::string& hook) const;

    SessionOptions options_;
    Report& report_;
    std::optional<Daemon> daemon_;
    nlohmann::json lost_before_ = nlohmann::json::object();
    std::set<std::string> hooks_;  ///< attached ones
    std::string missing_;          ///< why keys may be absent, in wiregap's words; empty: none may
};

}  // namespace wiregap::truth
