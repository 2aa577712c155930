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
    talk.me.trusted = false;
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
}

TEST(RespSession, MayWantNoReplies) {
    Talk talk;
    EXPECT_EQ(talk("CLIENT REPLY SKIP\r\nPING\r\nPING"), "+PONG\r\n");
    EXPECT_EQ(talk("CLIENT REPLY OFF\r\nPING\r\nCLIENT REPLY ON\r\nPING"), "+OK\r\n+PONG\r\n");
}

TEST(RespSession, WhatIsPushedIsNoReply) {
    Talk talk;
    Session& listener = talk.stranger();
    talk.raw(listener, "HELLO 3\r\nSUBSCRIBE a\r\nCLIENT REPLY OFF\r\n");
    talk("PUBLISH a hi");
    EXPECT_EQ(taken(listener), ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n");
    EXPECT_EQ(talk.raw(listener, "PUBLISH a me\r\nPING\r\n"),
              ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nme\r\n");
    EXPECT_EQ(talk.raw(listener, "SUBSCRIBE b\r\n"), ">3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n");
}

TEST(RespSession, IsCutOffAtTheHardLimit) {
    Limits limits;
    limits.output_hard_bytes = 100'000;
    Talk talk(limits);
    Session& slow = talk.engine.open();
    talk.raw(slow, "SUBSCRIBE a\r\n");
    for (int i = 0; i < 200; ++i) {
        talk("PUBLISH a " + std::string(1000, 'x'));
        ASSERT_LE(slow.out.pending(), 100'000U);
    }
    EXPECT_EQ(slow.cut_off, CutOff::output_hard);
    EXPECT_EQ(talk.engine.statistics.cut_off.at(1), 1U);
}

TEST(RespSession, OneCommandTakesNoMoreThanTheHardLimit) {
    Limits limits;
    limits.output_hard_bytes = 1'000'000;
    Talk talk(limits);
    talk("SET k " + std::string(2000, 'x'));
    std::string request = "*1001\r\n$4\r\nMGET\r\n";
    for (int i = 0; i < 1000; ++i) request += "$1\r\nk\r\n";
    const std::size_t before = talk.engine.budget.used_bytes();
    Turn turn;
    Session& asks = talk.stranger();
    talk.engine.serve(asks, request, 1, turn);
    EXPECT_EQ(asks.cut_off, CutOff::output_hard);
    EXPECT_LT(talk.engine.budget.used_bytes() - before, 100'000U);
}

TEST(RespSession, TheLargestGoesWhenAllTogetherTakeTooMuch) {
    Limits limits;
    limits.memory_bytes = 8 * mib;
    limits.keyspace_bytes = mib;
    Talk talk(limits);
    std::vector<Session*> clients;
    for (int i = 0; i < 20; ++i) clients.push_back(&talk.stranger());
    // Each a request that does not end: 700 KB, and one of 900 KB.
    const std::string half = "*2\r\n$4\r\nECHO\r\n$1000000\r\n";
    for (std::size_t i = 0; i < clients.size(); ++i) {
        clients[i]->unparsed.append(half + std::string(i == 3 ? 900'000 : 700'000, 'x'));
        EXPECT_LE(talk.engine.budget.used_bytes(), 9 * mib);
    }
    const auto gone = std::count_if(clients.begin(), clients.end(),
                                    [](const Session* s) { return s->cut_off == CutOff::memory; });
    EXPECT_EQ(clients[3]->cut_off, CutOff::memory);
    EXPECT_EQ(talk.engine.statistics.cut_off.at(static_cast<std::size_t>(CutOff::memory)), gone);
    EXPECT_GT(gone, 5);
    EXPECT_LT(gone, 15);
    EXPECT_EQ(talk("PING"), "+PONG\r\n");
}

TEST(RespSession, ABacklogOfValuesThatAreNoMoreCounts) {
    Limits limits;
    limits.memory_bytes = 8 * mib;
    limits.keyspace_bytes = 2 * mib;
    limits.pause_reading_bytes = 16 * mib;
    Talk talk(limits);
    Session& hoarder = talk.stranger();
    for (int i = 0; i < 20; ++i) {
        Turn turn;
        talk("SET v " + std::string(900'000, 'x'));
        talk.engine.serve(hoarder, "GET v\r\n", 1, turn);
        talk("DEL v");
        talk.engine.keys.free_some();
        EXPECT_LE(talk.engine.budget.used_bytes(), 10 * mib);
    }
    EXPECT_EQ(hoarder.cut_off, CutOff::memory);
}

TEST(RespSession, WhatWasRemovedMakesRoomBeforeClientsDo) {
    Limits limits;
    limits.memory_bytes = 8 * mib;
    limits.keyspace_bytes = 2 * mib;
    Talk talk(limits);
    Session& honest = talk.stranger();
    honest.unparsed.append(std::string(500'000, 'x'));
    Session& burst = talk.stranger();
    for (int i = 0; i < 1000; ++i) {
        talk.raw(burst, "SETRANGE k 1048570 x\r\nDEL k\r\n");  // and no turn ends
        ASSERT_LE(talk.engine.budget.used_bytes(), 10 * mib);
    }
    EXPECT_EQ(honest.cut_off, CutOff::none);
}

TEST(RespSession, WhoHoldsALargeValueByItsLastBytesIsSeen) {
    Limits limits;
    limits.memory_bytes = 8 * mib;
    limits.keyspace_bytes = 2 * mib;
    Talk talk(limits);
    std::vector<Session*> clients;
    for (int i = 0; i < 40; ++i) {
        Session& client = talk.stranger();
        clients.push_back(&client);
        talk("SET v " + std::string(900'000, 'x'));
        Turn turn;
        talk.engine.serve(client, "GET v\r\n", 1, turn);
        talk("DEL v");
        if (client.out.pending() > 100) client.out.written(client.out.pending() - 100);
        ASSERT_LE(talk.engine.budget.used_bytes(), 10 * mib);
    }
    EXPECT_GT(talk.engine.statistics.cut_off.at(static_cast<std::size_t>(CutOff::memory)), 20U);
}

TEST(RespSession, EmptyRequestsTakeOfTheTurnToo) {
    Talk talk;
    Turn turn;
    const std::string empty(10'000, '\n');
    EXPECT_EQ(talk.engine.serve(talk.me, empty, 100'000, turn).consumed, 4096U);
    EXPECT_TRUE(turn.over());
}

TEST(RespSession, ConfigSetIsAllOrNothing) {
    Talk talk;
    EXPECT_THAT(talk("CONFIG SET timeout 10 nonsense 1"), StartsWith("-ERR Unknown option"));
    EXPECT_THAT(talk("CONFIG GET timeout"), HasSubstr("$1\r\n0\r\n"));
}

TEST(RespSession, IsNotServedWhileItsBacklogIsLong) {
    Limits limits;
    limits.pause_reading_bytes = 10'000;
    Talk talk(limits);
    talk("SET big " + std::string(3000, 'x'));
    std::string requests;
    for (int i = 0; i < 100; ++i) requests += "GET big\r\n";
    Turn turn;
    const auto progress = talk.engine.serve(talk.me, requests, 1000, turn);
    EXPECT_TRUE(progress.blocked);
    EXPECT_EQ(turn.commands(), 4U);
    EXPECT_LT(talk.me.out.pending(), 13'100U);
}

TEST(RespSession, StandsInTheListWithTheFieldsOfRedis) {
    Talk talk;
    talk("CLIENT SETNAME me");
    // redis-server 7.0.15, without what it measures.
    EXPECT_THAT(
        talk("CLIENT LIST"),
        testing::MatchesRegex(
            ".*id=1 addr= laddr= fd=-1 name=me age=[0-9]+ idle=[0-9]+ flags=U db=0 sub=0 psub=0 "
            "ssub=0 "
            "multi=-1 qbuf=[0-9]+ qbuf-free=[0-9]+ argv-mem=0 multi-mem=0 rbs=[0-9]+ rbp=[0-9]+ "
            "obl=0 oll=0 omem=0 tot-mem=[0-9]+ events=r cmd=client.list user=default redir=-1 "
            "resp=2\n.*"));
}

TEST(RespSession, KillMeansAllThatItNames) {
    Talk talk;
    Session& a = talk.stranger();
    Session& b = talk.stranger();
    talk.raw(b, "SUBSCRIBE c\r\n");
    const std::string id_a = std::to_string(a.id);
    EXPECT_EQ(talk("CLIENT KILL ID 99"), ":0\r\n");
    EXPECT_EQ(talk("CLIENT KILL ID " + id_a + " TYPE pubsub"), ":0\r\n");
    EXPECT_EQ(talk("CLIENT KILL TYPE replica USER default"), ":0\r\n");
    EXPECT_EQ(talk("CLIENT KILL USER nobody TYPE pubsub"), "-ERR No such user 'nobody'\r\n");
    EXPECT_EQ(talk("CLIENT KILL TYPE foo"), "-ERR Unknown client type 'foo'\r\n");
    EXPECT_EQ(talk("CLIENT KILL ID 0"), "-ERR client-id should be greater than 0\r\n");
    EXPECT_EQ(talk("CLIENT KILL ID"), "-ERR No such client\r\n");
    EXPECT_EQ(b.cut_off, CutOff::none);
    EXPECT_EQ(talk("CLIENT KILL ID " + id_a + " TYPE normal USER default"), ":1\r\n");
    EXPECT_EQ(a.cut_off, CutOff::killed);
    EXPECT_EQ(talk("CLIENT KILL TYPE pubsub"), ":1\r\n");
    EXPECT_EQ(b.cut_off, CutOff::killed);
}

TEST(RespSession, WhoIsNobodyMayAskAndChangesNothing) {
    Talk talk;
    Session& nobody = talk.stranger();
    for (const char* const asks :
         {"PING", "INFO", "SET a 1", "GET a", "CLIENT ID", "CLIENT INFO", "CLIENT SETNAME me",
          "CLIENT LIST", "CONFIG GET maxclients", "DBSIZE", "SUBSCRIBE a", "UNSUBSCRIBE"}) {
        EXPECT_THAT(talk.raw(nobody, std::string(asks) + "\r\n"), testing::Not(StartsWith("-")));
    }
    for (const char* const changes :
         {"FLUSHALL", "CONFIG SET timeout 1", "CLIENT KILL TYPE normal", "CLIENT KILL ID 1"}) {
        EXPECT_THAT(talk.raw(nobody, std::string(changes) + "\r\n"),
                    StartsWith("-NOPERM this changes the server or its other clients: say AUTH"));
    }
    EXPECT_THAT(talk.raw(nobody, "PUBLISH wiregap:verdicts {}\r\n"), StartsWith("-NOPERM"));
    EXPECT_EQ(talk("GET a"), "$1\r\n1\r\n");
    EXPECT_EQ(talk("FLUSHALL"), "+OK\r\n");
    EXPECT_EQ(talk.raw(nobody, "CLIENT KILL ID " + std::to_string(nobody.id) + " SKIPME no\r\n"),
              ":1\r\n");
    EXPECT_TRUE(nobody.close_after_reply);
}

TEST(RespSession, ThePasswordMakesAPrivilegedOne) {
    Talk talk({}, "secret");
    Session& one = talk.stranger();
    EXPECT_EQ(talk.raw(one, "AUTH secret\r\nFLUSHALL\r\n"), "+OK\r\n+OK\r\n");
    EXPECT_THAT(talk.raw(one, "RESET\r\nFLUSHALL\r\n"), HasSubstr("-NOAUTH"));
    EXPECT_EQ(talk("FLUSHALL"), "+OK\r\n");  // root needs none
}

TEST(RespSession, WrongPasswordsAreFewASecond) {
    Talk talk({}, "secret");
    Session& guesser = talk.stranger();
    int wrong = 0;
    while (talk.raw(guesser, "AUTH guess\r\n").starts_with("-WRONGPASS")) ASSERT_LT(++wrong, 100);
    EXPECT_EQ(wrong, 32);
    EXPECT_EQ(talk.engine.statistics.wrong_passwords, 32U);
    // Nor is the right one told from a wrong one now.
    EXPECT_EQ(talk.raw(guesser, "AUTH secret\r\n"),
              "-ERR too many wrong passwords lately; try again in a second\r\n");
    talk.at(1'001'000);
    for (int i = 0; i < 10; ++i) {
        EXPECT_THAT(talk.raw(guesser, "AUTH guess\r\n"), StartsWith("-WRONGPASS")) << i;
    }
    EXPECT_THAT(talk.raw(guesser, "AUTH guess\r\n"), StartsWith("-ERR too many"));
    talk.at(1'001'100);
    EXPECT_EQ(talk.raw(guesser, "AUTH secret\r\n"), "+OK\r\n");
}

TEST(RespSession, ABrowserIsNotAnswered) {
    Talk talk;
    Session& page = talk.stranger();
    EXPECT_EQ(talk.raw(page, "POST / HTTP/1.1\r\nHost: localhost:16379\r\n\r\nSET a 1\r\n"), "");
    EXPECT_EQ(page.cut_off, CutOff::http);
    EXPECT_EQ(talk("EXISTS a"), ":0\r\n");
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
    EXPECT_EQ(talk("CONFIG SET maxmemory 32mb"), "+OK\r\n");  // as it was
    EXPECT_THAT(talk("INFO"), HasSubstr("loading:0"));
}

TEST(RespSession, ConfigSetLoosensNothing) {
    Limits limits;
    limits.idle_seconds = 60;
    Talk talk(limits);
    EXPECT_THAT(talk("CONFIG SET maxmemory 33mb"), HasSubstr("between 1 and 33554432"));
    EXPECT_THAT(talk("CONFIG SET maxclients 1025"), HasSubstr("between 1 and 1024"));
    EXPECT_THAT(talk("CONFIG SET timeout 0"), HasSubstr("between 1 and 60"));
    EXPECT_THAT(talk("CONFIG SET timeout 61"), HasSubstr("between 1 and 60"));
    EXPECT_EQ(talk("CONFIG SET timeout 30"), "+OK\r\n");
    for (const char* const loose :
         {"normal 17mb 8mb 60", "normal 16mb 9mb 60", "normal 16mb 8mb 61", "normal 0 0 0"}) {
        EXPECT_THAT(talk("CONFIG SET client-output-buffer-limit '" + std::string(loose) + "'"),
                    HasSubstr("must be at most 16777216, 8388608 and 60"))
            << loose;
    }
    EXPECT_EQ(talk("CONFIG SET client-output-buffer-limit 'pubsub 1mb 512kb 5'"), "+OK\r\n");
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
            Turn turn;
            talk.engine.serve(*sessions[i], "PING\r\n", 1, turn);
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
