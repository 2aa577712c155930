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
    {seconds("unix_seconds", "When the change was seen, as Unix time."),
     [](const ChangeAt& c, const Known&, Sink& sink) { give(sink, {}, c.unix_seconds); }},
    {text("service", "Name of the connection's service."), of_change<&VerdictChange::service>},
    {count("port", "Port of the service."), of_change<&VerdictChange::service_port>},
    {text("role", "Role of the service: server or client."), of_change<&VerdictChange::role>},
    {text("local", "Local address and port."),
     [](const ChangeAt& c, const Known&, Sink& sink) { give(sink, {}, to_string(c.change.local)); }},
    {text("peer", "The peer's address and port."),
     [](const ChangeAt& c, const Known&, Sink& sink) { give(sink, {}, to_string(c.change.peer)); }},
    {text("verdict", "The new verdict."), of_change<&VerdictChange::verdict>},
    {text("locus", "Whose problem the verdict is: peer, network, host, app or none."),
     [](const ChangeAt& c, const Known&, Sink& sink) { give(sink, {}, locus_of(c.change.verdict)); }},
    {text("before", "The previous verdict."), of_change<&VerdictChange::before>},
    {seconds("before_seconds", "How long the connection had the previous verdict."), of_change<&VerdictChange::before_seconds>},
    {bytes("held_bytes", "Bytes waiting on this host: reply backlog, where it is known, plus notsent."), of_change<&VerdictChange::held_bytes>},
    }});
    return table;
}

const Table<Explanation>& explanation_table() {
    static const Table<Explanation> table("explanations", {}, {{
    {text("subject", "What the explanation is about."), get<&Explanation::subject>},
    {text("verdict", "The verdict, in one word."), get<&Explanation::verdict>},
    {text("locus", "Whose problem the verdict is: peer, network, host, app or none."),
     [](const Explanation& e, const Known&, Sink& sink) { give(sink, {}, locus_of(e.verdict)); }},
    {text("held", "What is held, and for how long."), get<&Explanation::held>},
    {text("where", "In which of the five places the bytes are."), get<&Explanation::where>},
    {text("why", "Why the bytes are held there."), get<&Explanation::why>},
    {text("whose", "Whose problem it is, in a sentence."), get<&Explanation::whose>},
    {text("advice", "What to do."), get<&Explanation::advice>},
    {text("notes.#", "What limits the judgement; for a service, also its worst connections."),
     [](const Explanation& e, const Known&, Sink& sink) {
         for (const std::string& note : e.notes) give(sink, {}, note);
     }},
    }});
    return table;
}
// clang-format on

}  // namespace wiregap::view
