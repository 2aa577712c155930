// SPDX-License-Identifier: Apache-2.0
// The demo's clients against a RESP server in this process, and what it says when there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <sstream>
#include <thread>

#include "daemon/cli/demo/demo.h"
#include "daemon/cli/failure.h"
#include "daemon/loop/event_loop.h"
#include "daemon/resp/server/server.h"

namespace wiregap::cli {
namespace {

using testing::HasSubstr;

/// The embedded server on a free port, with a loop in a thread of its own.
class RunningServer {
  public:
    explicit RunningServer(const std::string& password = "")
        : server_(loop_, options(password)), ticker_(0.01), thread_([this] { loop_.run(); }) {}
    ~RunningServer() { stop(); }
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;

    [[nodiscard]] DemoTarget target(const std::string& password = "") const {
        return {.address = "127.0.0.1", .port = server_.port(), .password = password};
    }
    void stop() {
        stop_ = true;
        if (thread_.joinable()) thread_.join();
    }
    /// After stop().
    [[nodiscard]] const resp::Statistics& statistics() { return server_.engine().statistics; }

  private:
    static resp::Options options(const std::string& password) {
        resp::Options options;
        options.password = password;
        return options;
    }

    loop::EventLoop loop_;
    resp::Server server_;
    loop::Ticker ticker_;
    std::atomic<bool> stop_{false};
    int watch_ = [this] {
        loop_.add(ticker_.fd(), [this] {
            ticker_.consume();
            if (stop_) loop_.stop();
        });
        return 0;
    }();
    std::thread thread_;
};

std::string refusal(const DemoTarget& target) {
    std::ostringstream out;
    try {
        run_demo(target, 0.1, out);
    } catch (const Failure& failure) {
        return failure.what();
    }
    return "";
}

TEST(CliDemo, ReadersReadAndOneDoesNot) {
    std::ostringstream out;
    RunningServer server("pass word");
    run_demo(server.target("pass word"), 0.5, out);
    server.stop();
    const std::uint64_t commands = server.statistics().commands;
    EXPECT_THAT(out.str(), HasSubstr("4 clients ask for 200 values of 16 KiB a second"));
    EXPECT_THAT(out.str(), HasSubstr("1 client, 127.0.0.1:"));
    // Some 100 of the readers, and of the other as many as its backlog allows.
    EXPECT_GT(commands, 100U);
    EXPECT_LT(commands, 1300U);
}

TEST(CliDemo, WhatIsWrongIsOneLineWithAWayOut) {
    EXPECT_THAT(refusal({.address = "127.0.0.1", .port = 1, .password = ""}),
                HasSubstr("can't connect to the RESP server at 127.0.0.1 port 1"));
    EXPECT_THAT(refusal({.address = "localhost", .port = 1, .password = ""}),
                HasSubstr("no numeric address"));
    const RunningServer server("secret");
    EXPECT_THAT(refusal(server.target()), HasSubstr("say it in REDISCLI_AUTH"));
    EXPECT_THAT(refusal(server.target("wrong")), HasSubstr("WRONGPASS"));
}

TEST(CliDemo, ATargetIsAnAddressAndAPort) {
    EXPECT_EQ(parse_demo_target("[::1]:6379").address, "::1");
    EXPECT_EQ(parse_demo_target("127.0.0.1:6379").port, 6379);
    for (const char* const wrong : {"127.0.0.1", "127.0.0.1:", "127.0.0.1:0", ":99999", "a:1x"}) {
        EXPECT_THROW(parse_demo_target(wrong), Failure) << wrong;
    }
}

}  // namespace
}  // namespace wiregap::cli
