// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/commands/client_line.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "daemon/resp/commands/command.h"
#include "daemon/resp/commands/engine.h"

namespace wiregap::resp {
namespace {

class Line {
  public:
    explicit Line(std::string& text) : text_(text) {}
    Line& word(std::string_view field, std::string_view value) {
        text_.append(field).append(value);
        return *this;
    }
    template <class Number>
    Line& number(std::string_view field, Number value) {
        std::array<char, 24> digits{};
        const char* const end =
            std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        return word(field, {digits.data(), static_cast<std::size_t>(end - digits.data())});
    }

  private:
    std::string& text_;
};

std::string flags_of(const Session& s) {
    std::string flags;
    if (s.subscribed()) flags += 'P';
    if (s.close_after_reply) flags += 'c';
    if (s.cut_off != CutOff::none) flags += 'A';
    if (!s.tcp) flags += 'U';
    return flags.empty() ? "N" : flags;
}

}  // namespace

void add_client_line(std::string& text, const Engine& engine, const Session& s) {
    const std::int64_t now_ms = engine.now_ms();
    const std::size_t query_room = s.unparsed.capacity();
    const std::size_t room = s.out.first_room();
    const std::size_t total = s.own.bytes() + query_room + room + s.out.block_memory();
    Line line(text);
    line.number("id=", s.id).word(" addr=", s.peer).word(" laddr=", s.local);
    line.number(" fd=", s.fd).word(" name=", s.name).number(" age=", (now_ms - s.since_ms) / 1000);
    line.number(" idle=", (now_ms - s.active_ms) / 1000).word(" flags=", flags_of(s));
    line.word(" db=0", "").number(" sub=", s.channels.size()).number(" psub=", s.patterns.size());
    line.word(" ssub=0 multi=-1", "").number(" qbuf=", s.unparsed.size());
    line.number(" qbuf-free=", query_room - std::min(query_room, s.unparsed.size()));
    line.word(" argv-mem=0 multi-mem=0", "").number(" rbs=", room).number(" rbp=", room);
    line.number(" obl=", s.out.first_bytes()).number(" oll=", s.out.block_count());
    line.number(" omem=", s.out.block_memory()).number(" tot-mem=", total);
    line.word(" events=", s.writes_when_ready ? "rw" : "r");
    line.word(" cmd=", s.last == nullptr ? "NULL" : s.last->name);
    if (!s.last_sub.empty()) line.word("|", s.last_sub);
    line.word(" user=default redir=-1", "").number(" resp=", s.protocol).word("\n", "");
}

}  // namespace wiregap::resp
