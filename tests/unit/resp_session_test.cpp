// SPDX-License-Identifier: Apache-2.0
// What a connection may and may not: password, protocol, subscriptions, limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "tests/unit/resp_talk.h"

namespace wiregap::resp {
namespace {

using test::taken;
using test::Talk;
using testing::HasSubstr;
using testing::StartsWith;

TEST(RespSession, NeedsThePasswordFirst) {
    Talk talk({}, "secret");
    EXPECT_EQ(talk("PING"), "-NOAUTH Authentication required.\r\n");
    EXPECT_THAT(talk("HELLO 3"), StartsWith("-NOAUTH HELLO must be called"));
    EXPECT_EQ(talk("AUTH wrong"),
              "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
    EXPECT_EQ(talk("AUTH secre"),
              "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
    EXPECT_EQ(talk("AUTH secret"), "+OK\r\n");
    EXPECT_EQ(talk("PING"), "+PONG\r\n");
    EXPECT_EQ(talk("RESET"), "+RESET\r\n");
    EXPECT_EQ(talk("PING"), "-NOAUTH Authentication required.\r\n");
    EXPECT_THAT(talk("HELLO 3 AUTH default secret SETNAME me"), StartsWith("%7\r\n"));
    EXPECT_EQ(talk("CLIENT GETNAME"), "$2\r\nme\r\n");
}

TEST(RespSession, ChoosesItsProtocol) {
    Talk talk;
    EXPECT_THAT(talk("HELLO"), StartsWith("*14\r\n"));
    EXPECT_EQ(talk("HELLO 4"), "-NOPROTO unsupported protocol version\r\n");
    EXPECT_THAT(talk("HELLO 3"), HasSubstr("$5\r\nproto\r\n:3\r\n"));
    EXPECT_EQ(talk("GET none"), "_\r\n");
    EXPECT_EQ(talk("RESET"), "+RESET\r\n");
    EXPECT_EQ(talk("GET none"), "$-1\r\n");
}

TEST(RespSession, ListensToChannelsAndPatterns) {
    Talk talk;
    Session& listener = talk.engine.open();
    EXPECT_EQ(talk.raw(listener, "SUBSCRIBE a\r\nPSUBSCRIBE a*\r\n"),
              "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n"
              "*3\r\n$10\r\npsubscribe\r\n$2\r\na*\r\n:2\r\n");
    EXPECT_EQ(talk("PUBLISH a hi"), ":2\r\n");
    EXPECT_EQ(taken(listener),
              "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"
              "*4\r\n$8\r\npmessage\r\n$2\r\na*\r\n$1\r\na\r\n$2\r\nhi\r\n");
    EXPECT_THAT(talk.raw(listener, "GET a\r\n"), StartsWith("-ERR Can't execute 'get': only"));
    EXPECT_EQ(talk("PUBSUB NUMSUB a b"), "*4\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n:0\r\n");
    EXPECT_EQ(talk.raw(listener, "UNSUBSCRIBE\r\nPUNSUBSCRIBE\r\n"),
              "*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:1\r\n"
              "*3\r\n$12\r\npunsubscribe\r\n$2\r\na*\r\n:0\r\n");
    talk.raw(listener, "SUBSCRIBE b\r\n");
    talk.engine.close(listener);
    EXPECT_EQ(talk("PUBLISH b hi"), ":0\r\n");
    EXPECT_EQ(talk.engine.keys.used_bytes(), 0U);
}

TEST(RespSession, MayWantNoReplies) {
    Talk talk;
    EXPECT_EQ(talk("CLIENT REPLY SKIP\r\nPING\r\nPING"), "+PONG\r\n");
    EXPECT_EQ(talk("CLIENT REPLY OFF\r\nPING\r\nCLIENT REPLY ON\r\nPING"), "+OK\r\n+PONG\r\n");
}

TEST(RespSession, IsCutOffAtTheHardLimit) {
    Limits limits;
    limits.output_hard_bytes = 100'000;
    Talk talk(limits);
    Session& slow = talk.engine.open();
    talk.raw(slow, "SUBSCRIBE a\r\n");
    for (int i = 0; i < 200; ++i) talk("PUBLISH a " + std::string(1000, 'x'));
    EXPECT_EQ(slow.cut_off, CutOff::output_hard);
    EXPECT_EQ(talk.engine.statistics.cut_off.at(1), 1U);
}

TEST(RespSession, IsNotServedWhileItsBacklogIsLong) {
    Limits limits;
    limits.pause_reading_bytes = 10'000;
    Talk talk(limits);
    talk("SET big " + std::string(3000, 'x'));
    std::string requests;
    for (int i = 0; i < 100; ++i) requests += "GET big\r\n";
    const auto progress = talk.engine.serve(talk.me, requests, 1000);
    EXPECT_TRUE(progress.blocked);
    EXPECT_EQ(progress.commands, 4U);
    EXPECT_LT(talk.me.out.pending(), 13'100U);
}

TEST(RespSession, StandsInTheListWithTheFieldsOfValkey) {
    Talk talk;
    talk("CLIENT SETNAME me");
    talk("CLIENT SETINFO LIB-NAME test");
    const std::string list = talk("CLIENT LIST");
    for (const char* const field :
         {"id=1 ", "addr=", "laddr=", "name=me ", "flags=U ", "obl=", "oll=", "omem=", "events=r ",
          "cmd=client|list ", "resp=2 ", "lib-name=test ", "tot-net-out=", "tot-cmds=3"}) {
        EXPECT_THAT(list, HasSubstr(field));
    }
    EXPECT_EQ(talk("CLIENT KILL ID 99"), ":0\r\n");
    Session& other = talk.engine.open();
    EXPECT_EQ(talk("CLIENT KILL ID " + std::to_string(other.id)), ":1\r\n");
    EXPECT_EQ(other.cut_off, CutOff::killed);
}

TEST(RespSession, AListOfManyClientsComesInParts) {
    Talk talk;
    for (int i = 0; i < 600; ++i) talk.engine.open();
    talk.raw("");
    talk.me.unparsed.append("CLIENT LIST\r\nPING\r\n");
    auto progress = talk.engine.serve(talk.me, talk.me.unparsed.view(), 10);
    talk.me.unparsed.drop(progress.consumed);
    EXPECT_TRUE(progress.blocked);
    EXPECT_EQ(talk.me.out.pending(), 0U);
    int turns = 0;
    while (talk.engine.go_on(talk.me)) ++turns;
    EXPECT_GE(turns, 1);
    const std::string list = taken(talk.me);
    EXPECT_THAT(list, HasSubstr("id=601 "));
    EXPECT_EQ(talk.raw(""), "+PONG\r\n");
}

TEST(RespSession, ConfigShowsAndChangesWhatThereIs) {
    Talk talk;
    EXPECT_EQ(talk("CONFIG GET save appendonly"),
              "*4\r\n$4\r\nsave\r\n$0\r\n\r\n$10\r\nappendonly\r\n$2\r\nno\r\n");
    EXPECT_EQ(talk("CONFIG SET maxmemory 1mb"), "+OK\r\n");
    EXPECT_EQ(talk("CONFIG GET maxmemory"), "*2\r\n$9\r\nmaxmemory\r\n$7\r\n1048576\r\n");
    EXPECT_THAT(talk("CONFIG SET port 1"), HasSubstr("can't set immutable config"));
    EXPECT_THAT(talk("CONFIG SET nonsense 1"),
                HasSubstr("Unknown option or number of arguments for CONFIG SET - 'nonsense'"));
    EXPECT_THAT(talk("CONFIG SET maxmemory 0"), HasSubstr("argument must be between"));
    EXPECT_THAT(talk("INFO"), HasSubstr("loading:0"));
}

/// How often each of so many clients, who take turns, had a reply followed.
std::vector<unsigned> followed(Talk& talk, std::size_t clients, unsigned rounds) {
    std::vector<Session*> sessions(clients);
    for (Session*& session : sessions) {
        session = &talk.engine.open();
        session->tcp = true;
    }
    std::vector<unsigned> counts(clients);
    for (unsigned round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < clients; ++i) {
            talk.engine.serve(*sessions[i], "PING\r\n", 1);
            taken(*sessions[i]);
            if (sessions[i]->followed_end != 0) ++counts[i];
            sessions[i]->followed_end = 0;  // the connection has written it
        }
    }
    return counts;
}

TEST(RespSession, FollowsRepliesOfEveryClientThoughTheyTakeTurns) {
    Limits limits;
    limits.follow_one_reply_in = 8;
    Talk talk(limits);
    const std::vector<unsigned> counts = followed(talk, 8, 1000);
    const unsigned all = std::accumulate(counts.begin(), counts.end(), 0U);
    EXPECT_NEAR(all, 1000, 20);
    EXPECT_GT(*std::min_element(counts.begin(), counts.end()), 80U);
}

TEST(RespSession, FollowsEachReplyOrNone) {
    Limits limits;
    limits.follow_one_reply_in = 1;
    Talk each(limits);
    EXPECT_EQ(followed(each, 3, 10), (std::vector<unsigned>{10, 10, 10}));
    limits.follow_one_reply_in = 0;
    Talk none(limits);
    EXPECT_EQ(followed(none, 3, 10), (std::vector<unsigned>{0, 0, 0}));
}

}  // namespace
}  // namespace wiregap::resp
