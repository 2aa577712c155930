// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/scan.h"

#include <charconv>
#include <system_error>

#include "daemon/resp/limits.h"
#include "daemon/resp/numbers.h"

namespace wiregap::resp {

std::optional<ScanOptions> scan_options(Call& call, std::size_t at) {
    ScanOptions options;
    const std::string_view cursor = call.args[at];
    const char* const end = cursor.data() + cursor.size();
    const auto [stop, error] = std::from_chars(cursor.data(), end, options.cursor);
    if (error != std::errc{} || stop != end) {
        call.reply.error("ERR invalid cursor");
        return {};
    }
    for (std::size_t i = at + 1; i < call.args.size(); i += 2) {
        if (i + 1 == call.args.size()) {
            call.syntax_error();
            return {};
        }
        const std::string_view value = call.args[i + 1];
        if (call.asks(i, "MATCH")) {
            options.pattern = value;
        } else if (call.asks(i, "TYPE") && at == 1) {
            options.type = value;
        } else if (call.asks(i, "COUNT")) {
            const auto count = to_integer(value);
            if (!count) {
                call.not_integer();
                return {};
            }
            if (*count < 1) {
                call.syntax_error();
                return {};
            }
            constexpr std::int64_t most = max_reply_elements / 16;
            options.count = static_cast<std::size_t>(*count < most ? *count : most);
        } else {
            call.syntax_error();
            return {};
        }
    }
    return options;
}

void scan_reply(Call& call, std::uint64_t next, std::size_t elements) {
    call.reply.array(2);
    call.reply.bulk(std::to_string(next));
    call.reply.array(elements);
}

}  // namespace wiregap::resp
