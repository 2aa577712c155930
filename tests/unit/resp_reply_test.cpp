// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "daemon/resp/reply.h"

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
    ReplyBuffer buffer;
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
    EXPECT_EQ(said(2, [](Reply& r) { r.real(1.5); }), "$3\r\n1.5\r\n");
    EXPECT_EQ(said(3, [](Reply& r) { r.real(1.5); }), ",1.5\r\n");
    EXPECT_EQ(said(3, [](Reply& r) { r.boolean(true); }), "#t\r\n");
    EXPECT_EQ(said(2, [](Reply& r) { r.boolean(true); }), ":1\r\n");
    EXPECT_EQ(said(3, [](Reply& r) { r.text("a\n"); }), "=6\r\ntxt:a\n\r\n");
    EXPECT_EQ(said(2, [](Reply& r) { r.text("a\n"); }), "$2\r\na\n\r\n");
    EXPECT_EQ(said(2, [](Reply& r) { r.integer(-5); }), ":-5\r\n");
}

TEST(RespReply, AnErrorIsOneLineWhateverIsInIt) {
    EXPECT_EQ(said(2, [](Reply& r) { r.error("ERR a\r\n+OK"); }), "-ERR a  +OK\r\n");
}

TEST(RespReplyBuffer, KeepsTheOrderOfSmallAndLargeAndSharedParts) {
    for (const std::size_t step : {std::size_t{1000}, std::size_t{65536}, std::size_t{1} << 30}) {
        ReplyBuffer buffer;
        std::string expected;
        for (int round = 0; round < 300; ++round) {
            const std::string part(static_cast<std::size_t>(round) * 37 % 5000, 'a');
            buffer.append(part);
            expected += part;
            if (round % 50 == 7) {
                const Blob large(std::string(20000, static_cast<char>('A' + round % 26)));
                buffer.append(large);
                expected += large.view();
            }
        }
        EXPECT_EQ(buffer.produced(), expected.size());
        EXPECT_EQ(taken(buffer, step), expected);
        EXPECT_EQ(buffer.written(), expected.size());
        EXPECT_EQ(buffer.block_memory(), 0U);
        EXPECT_EQ(buffer.block_count(), 0U);
    }
}

TEST(RespReplyBuffer, ALargeValueIsSharedAndStaysAsItWas) {
    Blob value(std::string(100000, 'x'));
    ReplyBuffer buffer;
    buffer.append(value);
    value.overwrite(0, "changed");
    EXPECT_EQ(taken(buffer, 4096), std::string(100000, 'x'));
    EXPECT_EQ(value.view().substr(0, 8), "changedx");
}

TEST(RespReplyBuffer, DropsWhatIsSaidWhileItIsMuted) {
    ReplyBuffer buffer;
    buffer.mute(true);
    buffer.append("a");
    buffer.append(Blob(std::string(100000, 'x')));
    buffer.mute(false);
    buffer.append("b");
    EXPECT_EQ(taken(buffer, 10), "b");
}

}  // namespace
}  // namespace wiregap::resp
