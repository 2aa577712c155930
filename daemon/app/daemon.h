// SPDX-License-Identifier: Apache-2.0
// The tick: refresh the picture, publish it. One loop thread owns everything here; the HTTP thread
// sees only the latest snapshot.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "daemon/app/backlog_sources.h"
#include "daemon/config/config.h"
#include "daemon/kernel/host/environment.h"
#include "daemon/kernel/host/host_tcp.h"
#include "daemon/kernel/source.h"
#include "daemon/loop/event_loop.h"
#include "daemon/model/integral.h"
#include "daemon/model/make_snapshot.h"
#include "daemon/model/verdict_history.h"
#include "daemon/resp/server/server.h"
#include "exporters/snapshot_holder.h"
#include "exporters/web/http_server.h"
#include "exporters/web/routes.h"
#include "exporters/web/web_files.h"

namespace wiregap::app {

class Daemon {
  public:
    /// Starts the source, takes the first picture, listens. Throws kernel::BackendRefused,
    /// exporters::ListenError.
    Daemon(config::Config config, std::string config_path);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Ticks until SIGTERM or SIGINT.
    void run();

  private:
    void tick();
    model::Sample read_sources(std::uint64_t now_ns);
    model::Surroundings surroundings();
    void start_resp();
    void on_signal();
    void reload();
    void refresh_web();
    void give_up_capabilities();
    [[nodiscard]] std::string status_line(const model::Snapshot& snapshot) const;
    void say_status();
    void refresh_status();

    config::Config config_;
    std::string config_path_;
    loop::Signals signals_;  // first: every later thread inherits the blocked set
    loop::EventLoop loop_;
    std::unique_ptr<kernel::Source> source_;
    kernel::HostLook host_{kernel::own_netns_inode()};
    model::Books books_;
    exporters::SnapshotHolder snapshots_;
    exporters::WebSecurityHolder security_;
    std::unique_ptr<exporters::WebFiles> web_files_;  ///< null without web.config_file
    std::unique_ptr<exporters::Routes> routes_;
    std::unique_ptr<exporters::HttpServer> http_;
    std::unique_ptr<resp::Server> resp_;  ///< null: there is none
    std::optional<BacklogSources> backlogs_;
    loop::Ticker ticker_;
    std::optional<loop::Ticker> keepalive_;  ///< only where a service manager watches
    std::string status_;                     ///< as the service manager has it
    std::uint64_t status_ns_ = 0;
    std::uint64_t sequence_ = 0;
    std::string last_failure_;
};

}  // namespace wiregap::app
