// SPDX-License-Identifier: Apache-2.0
#include "exporters/text/views.h"

#include "daemon/model/explain.h"
#include "daemon/model/units.h"
#include "daemon/view/sentences.h"
#include "daemon/view/tables.h"
#include "daemon/view/text.h"
#include "exporters/text/options.h"

namespace wiregap::exporters {

namespace {

struct View {
    std::string_view name;
    std::size_t least_words;  ///< behind the name
    Lines (*lines)(const model::Snapshot&, Words);
    std::string_view help;
};
constexpr View views[] = {
    {"SERVICES", 0, services_view, "SERVICES [SERVICE name] [PORT n]: where the bytes are."},
    {"CONNECTIONS", 0, connections_view,
     "CONNECTIONS [SERVICE name] [PORT n] [LIMIT n]: those with bytes waiting, most first."},
    {"TOP", 0, top_view,
     "TOP [SERVICE name] [PORT n] [LIMIT n]: the five places by service, most held bytes first."},
    {"EXPLAIN", 1, explain_view,
     "EXPLAIN service|port:N|pid:N|cookie:N|LOCAL-PEER: what is held, where, why, what to do."},
    {"VERDICTS", 0, verdicts_view,
     "VERDICTS [SERVICE name] [PORT n] [LIMIT n]: whose problem; SUBSCRIBE wiregap:verdicts says "
     "each change."},
    {"HOOKS", 0, hooks_view, "HOOKS: what the daemon sees the kernel with, and what it misses."},
};

Lines help() {
    Lines lines{"WIREGAP <subcommand> [<arg> ..]. Subcommands are:"};
    for (const View& view : views) lines.emplace_back(view.help);
    lines.emplace_back(
        "STREAM: this server's clients: produced = backlog + notsent + unacked + acked.");
    return lines;
}

}  // namespace

Lines text_view(const model::Snapshot* snapshot, Words words) {
    if (same_word(words[0], "HELP")) return help();
    for (const View& view : views) {
        if (!same_word(words[0], view.name)) continue;
        if (words.size() - 1 < view.least_words) {
            throw BadView("wrong number of arguments; write WIREGAP " + std::string(view.help));
        }
        if (snapshot == nullptr) {
            throw BadView("there is no picture yet; ask again after the first tick");
        }
        return view.lines(*snapshot, words.subspan(1));
    }
    throw BadView("unknown subcommand '" + model::printable(words[0].substr(0, 40)) +
                  "'. Try WIREGAP HELP.");
}

Lines hooks_view(const model::Snapshot& snapshot, Words) {
    std::string text = "back end " + snapshot.self.backend;
    if (!snapshot.self.backend_reason.empty())
        text += ", not a better one: " + snapshot.self.backend_reason;
    text += "\n";
    for (const model::Hook& hook : snapshot.self.hooks) text += view::hook_text(hook, 0);
    return view::lines_of(text);
}

Lines explain_view(const model::Snapshot& snapshot, Words words) {
    std::string what;
    for (const std::string_view word : words) {
        what += (what.empty() ? "" : " ") + std::string(word.substr(0, 200));
    }
    const model::Answer answer = model::explain(snapshot, what);
    if (answer.found.empty()) throw BadView(answer.problem);
    std::string text;
    for (const model::Explanation& explanation : answer.found)
        text += view::explanation_text(
            view::row_of(view::explanation_table(), explanation, snapshot.known), 0);
    return view::lines_of(text);
}

}  // namespace wiregap::exporters
