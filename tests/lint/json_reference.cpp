// SPDX-License-Identifier: Apache-2.0
// Usage: wiregap_json_reference > deploy/json.md
// Prints the reference of all JSON documents, as Markdown, from the tables of daemon/view.
// lint.json_reference compares it with the file.
#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "daemon/view/tables.h"

namespace {

using wiregap::view::FieldInfo;
using wiregap::view::Schema;
using wiregap::view::Unit;

constexpr std::string_view introduction = R"(# JSON

Made from the tables of `daemon/view` by `build/release/bin/wiregap_json_reference`; do not edit.

What `/api/v1/` answers, and `wiregap ... --json` prints as it came. Keys stay what they are; new ones may come. What is
not known is an absent key, never 0 and never null; a *b* in the last column says that it takes a back end that can know
it. A dot is a level. `*` stands for each key of its level, for example a reason; `#` for each element of a list. A
delay is an object with `count`, `sum_seconds`, `p50_seconds`, `p90_seconds` and `p99_seconds`.

`/api/v1/overview` is what the page at `/` asks for at each tick. Its lists `services` and `connections` each have
`columns` and `rows`; a row has some of the keys below. `history` has the held bytes of the last ten minutes by whose
problem they are, oldest first, null where there was no tick. It follows the page and may change with it.
)";

struct Document {
    std::string_view list;  ///< of the schema
    std::string_view heading;
    std::string_view where;
};

constexpr Document documents[] = {
    {"snapshots", "Which picture it is", "`snapshot` in every document."},
    {"services", "Services",
     "`/api/v1/services`, list `services`; filters `service`, `port`, `role`."},
    {"connections", "Connections",
     "`/api/v1/connections`, list `connections`, most notsent first; filters as above, and "
     "`limit`.\n"
     "`truncated` says that there are more."},
    {"explanations", "Explanations",
     "`/api/v1/explain?what=WHAT`, list `explanations`; `problem` says what to ask if it is "
     "empty."},
    {"daemon", "The daemon", "`/api/v1/self`."},
    {"hooks", "Hooks", "`/api/v1/self`, list `hooks`."},
    {"programs", "Programs", "`/api/v1/self`, list `programs`."},
    {"maps", "Maps", "`/api/v1/self`, list `maps`."},
    {"backlog_sources", "Backlog sources", "`/api/v1/self`, list `backlog_sources`."},
    {"resp", "The RESP server", "`/api/v1/self`, `resp`; absent if it is off."},
    {"changes", "Changes of verdicts", "What the RESP channel `wiregap:verdicts` says."},
};

const Schema& schema_of(std::string_view list) {
    const auto all = wiregap::view::schemas();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto* s) { return s->list == list; });
    if (found == all.end()) throw std::logic_error("no table " + std::string(list));
    return **found;
}

std::string_view type_of(const FieldInfo& field) {
    if (field.delays) return "delay";
    return to_string(field.unit);
}

void print(const Document& document) {
    std::cout << "\n## " << document.heading << "\n\n" << document.where << "\n";
    std::cout << "\n| key | what | meaning | |\n|---|---|---|---|\n";
    for (const FieldInfo& field : schema_of(document.list).fields) {
        if (field.key.empty()) continue;
        std::cout << "| `" << field.key << "` | " << type_of(field) << " | " << field.help << " | "
                  << (field.known != nullptr ? "b" : "") << " |\n";
    }
}

}  // namespace

int main() {
    if (std::size(documents) != wiregap::view::schemas().size()) {
        std::cerr << "json_reference: a table is in no document\n";
        return 1;
    }
    std::cout << introduction;
    for (const Document& document : documents) print(document);
    return std::cout.flush() ? 0 : 1;
}
