// SPDX-License-Identifier: Apache-2.0
// Commands, through the protocol and without a socket. Answers are those of redis-server 7.0.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "daemon/resp/commands/command.h"
#include "tests/unit/resp_talk.h"

namespace wiregap::resp {
namespace {

using test::taken;
using test::Talk;
using testing::HasSubstr;
using testing::StartsWith;

struct Case {
    const char* line;
    const char* answer;
};

void expect_all(std::initializer_list<Case> cases) {
    Talk talk;
    for (const Case& c : cases) EXPECT_EQ(talk(c.line), c.answer) << c.line;
}

TEST(RespCommands, Strings) {
    expect_all({{"SET a 1", "+OK\r\n"},
                {"GET a", "$1\r\n1\r\n"},
                {"INCR a", ":2\r\n"},
                {"INCRBY a -5", ":-3\r\n"},
                {"INCRBY a 9223372036854775807", ":9223372036854775804\r\n"},
                {"INCRBY a 100", "-ERR increment or decrement would overflow\r\n"},
                {"SET a x NX", "$-1\r\n"},
                {"SET a x XX GET", "$19\r\n9223372036854775804\r\n"},
                {"INCR a", "-ERR value is not an integer or out of range\r\n"},
                {"APPEND a yz", ":3\r\n"},
                {"SETRANGE a 5 !", ":6\r\n"},
                {"GETRANGE a 0 2", "$3\r\nxyz\r\n"},
                {"GETRANGE a -1 -1", "$1\r\n!\r\n"},
                {"STRLEN a", ":6\r\n"},
                {"MSET k 1 l 2", "+OK\r\n"},
                {"MGET k none l", "*3\r\n$1\r\n1\r\n$-1\r\n$1\r\n2\r\n"},
                {"MSET k", "-ERR wrong number of arguments for 'mset' command\r\n"},
                {"SET a b PX 0", "-ERR invalid expire time in 'set' command\r\n"},
                {"SET a b NX XX", "-ERR syntax error\r\n"},
                {"GETRANGE a 2 1", "$0\r\n\r\n"},
                {"GETRANGE none 0 -1", "$0\r\n\r\n"},
                {"GETRANGE a 0 -100", "$1\r\nx\r\n"},
                {"GETRANGE a -1 -2", "$0\r\n\r\n"},
                {"DECR l", ":1\r\n"},
                {"DEL k none", ":1\r\n"},
                {"EXISTS k l l", ":2\r\n"},
                {"TYPE l", "+string\r\n"},
                {"GET k", "$-1\r\n"}});
}

TEST(RespCommands, KeysExpire) {
    Talk talk;
    EXPECT_EQ(talk("SET a 1 EX 10"), "+OK\r\n");
    EXPECT_EQ(talk("PTTL a"), ":10000\r\n");
    EXPECT_EQ(talk("INCR a"), ":2\r\n");
    EXPECT_EQ(talk("TTL a"), ":10\r\n");
    talk.at(1'009'999);
    EXPECT_EQ(talk("GET a"), "$1\r\n2\r\n");
    talk.at(1'010'000);
    EXPECT_EQ(talk("GET a"), "$-1\r\n");
    EXPECT_EQ(talk("TTL a"), ":-2\r\n");
    talk("SET b 1 PX 5");
    EXPECT_EQ(talk("DBSIZE"), ":1\r\n");
    talk.at(1'020'000);
    talk.engine.keys.expire_some();  // as the server does when nobody asks
    EXPECT_EQ(talk("DBSIZE"), ":0\r\n");
    EXPECT_EQ(talk.engine.keys.used_bytes(), 0U);
    expect_all(
        {{"SET a 1", "+OK\r\n"},
         {"EXPIRE a 100 XX", ":0\r\n"},
         {"EXPIRE a 100 GT", ":0\r\n"},
         {"EXPIRE a 100 NX", ":1\r\n"},
         {"EXPIRE a 50 GT", ":0\r\n"},
         {"EXPIRE a 50 LT", ":1\r\n"},
         {"TTL a", ":50\r\n"},
         {"SET a 2 KEEPTTL", "+OK\r\n"},
         {"TTL a", ":50\r\n"},
         {"PERSIST a", ":1\r\n"},
         {"TTL a", ":-1\r\n"},
         {"PEXPIRE a 1 NX GT",
          "-ERR NX and XX, GT or LT options at the same time are not compatible\r\n"},
         {"EXPIRE a 9223372036854775807", "-ERR invalid expire time in 'expire' command\r\n"},
         {"EXPIRE a -1", ":1\r\n"},
         {"EXISTS a", ":0\r\n"}});
}

TEST(RespCommands, WhatHasExpiredRefusesNobody) {
    Limits limits;
    limits.keyspace_bytes = 1'000'000;
    Talk talk(limits);
    int keys = 0;
    while (!talk.engine.keys.full()) {
        talk("SET old" + std::to_string(++keys) + " " + std::string(100, 'x') + " PX 10");
    }
    EXPECT_GT(keys, 1000);
    EXPECT_THAT(talk("SET new 1"), StartsWith("-OOM"));
    talk.at(1'000'010);
    EXPECT_EQ(talk("SET new 1"), "+OK\r\n");  // and nobody had to look at the old ones
    EXPECT_EQ(talk("GET new"), "$1\r\n1\r\n");
}

TEST(RespCommands, ScanSeesEveryKeyWhileTheTableGrows) {
    Talk talk;
    for (int i = 0; i < 500; ++i) talk("SET key" + std::to_string(i) + " x");
    std::set<std::string> seen;
    std::string cursor = "0";
    int more = 0;
    do {
        const std::string answer = talk("SCAN " + cursor + " COUNT 20");
        std::size_t at = answer.find('\n', answer.find('$')) + 1;
        cursor = answer.substr(at, answer.find('\r', at) - at);
        for (std::size_t key = answer.find("key"); key != std::string::npos;
             key = answer.find("key", key + 1)) {
            seen.insert(answer.substr(key, answer.find('\r', key) - key));
        }
        for (int i = 0; i < 50; ++i) talk("SET more" + std::to_string(more++) + " x");
    } while (cursor != "0");
    EXPECT_EQ(seen.size(), 500U);
}

TEST(RespCommands, ScanShowsWhatMatchesAndHasNotExpired) {
    Talk talk;
    talk("MSET user:1 a user:2 b other c");
    talk("SET user:3 d PX 5");
    talk.at(1'000'010);
    const std::string answer = talk("SCAN 0 MATCH user:* COUNT 100");
    EXPECT_THAT(answer, StartsWith("*2\r\n$1\r\n0\r\n*2\r\n"));
    EXPECT_THAT(answer, HasSubstr("user:1"));
    EXPECT_THAT(answer, HasSubstr("user:2"));
    EXPECT_EQ(talk("SCAN 0 TYPE hash"), "*2\r\n$1\r\n0\r\n*0\r\n");
    EXPECT_EQ(talk("SCAN x"), "-ERR invalid cursor\r\n");
    EXPECT_EQ(talk("SCAN 0 COUNT 0"), "-ERR syntax error\r\n");
}

TEST(RespCommands, MemoryHasABoundAndComesBack) {
    Limits limits;
    limits.keyspace_bytes = 100'000;
    Talk talk(limits);
    const std::string oom = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
    for (int i = 0; talk("SET key" + std::to_string(i) + " " + std::string(100, 'x')) != oom; ++i) {
        ASSERT_LT(i, 2000);
    }
    EXPECT_LT(talk.engine.keys.used_bytes(), 101'000U);
    EXPECT_THAT(talk("SUBSCRIBE a"), StartsWith("*3"));  // who listens needs no key
    talk("UNSUBSCRIBE");
    EXPECT_EQ(talk("FLUSHALL"), "+OK\r\n");
    while (talk.engine.keys.free_some()) {
    }
    EXPECT_EQ(talk.engine.keys.used_bytes(), 0U);
    EXPECT_EQ(talk("SET a 1"), "+OK\r\n");
}

TEST(RespCommands, EveryByteOfMemoryIsGivenBack) {
    Talk talk;
    const std::size_t before = talk.engine.budget.used_bytes();
    Session& other = talk.stranger();
    for (int i = 0; i < 1000; ++i) {
        const std::string key = "a key that is longer than fifteen bytes " + std::to_string(i % 50);
        const std::string size = std::to_string(i * 37 % 5000);
        talk("SET '" + key + "' " + std::string(static_cast<std::size_t>(i) * 97 % 9000, 'x'));
        talk("APPEND '" + key + "' more");
        talk("SETRANGE '" + key + "' " + size + " part");
        talk("EXPIRE '" + key + "' " + std::to_string(i % 3));
        talk.raw(other, "GET '" + key + "'\r\nSUBSCRIBE c" + size + "\r\nUNSUBSCRIBE\r\n");
    }
    talk("FLUSHALL");
    talk.engine.close(other);
    while (talk.engine.keys.free_some()) {
    }
    talk.me.out.shrink();
    talk.me.unparsed.release();
    EXPECT_EQ(talk.engine.keys.used_bytes(), 0U);
    EXPECT_EQ(talk.engine.budget.used_bytes() - talk.me.parsing.bytes(), before);
}

TEST(RespCommands, AReplyStaysAsItWasThoughTheKeyChanges) {
    Talk talk;
    Session& slow = talk.stranger();
    talk("SET big " + std::string(100'000, 'x'));
    Turn turn;
    talk.engine.serve(slow, "GET big\r\n", 1, turn);
    talk("SETRANGE big 0 changed");
    EXPECT_EQ(taken(slow), "$100000\r\n" + std::string(100'000, 'x') + "\r\n");
    EXPECT_EQ(talk("GETRANGE big 0 7"), "$8\r\nchangedx\r\n");
}

TEST(RespCommands, WhatIsTooLongIsRefusedWithItsBound) {
    Talk talk;
    const std::string name(1025, 'k');
    const std::string refused = "-ERR a key's name has at most 1024 bytes here\r\n";
    for (const char* const command : {"SET ", "APPEND ", "INCRBY "}) {
        EXPECT_EQ(talk(command + name + " 1"), refused) << command;
    }
    EXPECT_EQ(talk("SETRANGE " + name + " 0 x"), refused);
    EXPECT_EQ(talk("MSET a 1 " + name + " 1"), refused);
    EXPECT_EQ(talk("DBSIZE"), ":0\r\n");
    EXPECT_EQ(talk("SUBSCRIBE " + std::string(129, 'c')),
              "-ERR a channel's name has at most 128 bytes here\r\n");
    EXPECT_EQ(talk("PSUBSCRIBE " + std::string(65, 'c')),
              "-ERR a pattern has at most 64 bytes here\r\n");
    EXPECT_EQ(talk("SETRANGE a 1048576 x"),
              "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n");
}

TEST(RespCommands, UnknownOnesGetTheErrorThatClientsExpect) {
    Talk talk;
    EXPECT_EQ(talk("foo bar baz"),
              "-ERR unknown command 'foo', with args beginning with: 'bar' 'baz' \r\n");
    EXPECT_EQ(talk("GET"), "-ERR wrong number of arguments for 'get' command\r\n");
    EXPECT_EQ(talk("CLIENT MAINT_NOTIFICATIONS ON"),
              "-ERR unknown subcommand 'MAINT_NOTIFICATIONS'. Try CLIENT HELP.\r\n");
    EXPECT_EQ(talk("CLIENT SETNAME"),
              "-ERR wrong number of arguments for 'client|setname' command\r\n");
}

TEST(RespCommands, EveryCommandIsFoundByItsNameInAnyCase) {
    for (const CommandGroup& group : command_groups()) {
        for (const Command& command : group.commands) {
            EXPECT_EQ(find_command(command.name), &command) << command.name;
        }
    }
    EXPECT_EQ(find_command("GeT"), find_command("get"));
    EXPECT_EQ(find_command("nothing"), nullptr);
}

TEST(RespCommands, NothingMakesFaultsOnPurpose) {
    Talk talk;
    EXPECT_THAT(talk("DEBUG HOLD-REPLIES 1 ON"), StartsWith("-ERR unknown command"));
}

TEST(RespCommands, AProtocolErrorIsSaidAndEndsTheClient) {
    Talk talk;
    EXPECT_EQ(talk.raw("PING\r\n*1\r\n!\r\nPING\r\n"),
              "+PONG\r\n-ERR Protocol error: expected '$', got '!'\r\n");
    EXPECT_TRUE(talk.me.close_after_reply);
}

TEST(RespCommands, EveryLineOfHelpIsThere) {
    Talk talk;
    for (const char* const family : {"CLIENT", "CONFIG", "COMMAND", "PUBSUB"}) {
        EXPECT_THAT(talk(std::string(family) + " HELP"), StartsWith("*")) << family;
    }
    EXPECT_THAT(talk("COMMAND DOCS get"), HasSubstr("Text of a key."));
}

}  // namespace
}  // namespace wiregap::resp
