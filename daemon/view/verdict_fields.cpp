// SPDX-License-Identifier: Apache-2.0
// Changes of verdicts, and sentences about what holds bytes.
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {

using model::Explanation;
using model::VerdictChange;

namespace {

template <auto... path>
void of_change(const ChangeAt& at, const Known&, Sink& sink) {
    give(sink, {}, reach<path...>(at.change));
}

}  // namespace

// clang-format off
const Table<ChangeAt>& change_table() {
    static const Table<ChangeAt> table("changes", {}, {{
    {seconds("unix_seconds", "When it was seen."),
     [](const ChangeAt& c, const Known&, Sink& sink) { give(sink, {}, c.unix_seconds); }},
    {text("service", "The connection's service."), of_change<&VerdictChange::service>},
    {count("port", "Its port."), of_change<&VerdictChange::service_port>},
    {text("role", "Its role."), of_change<&VerdictChange::role>},
    {text("local", "Address and port of this end."),
     [](const ChangeAt& c, const Known&, Sink& sink) { give(sink, {}, to_string(c.change.local)); }},
    {text("peer", "Address and port of the other end."),
     [](const ChangeAt& c, const Known&, Sink& sink) { give(sink, {}, to_string(c.change.peer)); }},
    {text("verdict", "The verdict that it has now."), of_change<&VerdictChange::verdict>},
    {text("locus", "Whose problem that is."),
     [](const ChangeAt& c, const Known&, Sink& sink) { give(sink, {}, locus_of(c.change.verdict)); }},
    {text("before", "The verdict before."), of_change<&VerdictChange::before>},
    {seconds("before_seconds", "For how long it had that."), of_change<&VerdictChange::before_seconds>},
    {bytes("held_bytes", "Bytes that wait on this host."), of_change<&VerdictChange::held_bytes>},
    }});
    return table;
}

const Table<Explanation>& explanation_table() {
    static const Table<Explanation> table("explanations", {}, {{
    {text("subject", "What it is about."), get<&Explanation::subject>},
    {text("verdict", "One word for it."), get<&Explanation::verdict>},
    {text("locus", "Whose problem that is."),
     [](const Explanation& e, const Known&, Sink& sink) { give(sink, {}, locus_of(e.verdict)); }},
    {text("held", "What is held, and for how long."), get<&Explanation::held>},
    {text("where", "In which of the five places."), get<&Explanation::where>},
    {text("why", "Why."), get<&Explanation::why>},
    {text("whose", "Whose problem it is."), get<&Explanation::whose>},
    {text("advice", "What to do."), get<&Explanation::advice>},
    {text("notes.#", "What limits the judgement; a service's worst connections."),
     [](const Explanation& e, const Known&, Sink& sink) {
         for (const std::string& note : e.notes) give(sink, {}, note);
     }},
    }});
    return table;
}
// clang-format on

}  // namespace wiregap::view
