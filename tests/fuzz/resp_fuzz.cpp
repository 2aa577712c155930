// SPDX-License-Identifier: Apache-2.0
// libFuzzer: bytes as a client sends them, in pieces, to the parser and the commands. Two sessions
// share the engine, so that one's subscriptions and keys meet the other's.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/resp/commands/engine.h"

namespace {

using wiregap::resp::Engine;
using wiregap::resp::Limits;
using wiregap::resp::Session;

Limits small_limits() {
    Limits limits;
    limits.memory_bytes = 1024 * 1024;
    limits.query_buffer_bytes = 64 * 1024;
    limits.keyspace_bytes = 256 * 1024;
    limits.output_hard_bytes = 512 * 1024;
    limits.pause_reading_bytes = 64 * 1024;
    return limits;
}

/// As the server does: what was written is dropped, `step` bytes at a time.
void take_output(Session& session, std::size_t step) {
    std::array<iovec, 4> room{};
    while (session.out.pending() > 0) {
        const std::uint64_t before = session.out.pending();
        std::size_t bytes = 0;
        for (const iovec& part : session.out.front(room, step)) bytes += part.iov_len;
        session.out.written(bytes);
        if (session.out.pending() >= before) std::abort();
    }
}

void feed(Engine& engine, Session& session, std::string_view bytes) {
    session.unparsed.append(bytes);
    for (int turn = 0; turn < 1000 && !session.ending(); ++turn) {
        wiregap::resp::Turn work;
        const auto progress = engine.serve(session, session.unparsed.view(), 50, work);
        if (session.cut_off != wiregap::resp::CutOff::none) return;
        session.unparsed.drop(progress.consumed);
        take_output(session, 4096);
        if (!progress.blocked) return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    // The first byte says how the rest is cut, the second whether a password is needed.
    const std::size_t piece = std::size_t{data[0]} + 1;
    Engine engine(small_limits(), data[1] == 'p' ? "secret" : "");
    engine.begin_turn(1'000'000, 1'000'000);
    Session* sessions[] = {&engine.open(), &engine.open()};
    sessions[0]->trusted = data[1] != 'p';
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    for (std::size_t at = 0, turn = 0; at < bytes.size(); at += piece, ++turn) {
        Session& session = *sessions[data[1] == 's' ? turn % 2 : 0];
        if (!session.ending()) feed(engine, session, bytes.substr(at, piece));
        const std::int64_t now_ms = 1'000'000 + static_cast<std::int64_t>(turn) * 500;
        engine.begin_turn(now_ms, now_ms);
        engine.keys.expire_some();
        engine.keys.free_some();
        if (engine.budget.used_bytes() > 2 * engine.budget.limit_bytes()) std::abort();
    }
    engine.close(*sessions[1]);
    engine.keys.clear();
    while (engine.keys.free_some()) {
    }
    engine.close(*sessions[0]);
    // Every byte that was counted has been given back.
    if (engine.keys.used_bytes() != 0 || engine.budget.used_bytes() != 0) std::abort();
    return 0;
}
