// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "daemon/resp/protocol/reply.h"

namespace wiregap::resp {
namespace {

/// Takes at most `step` bytes per write, as a slow socket does.
std::string taken(ReplyBuffer& buffer, std::size_t step) {
    std::string text;
    std::array<iovec, 4> room{};
    while (buffer.pending() > 0) {
        std::size_t bytes = 0;
        for (const iovec& part : buffer.front(room, step)) {
            text.append(static_cast<const char*>(part.iov_base), part.iov_len);
            bytes += part.iov_len;
        }
        EXPECT_LE(bytes, step);
        buffer.written(bytes);
    }
    return text;
}

std::string said(unsigned protocol, void (*say)(Reply&)) {
    Budget budget(1 << 30);
    const std::size_t limit = 1 << 20;
    ReplyBuffer buffer(budget, limit);
    Reply reply(buffer, protocol);
    say(reply);
    return taken(buffer, 1000);
}

TEST(RespReply, HasBothProtocols) {
    const auto null = [](Reply& r) { r.null(); };
    EXPECT_EQ(said(2, null), "$-1\r\n");
    EXPECT_EQ(said(3, null), "_\r\n");
    EXPECT_EQ(said(2, [](Reply& r) { r.null_array(); }), "*-1\r\n");
    EXPECT_EQ(said(2, [](Reply& r) { r.map(2); }), "*4\r\n");
    EXPECT_EQ(said(3, [](Reply& r) { r.map(2); }), "%2\r\n");
    EXPECT_EQ(said(3, [](Reply& r) { r.set(2); }), "~2\r\n");
    EXPECT_EQ(said(3, [](Reply& r) { r.push(3); }), ">3\r\n");
    EXPECT_EQ(said(3, [](Reply& r) { r.text("a\n"); }), "=6\r\ntxt:a\n\r\n");
    EXPECT_EQ(said(2, [](Reply& r) { r.text("a\n"); }), "$2\r\na\n\r\n");
    EXPECT_EQ(said(2, [](Reply& r) { r.integer(-5); }), ":-5\r\n");
}

TEST(RespReply, AnErrorIsOneLineWhateverIsInIt) {
    EXPECT_EQ(said(2, [](Reply& r) { r.error("ERR a\r\n+OK"); }), "-ERR a  +OK\r\n");
}

/// A buffer with a budget and a limit of its own.
struct Backlog {
    explicit Backlog(std::size_t hard_limit_bytes = std::size_t{1} << 30)
        : limit(hard_limit_bytes) {}
    Budget budget{std::size_t{1} << 30};
    const std::size_t limit;
    ReplyBuffer buffer{budget, limit};

    TextPtr text(const std::string& bytes) {
        auto made = std::make_shared<Text>(budget);
        made->bytes = bytes;
        return made;
    }
};

TEST(RespReplyBuffer, KeepsTheOrderOfSmallAndLargeAndSharedParts) {
    for (const std::size_t step : {std::size_t{1000}, std::size_t{65536}, std::size_t{1} << 30}) {
        Backlog backlog;
        ReplyBuffer& buffer = backlog.buffer;
        std::string expected;
        for (int round = 0; round < 300; ++round) {
            const std::string part(static_cast<std::size_t>(round) * 37 % 5000, 'a');
            buffer.append(part);
            expected += part;
            if (round % 50 == 7) {
                const std::string large(20000, static_cast<char>('A' + round % 26));
                buffer.append(backlog.text(large));
                expected += large;
            }
        }
        EXPECT_EQ(buffer.produced(), expected.size());
        EXPECT_EQ(taken(buffer, step), expected);
        EXPECT_EQ(buffer.written(), expected.size());
        EXPECT_EQ(buffer.block_memory(), 0U);
        EXPECT_EQ(buffer.block_count(), 0U);
        buffer.shrink();
        EXPECT_EQ(backlog.budget.used_bytes(), 0U);
    }
}

TEST(RespReplyBuffer, ALargeTextIsSharedNotCopied) {
    Backlog backlog;
    const TextPtr text = backlog.text(std::string(100000, 'x'));
    const std::size_t before = backlog.budget.used_bytes();
    for (int i = 0; i < 100; ++i) backlog.buffer.append(text);
    EXPECT_LT(backlog.budget.used_bytes() - before, 100 * 200U);
    EXPECT_EQ(taken(backlog.buffer, 4096).size(), 100 * 100000U);
}

TEST(RespReplyBuffer, TheHardLimitIsKeptInTheAppend) {
    Backlog backlog(100'000);
    for (int i = 0; i < 1000; ++i) {
        backlog.buffer.append(std::string(700, 'x'));
        ASSERT_LE(backlog.buffer.pending(), 100'000U);
        ASSERT_LE(backlog.budget.used_bytes(), 140'000U);
    }
    EXPECT_TRUE(backlog.buffer.overflowed());
    EXPECT_EQ(backlog.buffer.pending(), 0U);  // the client goes: nobody will take them
    EXPECT_EQ(backlog.budget.used_bytes(), 0U);
    backlog.buffer.append(backlog.text(std::string(50'000, 'x')));
    EXPECT_EQ(backlog.buffer.pending(), 0U);
}

TEST(RespReplyBuffer, OneAppendAboveTheHardLimitTakesNoMemory) {
    Backlog backlog(100'000);
    backlog.buffer.append("+OK\r\n");
    backlog.buffer.append(std::string(100'000, 'x'));
    EXPECT_TRUE(backlog.buffer.overflowed());
    EXPECT_EQ(backlog.budget.used_bytes(), 0U);
}

TEST(RespReply, SaysNothingWhileItIsMuted) {
    Backlog backlog;
    Reply reply(backlog.buffer, 2);
    reply.mute(true);
    reply.ok();
    reply.bulk(backlog.text(std::string(100000, 'x')));
    reply.error("ERR a");
    reply.mute(false);
    reply.integer(1);
    EXPECT_EQ(taken(backlog.buffer, 10), ":1\r\n");
}

}  // namespace
}  // namespace wiregap::resp
