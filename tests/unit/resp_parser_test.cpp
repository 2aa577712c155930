// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "daemon/resp/protocol/parser.h"

namespace wiregap::resp {
namespace {

using Words = std::vector<std::string>;

Words words(const Parser& parser) { return {parser.arguments().begin(), parser.arguments().end()}; }

Words parsed(const std::string& bytes) {
    Parser parser(1 << 20);
    EXPECT_EQ(parser.next(bytes), Parser::Status::ok) << bytes;
    EXPECT_EQ(parser.consumed(), bytes.size());
    return words(parser);
}

std::string error(const std::string& bytes, bool restricted = false) {
    Parser parser(1 << 20);
    parser.restrict_size(restricted);
    return parser.next(bytes) == Parser::Status::bad ? parser.error() : "no error";
}

TEST(RespParser, TakesArraysOfBulkStrings) {
    EXPECT_EQ(parsed("*2\r\n$3\r\nGET\r\n$1\r\na\r\n"), (Words{"GET", "a"}));
    EXPECT_EQ(parsed("*1\r\n$0\r\n\r\n"), (Words{""}));
    EXPECT_EQ(parsed("*1\r\n$4\r\n\r\n\r\n\r\n"), (Words{"\r\n\r\n"}));
}

TEST(RespParser, TakesInlineCommandsWithQuotes) {
    EXPECT_EQ(parsed("SET a b\r\n"), (Words{"SET", "a", "b"}));
    EXPECT_EQ(parsed("  PING\n"), (Words{"PING"}));
    EXPECT_EQ(parsed("SET \"a b\\x41\\n\" 'it\\'s'\r\n"), (Words{"SET", "a bA\n", "it's"}));
    EXPECT_EQ(parsed("ECHO \"\"\r\n"), (Words{"ECHO", ""}));
}

TEST(RespParser, IgnoresEmptyRequests) {
    for (const char* const bytes : {"\r\n", "*0\r\n", "*-1\r\n"}) EXPECT_EQ(parsed(bytes), Words{});
}

TEST(RespParser, SaysTheSameWhereverTheBytesAreCut) {
    const std::string bytes = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$10\r\n0123456789\r\n";
    for (std::size_t step = 1; step < bytes.size(); ++step) {
        Parser parser(1 << 20);
        std::vector<std::string> moved;  // each call sees the bytes at another place
        std::size_t given = 0;
        Parser::Status status = Parser::Status::need_more;
        while (status == Parser::Status::need_more) {
            given = std::min(given + step, bytes.size());
            moved.push_back(bytes.substr(0, given));
            status = parser.next(moved.back());
        }
        EXPECT_EQ(status, Parser::Status::ok);
        EXPECT_EQ(given, bytes.size());
        EXPECT_EQ(words(parser), (Words{"SET", "k", "0123456789"}));
    }
}

TEST(RespParser, TakesOneRequestAtATime) {
    const std::string bytes = "PING\r\n*1\r\n$4\r\nQUIT\r\n";
    Parser parser(1 << 20);
    ASSERT_EQ(parser.next(bytes), Parser::Status::ok);
    EXPECT_EQ(parser.consumed(), 6U);
    ASSERT_EQ(parser.next(std::string_view(bytes).substr(6)), Parser::Status::ok);
    EXPECT_EQ(words(parser), Words{"QUIT"});
}

TEST(RespParser, HasTheErrorTextsThatClientsKnow) {
    EXPECT_EQ(error("*x\r\n"), "Protocol error: invalid multibulk length");
    EXPECT_EQ(error("*1025\r\n"), "Protocol error: invalid multibulk length");
    EXPECT_EQ(error("*1\r\n+a\r\n"), "Protocol error: expected '$', got '+'");
    EXPECT_EQ(error("*1\r\n$x\r\n"), "Protocol error: invalid bulk length");
    EXPECT_EQ(error("*1\r\n$-1\r\n"), "Protocol error: invalid bulk length");
    EXPECT_EQ(error("*1\r\n$2000000\r\n"), "Protocol error: invalid bulk length");
    EXPECT_EQ(error("SET \"a\r\n"), "Protocol error: unbalanced quotes in request");
    EXPECT_EQ(error("SET \"a\"b\r\n"), "Protocol error: unbalanced quotes in request");
    EXPECT_EQ(error(std::string(70000, 'a')), "Protocol error: too big inline request");
    EXPECT_EQ(error("*" + std::string(70000, '1')), "Protocol error: too big mbulk count string");
    EXPECT_EQ(error("*1\r\n$" + std::string(70000, '1')),
              "Protocol error: too big bulk count string");
}

TEST(RespParser, ChecksNumbersAsRedisDoes) {
    for (const char* const count : {"*01\r\n", "*+1\r\n", "* 1\r\n", "*-0\r\n"}) {
        EXPECT_EQ(error(count), "Protocol error: invalid multibulk length") << count;
    }
    for (const char* const length : {"*1\r\n$-0\r\n", "*1\r\n$01\r\n", "*1\r\n$+1\r\n"}) {
        EXPECT_EQ(error(length), "Protocol error: invalid bulk length") << length;
    }
}

TEST(RespParser, KnowsABrowser) {
    for (const char* const line :
         {"POST / HTTP/1.1\r\n", "GET /key HTTP/1.1\r\n", "get a HTTP/1.0\r\n", "Host: a\r\n",
          "hOsT:a\r\n", "PUT / HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n", "DELETE x y\n"}) {
        Parser parser(1 << 20);
        EXPECT_EQ(parser.next(line), Parser::Status::http) << line;
    }
    Parser tls(1 << 20);
    EXPECT_EQ(tls.next("\x16\x03\x01\nSET a b\n"), Parser::Status::http);
    for (const char* const line : {"GET a\r\n", "POSTER a\r\n", "hosts\r\n", "SET post Host:\r\n",
                                   "*1\r\n$6\r\nPOST /\r\n"}) {
        Parser parser(1 << 20);
        EXPECT_EQ(parser.next(line), Parser::Status::ok) << line;
    }
}

TEST(RespParser, AnInlineRequestHasAsManyWordsAsAnArray) {
    std::string line = "DEL";
    for (int i = 0; i < 1023; ++i) line += " a";
    EXPECT_EQ(parsed(line + "\n").size(), 1024U);
    EXPECT_EQ(error(line + " a\n"), "Protocol error: too many words in inline request");
    EXPECT_EQ(error("a b c d e f g h i j k\n", true),
              "Protocol error: too many words in inline request");
    Parser parser(1 << 20);
    ASSERT_EQ(parser.next(line + "\n"), Parser::Status::ok);
    EXPECT_GT(parser.held_bytes(), 16'000U);
    parser.forget();
    EXPECT_LT(parser.held_bytes(), 1'100U);
}

TEST(RespParser, TakesLittleFromWhoHasNotSaidThePassword) {
    EXPECT_EQ(error("*11\r\n", true), "Protocol error: unauthenticated multibulk length");
    EXPECT_EQ(error("*1\r\n$16385\r\n", true), "Protocol error: unauthenticated bulk length");
    EXPECT_EQ(error("*11\r\n", false), "no error");
}

}  // namespace
}  // namespace wiregap::resp
