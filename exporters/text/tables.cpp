// SPDX-License-Identifier: Apache-2.0
// SERVICES, CONNECTIONS, TOP, VERDICTS: the same tables as the command's.
#include "daemon/view/tables.h"

#include <algorithm>

#include "daemon/model/service_sums.h"
#include "daemon/model/units.h"
#include "daemon/view/layout.h"
#include "daemon/view/text.h"
#include "exporters/text/options.h"
#include "exporters/text/views.h"

namespace wiregap::exporters {
namespace {

template <class Items, class Name, class Port>
auto chosen(const Items& items, const TextOptions& options, Name name, Port port) {
    std::vector<const typename Items::value_type*> found;
    for (const auto& item : items) {
        if (options.shows(item.*name, item.*port)) found.push_back(&item);
    }
    return found;
}

auto services_of(const model::Snapshot& snapshot, const TextOptions& options) {
    return chosen(snapshot.services, options, &model::Service::name, &model::Service::port);
}

template <class Item>
Lines laid_out(const view::Layout& layout, const view::Table<Item>& table,
               std::vector<const Item*> items, const TextOptions& options,
               const model::Known& known) {
    if (items.size() > options.limit) items.resize(options.limit);
    view::TextTable text = view::table_of(layout);
    for (const Item* const item : items) text.add(view::cells_of(layout, table, *item, known));
    return view::lines_of(text.render({}));
}

/// What people with a redis-cli look for: whose problem, in the same line.
const view::Layout& places_and_verdict() {
    static const view::Layout layout = view::with_more(
        view::places_layout(), {{"worst_verdict", {"VERDICT"}}, {"worst_locus", {"LOCUS"}}});
    return layout;
}

}  // namespace

Lines services_view(const model::Snapshot& snapshot, Words words) {
    const TextOptions options = read_text_options(words);
    return laid_out(view::services_layout(), view::service_table(), services_of(snapshot, options),
                    options, snapshot.known);
}

Lines connections_view(const model::Snapshot& snapshot, Words words) {
    const TextOptions options = read_text_options(words);
    return laid_out(view::connections_layout(), view::connection_table(),
                    chosen(snapshot.connections, options, &model::Connection::service,
                           &model::Connection::service_port),
                    options, snapshot.known);
}

Lines top_view(const model::Snapshot& snapshot, Words words) {
    const TextOptions options = read_text_options(words);
    auto services = services_of(snapshot, options);
    std::stable_sort(services.begin(), services.end(), [](const auto* a, const auto* b) {
        return model::held_bytes(*a) > model::held_bytes(*b);
    });
    Lines lines =
        laid_out(places_and_verdict(), view::service_table(), services, options, snapshot.known);
    std::vector<const model::Connection*> worst;
    for (const std::size_t index : snapshot.worst) {
        const model::Connection& c = snapshot.connections.at(index);
        if (options.shows(c.service, c.service_port)) worst.push_back(&c);
    }
    if (worst.empty()) return lines;
    lines.emplace_back("Held longest, by byte-seconds:");
    const Lines below =
        laid_out(view::worst_layout(), view::connection_table(), worst, options, snapshot.known);
    lines.insert(lines.end(), below.begin(), below.end());
    return lines;
}

Lines verdicts_view(const model::Snapshot& snapshot, Words words) {
    const TextOptions options = read_text_options(words);
    view::TextTable table({{"SERVICE"},
                           {"PORT", view::Align::right},
                           {"ROLE"},
                           {"VERDICT"},
                           {"LOCUS"},
                           {"CONNS", view::Align::right},
                           {"SO FAR", view::Align::right}});
    std::size_t left = options.limit;
    for (const model::Service* const s : services_of(snapshot, options)) {
        for (std::size_t i = 0; i < model::verdicts && left > 0; ++i) {
            const auto verdict = static_cast<model::Verdict>(i);
            if (s->verdicts.connections.at(i) == 0 && s->verdicts.seconds.at(i) <= 0) continue;
            table.add({model::printable(s->name), std::to_string(s->port),
                       std::string(to_string(s->role)), std::string(to_string(verdict)),
                       std::string(to_string(locus_of(verdict))),
                       std::to_string(s->verdicts.connections.at(i)),
                       model::human_seconds(s->verdicts.seconds.at(i))});
            --left;
        }
    }
    return view::lines_of(table.render({}));
}

}  // namespace wiregap::exporters
