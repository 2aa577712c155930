// SPDX-License-Identifier: Apache-2.0
// Parts of texts.
#include <algorithm>
#include <optional>
#include <string_view>

#include "daemon/resp/engine.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/range.h"
#include "daemon/resp/typed.h"

namespace wiregap::resp {
namespace {

/// The text of the key that is asked for, empty if there is no such key. Nothing: it is a
/// collection, and the error is said.
std::optional<std::string_view> text_of(Call& call) {
    const auto found = found_text_of_call(call);
    if (!found) return {};
    return found->value == nullptr ? std::string_view() : found->value->view();
}

/// A text may be as long as a request: nobody could have sent a longer one.
bool too_long(Call& call, std::size_t bytes) {
    if (bytes <= call.engine.limits.query_buffer_bytes) return false;
    call.reply.error("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    return true;
}

void append(Call& call) {
    const auto text = text_of(call);
    if (!text) return;
    const std::size_t before = text->size();
    if (too_long(call, before + call.args[2].size())) return;
    call.keys.overwrite_text(call.args[1], before, call.args[2]);
    call.reply.integer(static_cast<std::int64_t>(before + call.args[2].size()));
}

void strlen_of(Call& call) {
    const auto text = text_of(call);
    if (!text) return;
    call.reply.integer(static_cast<std::int64_t>(text->size()));
}

void setrange(Call& call) {
    const auto offset = to_integer(call.args[2]);
    if (!offset) {
        call.not_integer();
        return;
    }
    if (*offset < 0) {
        call.reply.error("ERR offset is out of range");
        return;
    }
    const auto text = text_of(call);
    if (!text) return;
    const std::size_t before = text->size();
    const auto at = static_cast<std::size_t>(*offset);
    if (call.args[3].empty()) {
        call.reply.integer(static_cast<std::int64_t>(before));
        return;
    }
    if (too_long(call, at) || too_long(call, at + call.args[3].size())) return;
    call.keys.overwrite_text(call.args[1], at, call.args[3]);
    call.reply.integer(static_cast<std::int64_t>(std::max(before, at + call.args[3].size())));
}

void getrange(Call& call) {
    const auto bounds = bounds_of_call(call);
    if (!bounds) return;
    const auto text = text_of(call);
    if (!text) return;
    const Range range = range_of(bounds->first, bounds->last, text->size());
    call.reply.bulk(text->substr(range.first, range.count));
}

constexpr unsigned writes = flag_write | flag_denyoom;
// clang-format off
constexpr Command table[] = {
    {"append", 3, writes | flag_fast, 1, 1, 1, append, "string", "Adds text at the end."},
    {"strlen", 2, flag_readonly | flag_fast, 1, 1, 1, strlen_of, "string", "Bytes of a text."},
    {"setrange", 4, writes, 1, 1, 1, setrange, "string", "Replaces a part of a text."},
    {"getrange", 4, flag_readonly, 1, 1, 1, getrange, "string", "A part of a text."},
    {"substr", 4, flag_readonly, 1, 1, 1, getrange, "string", "A part of a text."},
};
// clang-format on

}  // namespace

std::span<const Command> substring_commands() { return table; }

}  // namespace wiregap::resp
