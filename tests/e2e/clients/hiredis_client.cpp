// SPDX-License-Identifier: Apache-2.0
// Usage: wiregap_hiredis_client PORT
// Debian's hiredis against the embedded RESP server: one call, binary values, a long pipeline,
// nested replies, errors, a subscription. Ends with 1 at the first answer that is not the expected
// one.
#include <hiredis/hiredis.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace {

using ContextPtr = std::unique_ptr<redisContext, decltype(&redisFree)>;

struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using ReplyPtr = std::unique_ptr<redisReply, FreeReply>;

void expect(bool holds, std::string_view what) {
    if (holds) return;
    std::cerr << "hiredis: " << what << " is not as expected\n";
    std::exit(1);  // NOLINT(concurrency-mt-unsafe)
}

ContextPtr connected(int port) {
    ContextPtr context(redisConnectWithTimeout("127.0.0.1", port, {5, 0}), redisFree);
    expect(context && context->err == 0, "the connection");
    redisSetTimeout(context.get(), {5, 0});
    return context;
}

template <class... Words>
ReplyPtr ask(redisContext* context, const char* format, Words... words) {
    ReplyPtr reply(static_cast<redisReply*>(redisCommand(context, format, words...)));
    expect(reply != nullptr, format);
    return reply;
}

ReplyPtr next(redisContext* context) {
    void* reply = nullptr;
    expect(redisGetReply(context, &reply) == REDIS_OK, "the next reply");
    return ReplyPtr(static_cast<redisReply*>(reply));
}

std::string_view text(const ReplyPtr& reply) { return {reply->str, reply->len}; }

void values(redisContext* context) {
    const std::string binary("a\0\r\n$5\xff", 7);
    expect(text(ask(context, "SET %s %b", "hi:binary", binary.data(), binary.size())) == "OK",
           "SET");
    expect(text(ask(context, "GET %s", "hi:binary")) == binary, "a binary value");
    expect(ask(context, "GET hi:nothing")->type == REDIS_REPLY_NIL, "a value that is not there");
    expect(ask(context, "INCRBY hi:count 41")->integer == 41, "INCRBY");
    expect(text(ask(context, "INCR hi:binary")).starts_with("ERR value is not an integer"),
           "an error");
    ask(context, "MSET hi:a 1 hi:b 2 hi:c c");
    const ReplyPtr list = ask(context, "MGET hi:a hi:b hi:c");
    expect(list->type == REDIS_REPLY_ARRAY && list->elements == 3, "MGET");
    expect(std::string_view(list->element[2]->str) == "c", "its last element");
    const ReplyPtr scan = ask(context, "SCAN 0 MATCH hi:* COUNT 100");
    expect(scan->elements == 2 && scan->element[1]->type == REDIS_REPLY_ARRAY, "a nested reply");
}

void pipeline(redisContext* context) {
    constexpr int requests = 20000;
    for (int i = 0; i < requests; ++i) redisAppendCommand(context, "INCR hi:pipeline");
    for (int i = 1; i <= requests; ++i) {
        expect(next(context)->integer == i, "a reply of the pipeline");
    }
}

void subscription(int port) {
    const ContextPtr listener = connected(port);
    const ContextPtr speaker = connected(port);
    ask(listener.get(), "SUBSCRIBE hi:channel");
    expect(ask(speaker.get(), "PUBLISH hi:channel hello")->integer == 1, "PUBLISH");
    const ReplyPtr message = next(listener.get());
    expect(message->elements == 3 && std::string_view(message->element[2]->str) == "hello",
           "the message");
}

}  // namespace

int main(int argc, char** argv) {
    const int port = argc == 2 ? std::atoi(argv[1]) : 0;  // NOLINT(cert-err34-c)
    const ContextPtr context = connected(port);
    values(context.get());
    pipeline(context.get());
    subscription(port);
    return 0;
}
