// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/sentences.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "daemon/model/units.h"
#include "daemon/view/layout.h"
#include "daemon/view/tables.h"

namespace wiregap::view {
namespace {

constexpr std::size_t label_width = 11;
constexpr const char* lost_label = "             lost  ";
constexpr const char* why_label = "             why   ";

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

/// A hook that is not there and loses nothing was made up for by another one.
const char* status_of(const model::Hook& hook) {
    if (hook.attached) return "ok";
    return hook.loses.empty() ? "limit" : "missing";
}

}  // namespace

std::string wrapped(const std::string& label, const std::string& text, std::size_t width) {
    const std::string indent(label.size(), ' ');
    std::string out;
    std::string here = label;
    bool fresh = true;
    std::istringstream words(model::printable(text));
    for (std::string word; words >> word; fresh = false) {
        if (!fresh && width > 0 && here.size() + 1 + word.size() > width) {
            out += here + "\n";
            here = indent;
            fresh = true;
        }
        here += (fresh ? "" : " ") + word;
    }
    return out + here + "\n";
}

std::string explanation_text(const Row& explanation, std::size_t width) {
    const Schema& schema = explanation_table();
    const auto said = [&](const char* key) {
        return cell(schema.fields[schema.at(key)], value_of(schema, explanation, key));
    };
    const auto line = [&](const std::string& label, const std::string& text) {
        return wrapped(padded("  " + label + ":", label_width), text, width);
    };
    std::string text =
        said("subject") + "\n" + line("Verdict", said("verdict") + " (" + said("locus") + ")");
    constexpr std::pair<const char*, const char*> parts[] = {{"Held", "held"},
                                                             {"Where", "where"},
                                                             {"Why", "why"},
                                                             {"Whose", "whose"},
                                                             {"To do", "advice"}};
    for (const auto& [label, key] : parts) text += line(label, said(key));
    for (const Part& note : value_of(schema, explanation, "notes.#"))
        text += line("Note", word_in({note}));
    return text;
}

std::string status_line(const std::string& status, const std::string& what,
                        const std::string& value, std::size_t width) {
    std::string line = padded("  " + status, label_width) + model::printable(what);
    line.resize(std::max<std::size_t>(line.size() + 2, 39), ' ');
    return wrapped(line, value, width);
}

std::string hook_text(const model::Hook& hook, std::size_t width) {
    std::string text = status_line(status_of(hook), hook.mechanism + " " + hook.name,
                                   hook.attached ? "got" : "not got", width);
    if (hook.attached) return text;
    text += wrapped(lost_label,
                    hook.loses.empty() ? "nothing: another hook does its work" : hook.loses, width);
    return hook.reason.empty() ? text : text + wrapped(why_label, hook.reason, width);
}

}  // namespace wiregap::view
