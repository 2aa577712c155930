// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/explain_command.h"

#include <algorithm>
#include <string_view>

#include "daemon/cli/failure.h"
#include "daemon/cli/json_cells.h"
#include "daemon/cli/terminal.h"
#include "daemon/cli/units.h"
#include "daemon/cli/url.h"

namespace wiregap::cli {
namespace {

constexpr std::size_t label_width = 11;
constexpr std::size_t least_text_width = 30;

/// "  Why:     text", continued under itself where it is wider than the screen.
std::string labelled(const std::string& label, const std::string& text, std::size_t width) {
    const std::size_t room =
        std::max(least_text_width, width > label_width ? width - label_width : 0);
    std::string head = "  " + label + ":";
    head.resize(std::max(head.size(), label_width), ' ');
    std::string out;
    std::string_view rest = text;
    while (width > 0 && rest.size() > room) {
        const std::size_t space = rest.rfind(' ', room);
        if (space == std::string_view::npos || space == 0) break;
        out += head + std::string(rest.substr(0, space)) + "\n";
        rest.remove_prefix(space + 1);
        head.assign(label_width, ' ');
    }
    return out + head + std::string(rest) + "\n";
}

std::string paragraph(const Json& e, std::size_t width) {
    std::string out =
        text_cell(e, {"subject"}) + "\n" +
        labelled("Verdict", text_cell(e, {"verdict"}) + " (" + text_cell(e, {"locus"}) + ")",
                 width);
    constexpr std::pair<const char*, const char*> parts[] = {{"Held", "held"},
                                                             {"Where", "where"},
                                                             {"Why", "why"},
                                                             {"Whose", "whose"},
                                                             {"To do", "advice"}};
    for (const auto& [label, key] : parts) out += labelled(label, text_cell(e, {key}), width);
    const Json* notes = at(e, {"notes"});
    for (std::size_t i = 0; notes != nullptr && notes->is_array() && i < notes->size(); ++i) {
        const Json& note = (*notes)[i];
        if (note.is_string()) out += labelled("Note", printable(note.get<std::string>()), width);
    }
    return out;
}

}  // namespace

Explained render_explain(const Json& document, bool as_json, std::size_t width) {
    const Json& found = list_at(document, "explanations");
    Explained result;
    if (found.empty()) {
        result.exit_code = exit_unknown;
        result.problem = text_cell(document, {"problem"});
    }
    if (as_json) {
        result.text = document.dump(2) + "\n";
        return result;
    }
    for (const Json& explanation : found) {
        result.text += (result.text.empty() ? "" : "\n") + paragraph(explanation, width);
    }
    return result;
}

Explained run_explain(const Options& options) {
    const Json document =
        fetch_json(options.url, "/api/v1/explain?what=" + query_encoded(options.what));
    return render_explain(document, prints_json(options.format, stdout_is_terminal()),
                          stdout_style().width);
}

}  // namespace wiregap::cli
