// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/client_line.h"

#include <cstdint>
#include <string_view>

#include "daemon/resp/engine.h"

namespace wiregap::resp {
namespace {

class Line {
  public:
    Line& text(std::string_view name, std::string_view value) {
        if (!line_.empty()) line_ += ' ';
        line_ += name;
        line_ += '=';
        line_ += value;
        return *this;
    }
    template <class Number>
    Line& number(std::string_view name, Number value) {
        return text(name, std::to_string(value));
    }
    std::string take() { return std::move(line_); }

  private:
    std::string line_;
};

std::string flags_of(const Session& s) {
    std::string flags;
    if (s.subscribed()) flags += 'P';
    if (s.cut_off != CutOff::none) flags += 'A';
    if (s.close_after_reply) flags += 'c';
    if (!s.tcp) flags += 'U';
    if (s.no_evict) flags += 'e';
    if (s.no_touch) flags += 'T';
    return flags.empty() ? "N" : flags;
}

std::string last_command(const Session& s) {
    if (s.last == nullptr) return "NULL";
    std::string name(s.last->name);
    if (!s.last_sub.empty()) name += "|" + std::string(s.last_sub);
    return name;
}

}  // namespace

std::string client_line(const Engine& engine, const Session& s) {
    const std::int64_t now_ms = engine.keys.now_ms();
    const std::size_t query_memory = s.unparsed.capacity();
    const std::size_t total =
        sizeof(Session) + query_memory + s.out.first_room() + s.out.block_memory();
    const std::string events = s.writes_when_ready ? "rw" : "r";
    Line line;
    line.number("id", s.id).text("addr", s.peer).text("laddr", s.local).number("fd", s.fd);
    line.text("name", s.name).number("age", (now_ms - s.since_ms) / 1000);
    line.number("idle", (now_ms - s.active_ms) / 1000).text("flags", flags_of(s));
    line.text("capa", "").number("db", 0).number("sub", s.channels.size());
    line.number("psub", s.patterns.size()).number("ssub", 0).number("multi", -1);
    line.number("watch", 0).number("qbuf", s.unparsed.size());
    line.number("qbuf-free", query_memory - s.unparsed.size()).number("argv-mem", 0);
    line.number("multi-mem", 0).number("rbs", s.out.first_room()).number("rbp", s.out.first_room());
    line.number("obl", s.out.first_bytes()).number("oll", s.out.block_count());
    line.number("omem", s.out.block_memory()).number("tot-mem", total).text("events", events);
    line.text("cmd", last_command(s)).text("user", "default").number("redir", -1);
    line.number("resp", s.protocol).text("lib-name", s.lib_name).text("lib-ver", s.lib_version);
    line.number("tot-net-in", s.in_bytes).number("tot-net-out", s.out.written());
    line.number("tot-cmds", s.commands);
    return line.take();
}

}  // namespace wiregap::resp
