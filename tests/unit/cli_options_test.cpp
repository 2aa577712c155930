// SPDX-License-Identifier: Apache-2.0
// The command line, the URL, and the question that is asked of the daemon.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "daemon/cli/failure.h"
#include "daemon/cli/login.h"
#include "daemon/cli/options.h"
#include "daemon/cli/query.h"
#include "daemon/cli/terminal.h"
#include "daemon/cli/url.h"

namespace wiregap::cli {
namespace {

Parsed parse_words(std::vector<const char*> words) {
    words.insert(words.begin(), "wiregap");
    return parse(static_cast<int>(words.size()), words.data());
}

TEST(CliOptions, GlobalOptionsStandBeforeOrAfterTheSubcommand) {
    for (const auto& words :
         {std::vector<const char*>{"--json", "--url", "http://[::1]:80", "services"},
          {"services", "--json", "--url", "http://[::1]:80"}}) {
        const Parsed parsed = parse_words(words);
        ASSERT_TRUE(parsed.options) << parsed.text;
        EXPECT_TRUE(parsed.options->json);
        EXPECT_EQ(parsed.options->url, "http://[::1]:80");
        EXPECT_EQ(parsed.options->command, Command::services);
    }
}

TEST(CliOptions, TheEnvironmentNamesTheUrlAndTheOptionWins) {
    setenv("WIREGAP_URL", "http://10.0.0.1:7", 1);
    const Parsed from_environment = parse_words({"doctor"});
    const Parsed from_option = parse_words({"doctor", "--url", "http://10.0.0.2:8"});
    unsetenv("WIREGAP_URL");
    ASSERT_TRUE(from_environment.options && from_option.options);
    EXPECT_EQ(from_environment.options->url, "http://10.0.0.1:7");
    EXPECT_EQ(from_option.options->url, "http://10.0.0.2:8");
}

TEST(CliOptions, TheEnvironmentNamesTheLoginFileToo) {
    setenv("WIREGAP_LOGIN_FILE", "/a", 1);
    const Parsed from_environment = parse_words({"top"});
    const Parsed from_option = parse_words({"top", "--login-file", "/b"});
    unsetenv("WIREGAP_LOGIN_FILE");
    ASSERT_TRUE(from_environment.options && from_option.options);
    EXPECT_EQ(from_environment.options->login_file, "/a");
    EXPECT_EQ(from_option.options->login_file, "/b");
}

TEST(CliOptions, WrongUsageIsOneLineAndExitCodeTwo) {
    struct Case {
        std::vector<const char*> words;
        const char* names;
    };
    const std::vector<Case> cases{{{}, "subcommand"},
                                  {{"conections"}, "'conections'"},
                                  {{"services", "--port", "70000"}, "--port"},
                                  {{"services", "--port", "x"}, "--port"},
                                  {{"services", "--role", "both"}, "--role"},
                                  {{"services", "--limit", "3"}, "--limit"},
                                  {{"connections", "--limit", "0"}, "--limit"},
                                  {{"demo", "--seconds", "-1"}, "--seconds"},
                                  {{"services", "--url", "ftp://host"}, "http://"}};
    for (const auto& [words, names] : cases) {
        const Parsed parsed = parse_words(words);
        EXPECT_FALSE(parsed.options);
        EXPECT_EQ(parsed.exit_code, exit_usage);
        EXPECT_NE(parsed.text.find(names), std::string::npos) << parsed.text;
        EXPECT_EQ(parsed.text.find('\n'), parsed.text.size() - 1) << parsed.text;
    }
}

TEST(CliOptions, HelpAndVersionAreNoErrors) {
    for (const auto& words :
         {std::vector<const char*>{"--help"}, {"demo", "--help"}, {"--version"}}) {
        const Parsed parsed = parse_words(words);
        EXPECT_FALSE(parsed.options);
        EXPECT_EQ(parsed.exit_code, exit_ok);
        EXPECT_FALSE(parsed.text.empty());
    }
    EXPECT_NE(parse_words({"--help"}).text.find("Exit codes:"), std::string::npos);
}

TEST(CliOptions, FiltersBecomeQueryParameters) {
    const Parsed parsed = parse_words({"connections", "--service", "a b&c", "--port", "6379",
                                       "--role", "server", "--limit", "5"});
    ASSERT_TRUE(parsed.options) << parsed.text;
    EXPECT_EQ(api_target(*parsed.options),
              "/api/v1/connections?service=a%20b%26c&port=6379&role=server&limit=5");
    EXPECT_EQ(api_target(Options{}), "/api/v1/services");
}

TEST(CliOptions, TablesUnlessJsonIsAskedFor) {
    EXPECT_FALSE(parse_words({"services"}).options->json);
    EXPECT_TRUE(parse_words({"services", "--json"}).options->json);
    EXPECT_FALSE(parse_words({"--table", "services"}).options->json);  // of earlier scripts
}

TEST(CliUrl, HostAndPort) {
    const auto host_port = [](const char* text) {
        const Url url = parse_url(text);
        return url.host + " " + url.port;
    };
    EXPECT_EQ(host_port("http://127.0.0.1:19473"), "127.0.0.1 19473");
    EXPECT_EQ(host_port("http://localhost/"), "localhost 19473");
    EXPECT_EQ(host_port("http://[::1]:80/"), "::1 80");
    EXPECT_EQ(host_port("http://[::1]"), "::1 19473");
}

TEST(CliUrl, TlsAndLogin) {
    EXPECT_FALSE(parse_url("http://h:1").tls);
    const Url url = parse_url("https://user:p@ss:word@h:1");
    EXPECT_TRUE(url.tls);
    EXPECT_EQ(url.login, "user:p@ss:word");
    EXPECT_EQ(url.host, "h");
    EXPECT_EQ(without_login("https://user:p@ss@h:1"), "https://h:1");
    EXPECT_EQ(without_login("http://h:1"), "http://h:1");
}

TEST(CliUrl, TheLoginIsPercentDecoded) {
    EXPECT_EQ(parse_url("http://us%65r:p%40%3a%2F%25@h").login, "user:p@:/%");
    for (const char* text :
         {"http://u:100%@h", "http://u:%4@h", "http://u:%zz@h", "http://u:%+1@h"}) {
        EXPECT_THROW(parse_url(text), Failure) << text;
    }
}

TEST(CliUrl, WhatIsWrongWithALoginIsSaidWithoutIt) {
    for (const char* text : {"http://user:secret%@h", "http://secret@h"}) {
        try {
            parse_url(text);
            FAIL() << text;
        } catch (const Failure& failure) {
            EXPECT_EQ(std::string(failure.what()).find("secret"), std::string::npos);
        }
    }
}

class LoginFile : public testing::Test {
  protected:
    void SetUp() override { ASSERT_NE(mkdtemp(directory_.data()), nullptr); }
    void TearDown() override { std::filesystem::remove_all(directory_); }
    std::string write(const std::string& text) {
        std::ofstream(path()) << text;
        return path();
    }
    [[nodiscard]] std::string path() const { return directory_ + "/login"; }
    static std::string failure(const std::string& url, const std::string& file) {
        try {
            return with_login(url, file);
        } catch (const Failure& failure) {
            return failure.what();
        }
    }

    std::string directory_ = "/tmp/wiregap-login-XXXXXX";
};

TEST_F(LoginFile, ItsFirstLineGoesIntoTheUrl) {
    for (const char* text : {"me:p@ss/w:rd %\n", "me:p@ss/w:rd %", "me:p@ss/w:rd %\r\nmore\n"}) {
        const std::string url = with_login("https://h:1", write(text));
        EXPECT_EQ(parse_url(url).login, "me:p@ss/w:rd %") << text;
        EXPECT_EQ(without_login(url), "https://h:1");
    }
    EXPECT_EQ(with_login("http://a:b@h", ""), "http://a:b@h");
}

TEST_F(LoginFile, WhatIsWrongIsOneLine) {
    EXPECT_EQ(failure("http://h", path()),
              "--login-file " + path() + " can't be read: No such file or directory");
    EXPECT_EQ(failure("http://h", directory_),
              "--login-file " + directory_ + " can't be read: Is a directory");
    for (const char* text : {"", "\n", "secret\n", ":secret\n"}) {
        EXPECT_EQ(failure("http://h", write(text)),
                  "--login-file " + path() +
                      " does not begin with a user's name and a colon; write user:password to it");
    }
    EXPECT_EQ(failure("http://a:b@h", write("a:b")),
              "user and password stand in the URL and in --login-file " + path() +
                  "; keep one of the two");
}

TEST(CliUrl, WhatIsWrongIsSaid) {
    for (const char* text :
         {"", "127.0.0.1:19473", "ftp://h:1", "http://", "http://:1", "http://h:", "http://h:0",
          "http://h:65536", "http://h:1x", "http://h:1/metrics", "http://[::1", "http://[::1]1",
          "http://[]:1", "http://::1:80", "http://a b:1", "http://u@h:1"}) {
        EXPECT_THROW(parse_url(text), Failure) << text;
    }
}

}  // namespace
}  // namespace wiregap::cli
