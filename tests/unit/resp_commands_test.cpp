// SPDX-License-Identifier: Apache-2.0
// Commands, through the protocol and without a socket. Answers are those of redis-server 7.0.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "daemon/resp/command.h"
#include "tests/unit/resp_talk.h"

namespace wiregap::resp {
namespace {

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
                {"DECRBY a 5", ":-3\r\n"},
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
                {"INCRBYFLOAT f 1.5", "$3\r\n1.5\r\n"},
                {"GETDEL k", "$1\r\n1\r\n"},
                {"GET k", "$-1\r\n"}});
}

TEST(RespCommands, Lists) {
    expect_all({{"RPUSH l a b c", ":3\r\n"},
                {"LPUSH l z", ":4\r\n"},
                {"LRANGE l 0 -1", "*4\r\n$1\r\nz\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"},
                {"LINDEX l -1", "$1\r\nc\r\n"},
                {"LINDEX l 9", "$-1\r\n"},
                {"LINDEX l -9", "$-1\r\n"},
                {"LSET l 1 A", "+OK\r\n"},
                {"LTRIM l 1 2", "+OK\r\n"},
                {"RPOP l 5", "*2\r\n$1\r\nb\r\n$1\r\nA\r\n"},
                {"LLEN l", ":0\r\n"},
                {"EXISTS l", ":0\r\n"},
                {"LPOP l", "$-1\r\n"},
                {"LPOP l 1", "*-1\r\n"},
                {"RPUSHX l a", ":0\r\n"},
                {"GET l", "$-1\r\n"}});
}

TEST(RespCommands, HashesAndSets) {
    expect_all({{"HSET h f 1 g 2", ":2\r\n"},
                {"HSET h f 3", ":0\r\n"},
                {"HGET h f", "$1\r\n3\r\n"},
                {"HMGET h f x", "*2\r\n$1\r\n3\r\n$-1\r\n"},
                {"HINCRBY h f 4", ":7\r\n"},
                {"HSET h f", "-ERR wrong number of arguments for 'hset' command\r\n"},
                {"HDEL h f g", ":2\r\n"},
                {"TYPE h", "+none\r\n"},
                {"SADD s a b a", ":2\r\n"},
                {"SCARD s", ":2\r\n"},
                {"SISMEMBER s a", ":1\r\n"},
                {"SREM s a", ":1\r\n"},
                {"SPOP s", "$1\r\nb\r\n"},
                {"SPOP s", "$-1\r\n"},
                {"SADD s a", ":1\r\n"},
                {"GET s", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"},
                {"SMEMBERS s", "*1\r\n$1\r\na\r\n"},
                {"SRANDMEMBER s -2", "*2\r\n$1\r\na\r\n$1\r\na\r\n"}});
}

TEST(RespCommands, SortedSets) {
    expect_all({{"ZADD z 1 a 2 b 3 c", ":3\r\n"},
                {"ZADD z CH 5 a", ":1\r\n"},
                {"ZRANGE z 0 -1", "*3\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\na\r\n"},
                {"ZRANGE z 0 0 REV WITHSCORES", "*2\r\n$1\r\na\r\n$1\r\n5\r\n"},
                {"ZRANGEBYSCORE z (2 +inf", "*2\r\n$1\r\nc\r\n$1\r\na\r\n"},
                {"ZRANGE z (5 2 BYSCORE REV LIMIT 0 1", "*1\r\n$1\r\nc\r\n"},
                {"ZCOUNT z -inf 3", ":2\r\n"},
                {"ZRANK z a", ":2\r\n"},
                {"ZREVRANK z a", ":0\r\n"},
                {"ZSCORE z b", "$1\r\n2\r\n"},
                {"ZADD z GT 1 a", ":0\r\n"},
                {"ZINCRBY z 0.5 b", "$3\r\n2.5\r\n"},
                {"ZADD z nan a", "-ERR value is not a valid float\r\n"},
                {"ZADD z NX GT 1 a",
                 "-ERR GT, LT, and/or NX options at the same time are not compatible\r\n"},
                {"ZPOPMIN z", "*2\r\n$1\r\nb\r\n$3\r\n2.5\r\n"},
                {"ZPOPMAX z 9", "*4\r\n$1\r\na\r\n$1\r\n5\r\n$1\r\nc\r\n$1\r\n3\r\n"},
                {"ZCARD z", ":0\r\n"}});
}

TEST(RespCommands, KeysExpire) {
    Talk talk;
    EXPECT_EQ(talk("SET a 1 EX 10"), "+OK\r\n");
    EXPECT_EQ(talk("PTTL a"), ":10000\r\n");
    EXPECT_EQ(talk("INCR a"), ":2\r\n");
    EXPECT_EQ(talk("TTL a"), ":10\r\n");
    talk.engine.keys.set_now_ms(1'009'999);
    EXPECT_EQ(talk("GET a"), "$1\r\n2\r\n");
    talk.engine.keys.set_now_ms(1'010'000);
    EXPECT_EQ(talk("GET a"), "$-1\r\n");
    EXPECT_EQ(talk("TTL a"), ":-2\r\n");
    talk("SET b 1 PX 5");
    talk.engine.keys.set_now_ms(1'020'000);
    talk.engine.keys.expire_some();
    EXPECT_EQ(talk("DBSIZE"), ":0\r\n");
    EXPECT_EQ(talk.engine.keys.used_bytes(), 0U);
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

TEST(RespCommands, MemoryHasABoundAndComesBack) {
    Limits limits;
    limits.keyspace_bytes = 100'000;
    Talk talk(limits);
    const std::string oom = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
    for (int i = 0; i < 2000 &&
                    talk("RPUSH list" + std::to_string(i % 7) + " " + std::string(100, 'x')) != oom;
         ++i) {
    }
    EXPECT_EQ(talk("SET a 1"), oom);
    EXPECT_EQ(talk("SUBSCRIBE a"), oom);
    EXPECT_LT(talk.engine.keys.used_bytes(), 101'000U);
    EXPECT_EQ(talk("FLUSHALL"), "+OK\r\n");
    while (talk.engine.keys.free_some()) {
    }
    EXPECT_EQ(talk.engine.keys.used_bytes(), 0U);
    EXPECT_EQ(talk("SET a 1"), "+OK\r\n");
}

TEST(RespCommands, AHugeValueIsFreedInSteps) {
    Talk talk;
    for (int i = 0; i < 300; ++i) {
        std::string line = "RPUSH l";
        for (int k = 0; k < 100; ++k) line += " x";
        talk(line);
    }
    talk("DEL l");
    EXPECT_TRUE(talk.engine.keys.free_some());
    EXPECT_GT(talk.engine.keys.used_bytes(), 0U);
    while (talk.engine.keys.free_some()) {
    }
    EXPECT_EQ(talk.engine.keys.used_bytes(), 0U);
}

TEST(RespCommands, AReplyOfTooManyElementsIsRefused) {
    Talk talk;
    for (int i = 0; i < 700; ++i) {
        std::string line = "RPUSH l";
        for (int k = 0; k < 100; ++k) line += " x";
        talk(line);
    }
    EXPECT_EQ(talk("LRANGE l 0 -1"),
              "-ERR a reply of 70000 elements is above the limit of 65536; ask for a part of "
              "them\r\n");
    EXPECT_THAT(talk("LRANGE l 0 9999"), StartsWith("*10000\r\n"));
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
    for (const auto table : command_tables()) {
        for (const Command& command : table) {
            EXPECT_EQ(find_command(command.name), &command) << command.name;
        }
    }
    EXPECT_EQ(find_command("GeT"), find_command("get"));
    EXPECT_EQ(find_command("nothing"), nullptr);
}

TEST(RespCommands, AProtocolErrorIsSaidAndEndsTheClient) {
    Talk talk;
    EXPECT_EQ(talk.raw("PING\r\n*1\r\n!\r\nPING\r\n"),
              "+PONG\r\n-ERR Protocol error: expected '$', got '!'\r\n");
    EXPECT_TRUE(talk.me.close_after_reply);
}

TEST(RespCommands, EveryLineOfHelpIsThere) {
    Talk talk;
    for (const char* const family : {"CLIENT", "CONFIG", "COMMAND", "PUBSUB", "WIREGAP", "DEBUG"}) {
        EXPECT_THAT(talk(std::string(family) + " HELP"), StartsWith("*")) << family;
    }
    EXPECT_THAT(talk("COMMAND DOCS get"), HasSubstr("Text of a key."));
}

}  // namespace
}  // namespace wiregap::resp
