// SPDX-License-Identifier: Apache-2.0
// CLIENT LIST as servers print it, and the reader of their answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "daemon/backlog/answer_reader.h"
#include "daemon/backlog/client_list.h"
#include "daemon/backlog/redis_words.h"

namespace wiregap::backlog {
namespace {

using testing::ElementsAre;

// Redis 7.0.15 with a client that does not read.
constexpr const char* redis_7 =
    "id=7 addr=127.0.0.1:40000 laddr=127.0.0.1:6379 fd=8 name= age=3 idle=3 flags=N db=0 sub=0 "
    "psub=0 "
    "ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=16384 rbp=16384 obl=16 oll=176 "
    "omem=17617024 tot-mem=17640000 events=rw cmd=get user=default redir=-1 resp=2";

TEST(ClientList, ALineOfABackedUpClient) {
    const auto line = parse_client_line(redis_7);
    ASSERT_TRUE(line);
    EXPECT_EQ(line->id, 7U);
    EXPECT_EQ(line->peer, "127.0.0.1:40000");
    EXPECT_EQ(line->local, "127.0.0.1:6379");
    EXPECT_EQ(line->backlog_bytes, 17617040U);
}

TEST(ClientList, WhatWasAlreadyWrittenOfTheBufferIsNoBacklog) {
    const auto line = parse_client_line("id=3 addr=[::1]:1 obl=500 oll=0 omem=0 events=r");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->peer, "[::1]:1");
    EXPECT_EQ(line->local, "");
    EXPECT_EQ(line->backlog_bytes, 0U);
    EXPECT_EQ(parse_client_line("id=3 addr=[::1]:1 obl=500 oll=0 omem=0 events=rw")->backlog_bytes,
              500U);
}

TEST(ClientList, AMappedAddressIsTheIpv4One) {
    const auto line =
        parse_client_line("id=3 addr=[::ffff:10.0.0.1]:40 laddr=[::ffff:10.0.0.2]:6379");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->peer, "10.0.0.1:40");
    EXPECT_EQ(line->local, "10.0.0.2:6379");
}

TEST(ClientList, WhatIsNoTcpClientIsPassedOver) {
    const std::string long_address = "id=3 addr=" + std::string(65, '1');
    for (const char* const text :
         {"", "id=3", "addr=1.2.3.4:5", "id=3 addr=/run/x.sock:0", "id=x addr=1.2.3.4:5", "Error",
          "id=3 addr= obl=", long_address.c_str(),
          "= = =", "id=99999999999999999999999 addr=1.1.1.1:1"}) {
        EXPECT_FALSE(parse_client_line(text)) << text;
    }
}

class Reading : public testing::Test {
  protected:
    std::vector<std::string> heard_;
    AnswerReader reader_{
        {.header = [this](std::string_view h) { heard_.emplace_back(h); },
         .line = [this](std::string_view l) { heard_.push_back("|" + std::string(l)); },
         .end_of_bulk = [this] { heard_.emplace_back("end"); }}};
};

TEST_F(Reading, AnswersComeInAnyPieces) {
    const std::string bytes = "+OK\r\n-ERR no\r\n$9\r\nab\ncd\r\nef\r\n$0\r\n\r\n:1\r\n";
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        heard_.clear();
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            ASSERT_TRUE(reader_.feed(bytes.substr(at, piece)));
        }
        EXPECT_THAT(heard_, ElementsAre("+OK", "-ERR no", "$9", "|ab", "|cd\r", "|ef", "end", "$0",
                                        "end", ":1"));
    }
}

TEST_F(Reading, KnowsWhetherAnAnswerIsComplete) {
    reader_.feed("$4\r\nab");
    EXPECT_TRUE(reader_.is_inside());
    reader_.feed("cd\r\n");
    EXPECT_FALSE(reader_.is_inside());
}

TEST_F(Reading, ManyEmptyLinesAreNoMoreWorkThanTheirBytes) {
    std::string bytes = "$10000000\r\n" + std::string(10'000'000, '\n') + "\r\n";
    const AnswerReader::Handlers none{
        .header = [](std::string_view) {}, .line = [](std::string_view) {}, .end_of_bulk = [] {}};
    AnswerReader reader(none);
    EXPECT_TRUE(reader.feed(bytes));  // moved for each line, these bytes would take hours
    EXPECT_FALSE(reader.is_inside());
}

TEST_F(Reading, WhatIsNoRespIsRefused) {
    EXPECT_FALSE(reader_.feed("HTTP/1.1 400 Bad Request\r\n"));
    reader_.reset();
    EXPECT_FALSE(reader_.feed("$x\r\n"));
    reader_.reset();
    EXPECT_FALSE(reader_.feed("$-1\r\n"));
    reader_.reset();
    EXPECT_FALSE(reader_.feed("$2\r\nabc\r\n"));
    reader_.reset();
    EXPECT_FALSE(reader_.feed("$1000000\r\n" + std::string(70000, 'x')));
    reader_.reset();
    EXPECT_TRUE(reader_.feed("+OK\r\n"));
}

TEST(RedisWords, EachQuestionIsOneCommand) {
    std::vector<Command> commands = greeting({"127.0.0.1", 6379, "me", "word"});
    EXPECT_EQ(commands.front().text, "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$4\r\nword\r\n");
    EXPECT_EQ(greeting({"127.0.0.1", 6379, "", ""}).size(), commands.size() - 1);
    for (const Ask ask : {Ask::stats, Ask::replication, Ask::limits})
        commands.push_back(command_of(ask));
    commands.push_back(client_list());
    for (const Command& command : commands)
        EXPECT_EQ(std::count(command.text.begin(), command.text.end(), '*'), 1) << command.text;
    EXPECT_EQ(client_list().ask, Ask::all);
    EXPECT_EQ(client_list({7, 12}).ask, Ask::some);
    EXPECT_EQ(client_list({7, 12}).text,
              "*5\r\n$6\r\nCLIENT\r\n$4\r\nLIST\r\n$2\r\nID\r\n$1\r\n7\r\n$2\r\n12\r\n");
    EXPECT_EQ(name_of({"::1", 6379, "me", "word"}), "redis [::1]:6379");
    EXPECT_EQ(name_of({"", 0, "me", "word", "", "/run/r.sock"}), "redis /run/r.sock");
}

TEST(RedisWords, AConnectToASocketThatIsNotThereSaysWhy) {
    std::string why;
    EXPECT_FALSE(begin_connect({"", 0, "", "", "", "/nowhere/r.sock"}, why).valid());
    EXPECT_EQ(why, "No such file or directory");
}

}  // namespace
}  // namespace wiregap::backlog
