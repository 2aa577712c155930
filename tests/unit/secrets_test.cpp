// SPDX-License-Identifier: Apache-2.0
// Passwords in files beside the configuration, and among the service's credentials.
#include "daemon/config/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace wiregap::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* both =
    "resp: {requirepass_file: resp.pass}\n"
    "backlog: {redis_servers: [{url: \"redis://me@127.0.0.1:6379\", password_file: redis.pass}]}\n";

class Secrets : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_NE(mkdtemp(directory_.data()), nullptr);
        unsetenv("CREDENTIALS_DIRECTORY");
    }
    void TearDown() override {
        unsetenv("CREDENTIALS_DIRECTORY");
        std::filesystem::remove_all(directory_);
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return directory_ + "/" + name;
    }
    void write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
        std::ofstream(path(name)) << text;
        ASSERT_EQ(chmod(path(name).c_str(), mode), 0);
    }
    [[nodiscard]] Config loaded() const { return load(path("config.yaml")); }
    [[nodiscard]] std::string refusal() const {
        try {
            load(path("config.yaml"));
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "accepted";
    }

    std::string directory_ = "/tmp/wiregap-secrets-XXXXXX";
};

TEST_F(Secrets, AreReadFromFilesBesideTheConfiguration) {
    write("config.yaml", both);
    write("resp.pass", "open sesame\n");
    write("redis.pass", " other%40 ");
    const Config config = loaded();
    EXPECT_EQ(config.resp.requirepass, "open sesame");
    EXPECT_EQ(config.backlog.redis_servers.at(0).user, "me");
    EXPECT_EQ(config.backlog.redis_servers.at(0).password, " other%40 ") << "as it is";
    EXPECT_THAT(open_secrets(config, path("config.yaml")), IsEmpty());
}

TEST_F(Secrets, OnlyTheNewlineAtTheEndIsNoPartOfAPassword) {
    write("config.yaml", "resp: {requirepass_file: p}");
    for (const char* text : {"word", "word\n", "word\r\n"}) {
        write("p", text);
        EXPECT_EQ(loaded().resp.requirepass, "word");
    }
    write("p", "word \n");
    EXPECT_EQ(loaded().resp.requirepass, "word ");
}

TEST_F(Secrets, WhatIsWrongIsOneLineWithKeyAndFile) {
    write("config.yaml", "resp: {requirepass_file: p}");
    EXPECT_EQ(refusal(), path("p") +
                             ":1:1: cannot be read: No such file or directory; let this user read "
                             "it, or correct resp.requirepass_file in the config");
    for (const char* empty : {"", "\n", "\r\n"}) {
        write("p", empty);
        EXPECT_EQ(refusal(),
                  path("p") + ":1:1: is empty; write the password of resp.requirepass_file to it");
    }
    write("p", "one\ntwo\n");
    EXPECT_EQ(refusal(), path("p") +
                             ":1:1: is more than one line of text; write the password of "
                             "resp.requirepass_file to it, and nothing else");
}

TEST_F(Secrets, InlineAndByFileIsAnError) {
    write("p", "word");
    const std::string config = path("config.yaml");
    write("config.yaml", "resp: {requirepass: a, requirepass_file: p}");
    EXPECT_EQ(refusal(),
              config +
                  ":1:42: resp.requirepass_file stands beside resp.requirepass; keep one "
                  "of the two");
    write("config.yaml", "resp: {requirepass_file: p, requirepass: a}");
    EXPECT_EQ(refusal(),
              config +
                  ":1:42: resp.requirepass stands beside resp.requirepass_file; keep one "
                  "of the two");
    write("config.yaml", "resp: {requirepass_file: \"\", requirepass: a}");
    EXPECT_EQ(loaded().resp.requirepass, "a");
    write("config.yaml",
          "backlog: {redis_servers: [{url: \"redis://u:hidden@1.1.1.1:1\", password_file: p}]}");
    EXPECT_THAT(refusal(), HasSubstr("a password in its url and in password_file; keep one"));
    EXPECT_THAT(refusal(), testing::Not(HasSubstr("hidden")));
}

TEST_F(Secrets, ACredentialIsFoundWhereSystemdPutIt) {
    std::filesystem::create_directory(path("credentials"));
    setenv("CREDENTIALS_DIRECTORY", path("credentials").c_str(), 1);
    write("config.yaml", "resp: {requirepass_file: \"${CREDENTIALS_DIRECTORY}/resp\"}");
    write("credentials/resp", "word\n");
    EXPECT_EQ(loaded().resp.requirepass, "word");
    EXPECT_THAT(unread_keys(loaded()), IsEmpty());
    EXPECT_EQ(located("${CREDENTIALS_DIRECTORY}/web.yml", "web.config_file", "/etc/c.yaml"),
              path("credentials") + "/web.yml");
    EXPECT_EQ(located("web.yml", "web.config_file", "/etc/c.yaml"), "/etc/web.yml");
    EXPECT_EQ(located("/a/web.yml", "web.config_file", "/etc/c.yaml"), "/a/web.yml");
}

TEST_F(Secrets, WithoutCredentialsTheServiceSaysSoAndACheckGoesOn) {
    write("config.yaml",
          "resp: {requirepass_file: \"${CREDENTIALS_DIRECTORY}/resp\"}\n"
          "web: {config_file: \"${CREDENTIALS_DIRECTORY}/web.yml\"}\n");
    EXPECT_EQ(refusal(), path("config.yaml") +
                             ":1:1: resp.requirepass_file is in ${CREDENTIALS_DIRECTORY}, which "
                             "only a service with LoadCredential= has; start it by systemd, or "
                             "write another path");
    const Config config = load(path("config.yaml"), Credentials::if_there);
    EXPECT_EQ(config.resp.requirepass, "");
    EXPECT_THAT(unread_keys(config), ElementsAre("resp.requirepass_file", "web.config_file"));
    EXPECT_THAT(open_secrets(config, path("config.yaml")), IsEmpty());
}

TEST_F(Secrets, WhatEverybodyMayReadIsWarnedOfOnce) {
    write("config.yaml", both);
    write("resp.pass", "a", 0644);
    write("redis.pass", "b", 0640);
    EXPECT_THAT(open_secrets(loaded(), path("config.yaml")),
                ElementsAre(path("resp.pass") +
                            ", the resp.requirepass_file, can be read by everybody on this host; "
                            "chmod o= it"));
}

}  // namespace
}  // namespace wiregap::config
