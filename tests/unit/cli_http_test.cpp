// SPDX-License-Identifier: Apache-2.0
// The daemon's answers and failures, played by a server of one canned answer.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "daemon/cli/api_client.h"
#include "daemon/cli/demo/socket.h"
#include "daemon/cli/failure.h"
#include "daemon/cli/options.h"
#include "daemon/cli/query.h"

namespace wiregap::cli {
namespace {

/// Listens on a free port of 127.0.0.1.
Fd listen_on_loopback() {
    Fd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener.get(), 1), 0);
    return listener;
}

/// Answers one request with `reply` and closes; keeps the request.
class CannedServer {
  public:
    explicit CannedServer(std::string reply, bool hangs = false)
        : listener_(listen_on_loopback()),
          url_("http://" + address_of(listener_)),
          thread_([this, reply = std::move(reply), hangs] { answer(reply, hangs); }) {}
    ~CannedServer() { join(); }
    CannedServer(const CannedServer&) = delete;
    CannedServer& operator=(const CannedServer&) = delete;

    [[nodiscard]] const std::string& url() const { return url_; }
    const std::string& request() {
        join();
        return request_;
    }

  private:
    void join() {
        if (thread_.joinable()) thread_.join();
    }
    void answer(const std::string& reply, bool hangs) {
        const Fd client(accept(listener_.get(), nullptr, nullptr));
        std::array<char, 4096> buffer{};
        ssize_t got = 1;
        while (got > 0 && request_.find("\r\n\r\n") == std::string::npos) {
            got = read(client.get(), buffer.data(), buffer.size());
            if (got > 0) request_.append(buffer.data(), static_cast<std::size_t>(got));
        }
        if (hangs) got = read(client.get(), buffer.data(), buffer.size());  // until it gives up
        send(client.get(), reply.data(), reply.size(), MSG_NOSIGNAL);
    }

    Fd listener_;
    std::string url_;
    std::string request_;
    std::thread thread_;
};

std::string http(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nConnection: close\r\n\r\n" + body;
}

std::string failure_of(const std::string& url, std::chrono::milliseconds timeout = api_timeout) {
    try {
        fetch_json(url, "/api/v1/services", timeout);
    } catch (const Failure& failure) {
        return failure.what();
    }
    return "no failure";
}

TEST(CliHttp, AsksAndKeepsTheOrderOfKeys) {
    CannedServer server(http("200 OK", R"({"z":1,"a":2})"));
    EXPECT_EQ(fetch_json(server.url(), "/api/v1/services?port=1").dump(), R"({"z":1,"a":2})");
    EXPECT_EQ(server.request().substr(0, 39), "GET /api/v1/services?port=1 HTTP/1.1\r\nH");
}

TEST(CliHttp, AnAnswerLargerThanTheLibrarysDefaultLimitIsTaken) {
    const std::string large(9'000'000, 'x');
    CannedServer server(http("200 OK", R"({"a":")" + large + R"("})"));
    EXPECT_EQ(fetch_json(server.url(), "/").at("a").get<std::string>().size(), large.size());
}

TEST(CliHttp, NobodyThereIsOneLineThatSaysWhatToDo) {
    Fd listener = listen_on_loopback();
    const std::string url = "http://" + address_of(listener);
    listener = Fd();
    EXPECT_EQ(failure_of(url), "no wiregapd answers at " + url +
                                   " (Connection refused); start it with 'systemctl start "
                                   "wiregapd', or name it with --url");
}

TEST(CliHttp, ADaemonThatHangsIsGivenUp) {
    CannedServer server("", true);
    EXPECT_NE(
        failure_of(server.url(), std::chrono::milliseconds(100)).find("no answer within 0.1 s"),
        std::string::npos);
}

TEST(CliHttp, ErrorsAreShownWithTheirFirstLine) {
    CannedServer server(http("403 Forbidden", "loopback peers only\033[2J\nmore"));
    EXPECT_EQ(failure_of(server.url()),
              server.url() + " answered 403 Forbidden: loopback peers only?[2J");
}

TEST(CliHttp, WhoIsNotLetInIsToldWhatToDo) {
    CannedServer anonymous(http("401 Unauthorized", "a user and a password are wanted\n"));
    EXPECT_EQ(failure_of(anonymous.url()),
              anonymous.url() +
                  " answered 401: it wants a user and a password; write user:password "
                  "to a file and name that with --login-file, or in "
                  "WIREGAP_LOGIN_FILE");
    CannedServer known(http("401 Unauthorized", ""));
    EXPECT_EQ(failure_of("http://me:word@" + known.url().substr(7)),
              known.url() +
                  " answered 401: user or password is wrong; correct it in --login-file, or in the "
                  "URL");
}

TEST(CliHttp, AForeignServerIsNamedAsSuch) {
    for (const std::string& reply :
         {http("200 OK", "<html>"), http("200 OK", "[1]"), http("200 OK", ""),
          std::string("SSH-2.0-OpenSSH\r\n"), std::string()}) {
        CannedServer server(reply);
        const std::string text = failure_of(server.url());
        EXPECT_NE(text, "no failure") << reply;
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
}

TEST(CliHttp, AQueryPrintsJsonOrATable) {
    const std::string reply = http("200 OK", R"({"services":[{"service":"a","port":1}]})");
    Options options;
    CannedServer for_json(reply);
    options.url = for_json.url();
    options.json = true;
    EXPECT_EQ(Json::parse(run_query(options)).at("services").size(), 1U);
    CannedServer for_table(reply);
    options.url = for_table.url();
    options.json = false;
    EXPECT_NE(run_query(options).find("SERVICE"), std::string::npos);
}

}  // namespace
}  // namespace wiregap::cli
