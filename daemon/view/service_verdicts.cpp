// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/service_sums.h"
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {
namespace {

using model::Service;
using model::Verdict;

/// Calls `with` for all verdicts, those of nobody too; app_late only where a backlog source makes
/// it possible.
template <class With>
void for_verdicts(const Service& service, const With& with) {
    for (std::size_t i = 0; i < model::verdicts; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        if (verdict == Verdict::app_late && !service.verdicts.backlog_known) continue;
        with(i, to_string(verdict), to_string(locus_of(verdict)));
    }
}

}  // namespace

// clang-format off
ServiceFields service_verdicts() {
    return {
    {text("worst_verdict", "The worst verdict that any of its connections has now."),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, worst_verdict(s.verdicts)); }},
    {text("worst_locus", "Whose problem the worst verdict is: peer, network, host, app or none."),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, locus_of(worst_verdict(s.verdicts))); }},
    {text("verdicts.*.locus", "Whose problem the verdict is: peer, network, host, app or none."),
     [](const Service& s, const Known&, Sink& sink) {
         for_verdicts(s, [&](std::size_t, auto verdict, auto locus) { give(sink, {verdict}, locus); });
     }},
    {count("verdicts.*.connections", "Connections by verdict and by whose problem it is: peer, network, host, app or none.")
     .gauge("wiregap_connections_by_verdict", {"verdict", "locus"}),
     [](const Service& s, const Known&, Sink& sink) {
         for_verdicts(s, [&](std::size_t i, auto verdict, auto locus) { give(sink, {verdict, locus}, s.verdicts.connections.at(i)); });
     }},
    {seconds("verdicts.*.seconds", "Connection-seconds by verdict and by whose problem it was: peer, network, host, app or none.")
     .counter("wiregap_verdict_seconds_total", {"verdict", "locus"}),
     [](const Service& s, const Known&, Sink& sink) {
         for_verdicts(s, [&](std::size_t i, auto verdict, auto locus) { give(sink, {verdict, locus}, s.verdicts.seconds.at(i)); });
     }},
    };
}
// clang-format on

}  // namespace wiregap::view
