// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/daemon.h"

#include <csignal>
#include <ctime>
#include <exception>
#include <utility>

#include "daemon/app/log.h"
#include "daemon/app/resp_service.h"
#include "daemon/app/verdict_channel.h"
#include "daemon/config/load.h"
#include "daemon/config/secrets.h"
#include "daemon/kernel/host/environment.h"
#include "daemon/kernel/host/privileges.h"
#include "daemon/loop/service_manager.h"
#include "daemon/model/make_snapshot.h"
#include "daemon/model/service_sums.h"
#include "daemon/util/clock.h"
#include "exporters/text/views.h"

namespace wiregap::app {
namespace {

view::Build build_with_libbpf() {
    view::Build build = view::this_build();
    build.libbpf = kernel::libbpf_version();
    return build;
}

/// The listening socket that systemd holds for /metrics; -1 if it holds none.
int passed_web_socket() {
    const std::string name = "metrics";
    const auto sockets = loop::service_manager::passed_sockets(name);
    const auto found = sockets.find(name);
    return found == sockets.end() ? -1 : found->second;
}

}  // namespace

Daemon::Daemon(config::Config config, std::string config_path)
    : config_(std::move(config)),
      config_path_(std::move(config_path)),
      signals_({SIGTERM, SIGINT, SIGHUP}),
      books_(config_.verdicts),
      ticker_(config_.tick_seconds) {
    std::signal(SIGPIPE, SIG_IGN);
    for (const std::string& line : config::open_secrets(config_, config_path_)) log::warning(line);
    if (!config_.web.config_file.empty()) {
        web_files_ = std::make_unique<exporters::WebFiles>(
            config::located(config_.web.config_file, "web.config_file", config_path_), security_);
        if (web_files_->has_users() && !web_files_->has_tls())
            log::warning("passwords come in clear: add tls_server_config to web.config_file");
    }
    // The port first: it is the likelier refusal, and nothing is attached yet.
    routes_ = std::make_unique<exporters::Routes>(snapshots_, build_with_libbpf(),
                                                  config_.buckets_per_octave);
    http_ = std::make_unique<exporters::HttpServer>(
        config_.web, [this](const exporters::Request& request) { return routes_->answer(request); },
        [](const std::string& line) { log::warning(line); },
        exporters::HttpServer::Options{.passed_socket = passed_web_socket(),
                                       .security = &security_});
    start_resp();
    backlogs_.emplace(loop_, resp_.get(), config_.backlog, kernel::own_netns_inode());
    source_ = kernel::make_source(config_);
    loop_.add(ticker_.fd(), [this] {
        if (ticker_.consume() == 0) return;
        tick();
        refresh_web();
    });
    loop_.add(signals_.fd(), [this] { on_signal(); });
    if (const double seconds = loop::service_manager::watchdog_seconds(); seconds > 0) {
        keepalive_.emplace(seconds / 3);
        loop_.add(keepalive_->fd(), [this] {
            if (keepalive_->consume() > 0 && last_failure_.empty())
                loop::service_manager::watchdog();
        });
    }
}

Daemon::~Daemon() {
    if (http_) http_->stop();
}

void Daemon::run() {
    tick();
    give_up_capabilities();  // before there is another thread, which would keep its own
    http_->start();
    say_status();
    loop_.run();
    loop::service_manager::stopping();
    log::info("stopping: detaching everything");
}

void Daemon::start_resp() {
    resp_ = make_resp_server(config_.resp, loop_, [](const std::string& l) { log::warning(l); });
    if (!resp_) return;
    resp_->engine().query = [this](resp::Arguments words) -> resp::QueryAnswer {
        try {
            return {exporters::text_view(snapshots_.latest().get(), words), ""};
        } catch (const exporters::BadView& problem) {
            return {{}, problem.what()};
        }
    };
}

/// The kernel, and what the applications say of their own backlogs.
model::Sample Daemon::read_sources(std::uint64_t now_ns) {
    backlogs_->before_reading();
    model::Sample sample = source_->read(now_ns);
    backlogs_->fill(sample);
    host_.complete(sample);
    return sample;
}

/// As of what was just read.
model::Surroundings Daemon::surroundings() {
    model::Surroundings now{
        .own_netns_inode = kernel::own_netns_inode(),
        .sequence = ++sequence_,
        .taken_unix_seconds = static_cast<double>(util::clock_ns(CLOCK_REALTIME)) / 1e9,
        .tick_interval_seconds = config_.tick_seconds,
        .self = source_->self()};
    backlogs_->describe(now);
    return now;
}

void Daemon::tick() {
    const std::uint64_t began_ns = util::clock_ns(CLOCK_MONOTONIC);
    try {
        model::Sample sample = read_sources(began_ns);
        auto snapshot = std::make_shared<model::Snapshot>(
            model::make_snapshot(std::move(sample), books_, surroundings()));
        snapshot->self.tick_seconds =
            static_cast<double>(util::clock_ns(CLOCK_MONOTONIC) - began_ns) / 1e9;
        const model::SnapshotPtr published = std::move(snapshot);
        snapshots_.publish(published);
        if (resp_) publish_verdicts(resp_->engine().pubsub, *published);
        last_failure_.clear();
        refresh_status();
    } catch (const std::exception& failure) {
        // Said once, not every tick. Without the watchdog's message systemd restarts us; /-/ready
        // answers 503 meanwhile.
        if (last_failure_ != failure.what())
            log::error("tick failed: " + std::string(failure.what()));
        last_failure_ = failure.what();
    }
}

void Daemon::on_signal() {
    for (int number = signals_.next(); number != 0; number = signals_.next()) {
        if (number == SIGHUP) {
            reload();
        } else {
            loop_.stop();
        }
    }
}

void Daemon::reload() {
    loop::service_manager::reloading();
    try {
        config::Config fresh = config::load(config_path_);
        for (const std::string& key : config::restart_keys_changed(config_, fresh)) {
            log::warning("reload: " + key +
                         " changes only with a restart; the running value stays");
        }
        config::take_live_keys(config_, fresh);
        books_.verdicts.set_thresholds(config_.verdicts);
        log::set_level(config_.log_level);
        source_->reconfigure(config_);
        ticker_.set_period(config_.tick_seconds);
        log::info("reloaded " + config_path_);
    } catch (const config::ConfigError& problem) {
        log::error("reload: " + std::string(problem.what()) + "; the running configuration stays");
    }
    say_status();
}

void Daemon::refresh_web() {
    if (!web_files_) return;
    try {
        if (web_files_->refresh()) log::info("web.config_file and its certificates: read again");
    } catch (const std::exception& problem) {
        log::error(std::string(problem.what()) + "; what was read before stays in use");
    }
}

void Daemon::give_up_capabilities() {
    const model::SnapshotPtr snapshot = snapshots_.latest();
    const kernel::Needs needs{.polling = snapshot && snapshot->self.backend == "poll",
                              .rereads_files = web_files_ != nullptr};
    try {
        log::info(kernel::drop_capabilities(needs));
    } catch (const std::exception& refused) {
        log::warning(refused.what());
    }
}

std::string Daemon::status_line(const model::Snapshot& snapshot) const {
    std::uint64_t connections = 0;
    for (const model::Service& service : snapshot.services)
        connections += model::open_connections(service.gauges);
    return "back end " + snapshot.self.backend + ", " + std::to_string(snapshot.services.size()) +
           " services, " + std::to_string(connections) + " connections, /metrics on " +
           http_->address() +
           (resp_ ? ", RESP on " + config_.resp.listen_address + ":" + std::to_string(resp_->port())
                  : "");
}

/// The counts move; the service manager hears of it now and then.
void Daemon::refresh_status() {
    constexpr std::uint64_t period_ns = 5'000'000'000;
    const model::SnapshotPtr snapshot = snapshots_.latest();
    const std::uint64_t now_ns = util::clock_ns(CLOCK_MONOTONIC);
    if (status_.empty() || now_ns < status_ns_ + period_ns) return;
    status_ns_ = now_ns;
    std::string line = status_line(*snapshot);
    if (line == status_) return;
    status_ = std::move(line);
    loop::service_manager::status(status_);
}

void Daemon::say_status() {
    const model::SnapshotPtr snapshot = snapshots_.latest();
    if (!snapshot) return;
    const model::Self& self = snapshot->self;
    if (!self.backend_reason.empty()) {
        log::warning("back end " + self.backend + ", not a better one: " + self.backend_reason);
    }
    status_ = status_line(*snapshot);
    log::info(status_);
    loop::service_manager::ready(status_);
}

}  // namespace wiregap::app
