// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "daemon/config/load.h"

namespace wiregap::config {
namespace {

/// The one line with which `text` is refused; "accepted" if it is not.
std::string refusal(const std::string& text) {
    try {
        parse(text, "c.yaml");
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Config, EmptyAndCommentedOutFilesAreTheDefaults) {
    for (const char* text :
         {"", "\n", "# nothing\n", "---\n", "limits:\n", "web:\n  # all gone\n"}) {
        EXPECT_EQ(parse(text, "c.yaml"), Config{}) << text;
    }
}

TEST(Config, EveryKeyIsRead) {
    const Config c = parse(R"(
tick_seconds: 0.25
backend: tracepoint
owners_seconds: 7
limits: {max_services: 3, max_connections: 100, max_client_connections: 2000,
         max_late_sockets: 4000, sweep_cpu_ratio: 0.5}
observe: {ports: [80, 443], exclude_ports: [22], network_namespaces: own}
metrics: {buckets_per_octave: 8}
web: {listen: "[::1]:80", max_connections: 2, request_timeout_seconds: 1.5, config_file: web.yml}
log: {level: debug}
)",
                           "c.yaml");
    const Config wanted{
        .tick_seconds = 0.25,
        .backend = BackendChoice::tracepoint,
        .owners_seconds = 7,
        .limits = {3, 100, 2000, 4000, 0.5},
        .observe = {{80, 443}, {22}, true},
        .buckets_per_octave = 8,
        .web = {"::1", 80, 2, 1.5, "web.yml"},
        .log_level = LogLevel::debug,
    };
    EXPECT_EQ(c, wanted);
}

TEST(Config, BoundsBelongToTheRange) {
    EXPECT_EQ(parse("tick_seconds: 0.05", "c").tick_seconds, 0.05);
    EXPECT_EQ(parse("tick_seconds: 60", "c").tick_seconds, 60);
    EXPECT_EQ(parse("limits: {max_services: 4096}", "c").limits.max_services, 4096U);
    EXPECT_EQ(parse("web: {listen: '0.0.0.0:0'}", "c").web.listen_port, 0);
    EXPECT_EQ(parse("web: {listen: '0.0.0.0:65535'}", "c").web.listen_port, 65535);
}

struct Refused {
    const char* text;
    const char* line;
};

class ConfigRefuses : public testing::TestWithParam<Refused> {};

TEST_P(ConfigRefuses, WithOneExactLine) { EXPECT_EQ(refusal(GetParam().text), GetParam().line); }

INSTANTIATE_TEST_SUITE_P(
    Keys, ConfigRefuses,
    testing::Values(
        Refused{"tick_second: 1",
                "c.yaml:1:1: unknown key \"tick_second\"; did you mean tick_seconds?"},
        Refused{"\nweb:\n  lisen: x",
                "c.yaml:3:3: unknown key \"web.lisen\"; did you mean web.listen?"},
        Refused{"max_services: 4",
                "c.yaml:1:1: unknown key \"max_services\"; did you mean limits.max_services?"},
        Refused{"web: {level: info}",
                "c.yaml:1:7: unknown key \"web.level\"; did you mean log.level?"},
        Refused{
            "colour: blue",
            "c.yaml:1:1: unknown key \"colour\"; remove it, the shipped config.yaml lists every "
            "key"},
        Refused{
            "tick_seconds: 1\nbackend: auto\ntick_seconds: 2",
            "c.yaml:3:1: key \"tick_seconds\" stands here a second time; remove one of the two"},
        Refused{"web:\n  max_connections: 2\nweb:\n  max_connections: 3",
                "c.yaml:3:1: key \"web\" stands here a second time; remove one of the two"},
        Refused{"limits: 4",
                "c.yaml:1:9: limits is a section, not a value; write its keys below it, each "
                "indented by two spaces"},
        Refused{"[1]: 4", "c.yaml:1:1: a key must be a plain word; write it as key: value"},
        Refused{"- tick_seconds",
                "c.yaml:1:1: this is not a map of keys; write lines of the form key: value"},
        Refused{"hello",
                "c.yaml:1:1: this is not a map of keys; write lines of the form key: value"},
        Refused{"backend: auto\n---\nbackend: poll",
                "c.yaml:3:1: a second YAML document begins here; put all keys into one and remove "
                "the ---"}));

INSTANTIATE_TEST_SUITE_P(
    Values, ConfigRefuses,
    testing::Values(
        Refused{
            "tick_seconds: fast",
            "c.yaml:1:15: tick_seconds is \"fast\", not a number; write a number from 0.05 to 60"},
        Refused{
            "tick_seconds: 1s",
            "c.yaml:1:15: tick_seconds is \"1s\", not a number; write a number from 0.05 to 60"},
        Refused{"tick_seconds: \"1\"",
                "c.yaml:1:15: tick_seconds is \"1\", not a number; write a number from 0.05 to 60"},
        Refused{"tick_seconds: 0.01",
                "c.yaml:1:15: tick_seconds is \"0.01\", outside 0.05 to 60; write a number in that "
                "range"},
        Refused{"tick_seconds: nan",
                "c.yaml:1:15: tick_seconds is \"nan\", outside 0.05 to 60; write a number in that "
                "range"},
        Refused{
            "tick_seconds: 1e999",
            "c.yaml:1:15: tick_seconds is \"1e999\", outside 0.05 to 60; write a number in that "
            "range"},
        Refused{
            "tick_seconds: [1]",
            "c.yaml:1:15: tick_seconds is a list, not a single value; write a number from 0.05 to "
            "60"},
        Refused{
            "tick_seconds: {a: 1}",
            "c.yaml:1:15: tick_seconds is a map, not a single value; write a number from 0.05 to "
            "60"},
        Refused{
            "\ntick_seconds:\nbackend: auto",
            "c.yaml:2:1: tick_seconds has no value; write a number from 0.05 to 60, or remove the "
            "key to have the default"},
        Refused{"owners_seconds: 1.5",
                "c.yaml:1:17: owners_seconds is \"1.5\", not a whole number; write a whole number "
                "from 1 to 3600"},
        Refused{"owners_seconds: -1",
                "c.yaml:1:17: owners_seconds is \"-1\", outside 1 to 3600; write a whole number in "
                "that range"},
        Refused{"limits:\n  max_late_sockets: 99999999999999999999",
                "c.yaml:2:21: limits.max_late_sockets is \"99999999999999999999\", outside 1024 to "
                "4194304; write a whole number in that range"},
        Refused{
            "limits: {sweep_cpu_ratio: 0}",
            "c.yaml:1:27: limits.sweep_cpu_ratio is \"0\", outside 0.0001 to 1; write a number in "
            "that range"},
        Refused{"backend: kprobe",
                "c.yaml:1:10: backend is \"kprobe\"; write auto, fentry, tracepoint or poll"},
        Refused{"metrics:\n  buckets_per_octave: 3",
                "c.yaml:2:23: metrics.buckets_per_octave is \"3\"; write 1, 2, 4 or 8"},
        Refused{"log: {level: \"a\\nb\"}",
                "c.yaml:1:14: log.level is \"a?b\"; write debug, info, warning or error"}));

INSTANTIATE_TEST_SUITE_P(
    Lists, ConfigRefuses,
    testing::Values(
        Refused{"observe: {ports: 80}",
                "c.yaml:1:18: observe.ports is not a list; write ports as [6379, 443], or []"},
        Refused{"observe:\n  ports:\n",
                "c.yaml:2:3: observe.ports is not a list; write ports as [6379, 443], or []"},
        Refused{
            "observe: {ports: [80, 65536]}",
            "c.yaml:1:23: observe.ports is \"65536\", outside 1 to 65535; write a whole number in "
            "that range"},
        Refused{"observe:\n  exclude_ports:\n    - 22\n    - ssh",
                "c.yaml:4:7: observe.exclude_ports is \"ssh\", not a whole number; write a whole "
                "number from 1 to 65535"},
        Refused{"observe: {network_namespaces: some}",
                "c.yaml:1:31: observe.network_namespaces is \"some\"; write all or own"}));

TEST(Config, ReadsRedisServers) {
    const Config config = parse(
        "backlog: {redis_servers: [\"redis://127.0.0.1:6379\", "
        "\"redis://who:a:b@c@[::1]:6380\", \"redis://:p%40%3a%2f%25%20@127.0.0.1:1\", "
        "\"redis://m%65:x@127.0.0.1:2\", {url: \"redis://me@127.0.0.1:3\", password_file: f}]}",
        "c.yaml");
    const std::vector<RedisServer> wanted = {{"127.0.0.1", 6379, "", ""},
                                             {"::1", 6380, "who", "a:b@c"},
                                             {"127.0.0.1", 1, "", "p@:/% "},
                                             {"127.0.0.1", 2, "me", "x"},
                                             {"127.0.0.1", 3, "me", "", "f"}};
    EXPECT_EQ(config.backlog.redis_servers, wanted);
}

TEST(Config, ReadsRedisServersOnUnixSockets) {
    const Config config = parse(
        "backlog: {redis_servers: [\"unix:///run/redis/redis.sock\", "
        "\"unix://me:w%40rd@/run/a%20b@c.sock\", {url: \"unix:///s\", password_file: f}]}",
        "c.yaml");
    const std::vector<RedisServer> wanted = {{"", 0, "", "", "", "/run/redis/redis.sock"},
                                             {"", 0, "me", "w@rd", "", "/run/a b@c.sock"},
                                             {"", 0, "", "", "f", "/s"}};
    EXPECT_EQ(config.backlog.redis_servers, wanted);
}

TEST(Config, RefusesABadRedisServerWithoutItsPassword) {
    const auto line = [](const std::string& value) {
        return refusal("backlog: {redis_servers: " + value + "}");
    };
    const std::string hint =
        "; write \"redis://127.0.0.1:6379\", \"redis://user:password@[::1]:6379\" or "
        "\"unix:///run/redis/redis.sock\"";
    const std::string entry = "c.yaml:1:27: backlog.redis_servers has an entry ";
    EXPECT_EQ(line("[rediss://u:secret@127.0.0.1:6379]"),
              entry + "that begins with rediss://, and TLS is not spoken to a server of this host" +
                  hint);
    EXPECT_EQ(line("[valkey://u:secret@127.0.0.1:6379]"),
              entry + "that begins with neither redis:// nor unix://" + hint);
    EXPECT_EQ(line("[redis://u:secret@localhost:6379]"),
              entry + "whose address is not a numeric one" + hint);
    EXPECT_EQ(line("[redis://secret@127.0.0.1:6379]"),
              entry + "with a user and no password" + hint);
    EXPECT_EQ(line("[redis://u:secret%4@127.0.0.1:6379]"),
              entry + "with a % that two hexadecimal digits do not follow (%25 is a %)" + hint);
    EXPECT_EQ(line("[redis://127.0.0.1:0]"), entry + "whose port is 0" + hint);
    EXPECT_EQ(line("[unix://run/redis.sock]"), entry + "whose path does not begin with /" + hint);
    EXPECT_EQ(line("[unix:///" + std::string(107, 'x') + "]"),
              entry + "whose path is longer than 107 bytes" + hint);
    EXPECT_EQ(line("[{password_file: f}]"), entry + "without a url" + hint);
    EXPECT_EQ(line("[{url: 'redis://127.0.0.1:1', passwrd: secret}]"),
              "c.yaml:1:56: backlog.redis_servers has an entry with the unknown key \"passwrd\"; "
              "remove it, there are url and password_file");
    EXPECT_EQ(line("redis"),
              "c.yaml:1:26: backlog.redis_servers is not a list of at most 16; write "
              "[\"redis://127.0.0.1:6379\"], or []");
}

constexpr const char* listen_hint =
    "; write \"ADDRESS:PORT\", as in \"127.0.0.1:19473\" or \"[::]:19473\"";

TEST(Config, RefusesABadListenAddress) {
    const auto line = [](const std::string& value) {
        return refusal("web: {listen: " + value + "}");
    };
    EXPECT_EQ(line("'19473'"),
              std::string("c.yaml:1:15: web.listen is \"19473\", without a port") + listen_hint);
    for (const std::string address : {"localhost:80", "::1:80", "[::1:80", "[1.2.3.4]:80", ":80",
                                      "[]:80", "1.2.3:80", "'[fe80::1%lo]:80'"}) {
        EXPECT_THAT(
            line("\"" + address + "\""),
            testing::EndsWith(std::string(", whose address is not a numeric one") + listen_hint))
            << address;
    }
    for (const std::string port : {"", "x", "65536", "-1", "80 ", "80/tcp"}) {
        EXPECT_EQ(line("\"0.0.0.0:" + port + "\""), "c.yaml:1:15: web.listen is \"0.0.0.0:" + port +
                                                        "\", whose port is not 0 to 65535" +
                                                        listen_hint);
    }
}

TEST(Config, AVeryLongOrBinaryValueStaysOneShortLine) {
    const std::string line = refusal("backend: \"" + std::string(5000, 'x') + "\"");
    EXPECT_EQ(line, "c.yaml:1:10: backend is \"" + std::string(40, 'x') +
                        "..\"; write auto, fentry, tracepoint or poll");
    EXPECT_EQ(refusal("\"a\\e[31mb\": 1").find('\x1b'), std::string::npos);
}

TEST(Config, SyntaxErrorsHaveTheirPlace) {
    EXPECT_THAT(refusal("tick_seconds: 1\n  backend: auto"),
                testing::MatchesRegex("c\\.yaml:2:[0-9]+: is not YAML: .*; correct it here"));
    EXPECT_THAT(refusal("observe: [1, 2"),
                testing::MatchesRegex("c\\.yaml:1:[0-9]+: is not YAML: .*; correct it here"));
    EXPECT_THAT(refusal("\tbackend: auto"),
                testing::MatchesRegex("c\\.yaml:1:[0-9]+: is not YAML: .*; correct it here"));
    EXPECT_THAT(refusal("backend: *nowhere"),
                testing::MatchesRegex("c\\.yaml:1:[0-9]+: is not YAML: .*; correct it here"));
    EXPECT_THAT(refusal(std::string(10000, '[')),
                testing::MatchesRegex("c\\.yaml:1:[0-9]+: is not YAML: .*; correct it here"));
}

std::string load_error(const std::string& path) {
    try {
        load(path);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "accepted";
}

class ConfigFile : public testing::Test {
  protected:
    void SetUp() override { ASSERT_NE(mkdtemp(directory_.data()), nullptr); }
    void TearDown() override {
        unlink(path().c_str());
        rmdir(directory_.c_str());
    }
    [[nodiscard]] std::string path() const { return directory_ + "/config.yaml"; }
    void write(const std::string& text) const { std::ofstream(path()) << text; }

    std::string directory_ = "/tmp/wiregap-config-XXXXXX";
};

TEST_F(ConfigFile, IsRead) {
    write("tick_seconds: 5\n");
    EXPECT_EQ(load(path()).tick_seconds, 5);
    write("tick_seconds: x\n");
    EXPECT_EQ(load_error(path()), path() +
                                      ":1:15: tick_seconds is \"x\", not a number; write a number "
                                      "from 0.05 to 60");
}

TEST_F(ConfigFile, ThatCannotBeReadIsOneLine) {
    const std::string hint = "; give a file that this user may read with --config";
    EXPECT_EQ(load_error(path()),
              path() + ":1:1: cannot be read: No such file or directory" + hint);
    EXPECT_EQ(load_error(directory_), directory_ + ":1:1: cannot be read: Is a directory" + hint);
    write("tick_seconds: 5\n");
    ASSERT_EQ(chmod(path().c_str(), 0), 0);
    ASSERT_EQ(chmod(directory_.c_str(), 0755), 0);
    const uid_t user = geteuid();
    ASSERT_EQ(seteuid(user == 0 ? 65534 : user), 0);  // root may read every file
    const std::string error = load_error(path());
    ASSERT_EQ(seteuid(user), 0);
    EXPECT_EQ(error, path() + ":1:1: cannot be read: Permission denied" + hint);
}

TEST_F(ConfigFile, ThatIsHugeIsOneLine) {
    write(std::string((1U << 20) + 1, '#'));
    EXPECT_EQ(load_error(path()),
              path() + ":1:1: is larger than 1 MiB; give wiregap's own config.yaml");
    write(std::string(1U << 20, '#'));
    EXPECT_EQ(load(path()), Config{});
}

TEST(Config, AReloadTakesOverAllButRestartKeys) {
    Config running = parse("{backend: poll, tick_seconds: 5}", "c");
    const Config fresh = parse(
        "{tick_seconds: 2, limits: {max_services: 9, sweep_cpu_ratio: 0.5}, log: {level: debug}, "
        "verdicts: {calm_ticks: 7}, web: {listen: '[::]:1'}}",
        "c");
    take_live_keys(running, fresh);
    Config expected = parse("{backend: poll}", "c");
    expected.tick_seconds = 2;
    expected.limits.sweep_cpu_ratio = 0.5;
    expected.log_level = LogLevel::debug;
    expected.verdicts.calm_ticks = 7;
    EXPECT_EQ(running, expected);
}

TEST(Config, RestartKeysThatDiffer) {
    EXPECT_TRUE(restart_keys_changed({}, {}).empty());
    const Config live = parse("{tick_seconds: 2, owners_seconds: 3, log: {level: debug}}", "c");
    EXPECT_TRUE(restart_keys_changed({}, live).empty()) << "none of these needs a restart";
    const Config other =
        parse("{web: {listen: '[::]:19473'}, backend: poll, observe: {ports: [1]}}", "c");
    EXPECT_EQ(restart_keys_changed({}, other),
              (std::vector<std::string>{"backend", "observe.ports", "web.listen"}));
    EXPECT_EQ(restart_keys_changed(other, {}), restart_keys_changed({}, other));
}

}  // namespace
}  // namespace wiregap::config
