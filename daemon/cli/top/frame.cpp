// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/top/frame.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "daemon/cli/top/bar.h"
#include "daemon/model/units.h"
#include "daemon/view/layout.h"
#include "daemon/view/sentences.h"
#include "daemon/view/text.h"

namespace wiregap::cli {
namespace {

constexpr std::array<const char*, 4> sort_names{"held", "unacked", "acked", "name"};
constexpr std::array<const char*, 4> sort_fields{"held_bytes", "unacked_bytes",
                                                 "acked_bytes_per_second", "service"};
constexpr std::size_t least_bar = 6;
constexpr const char* legend = "b reply backlog  n notsent  e egress (qdisc, driver)  f in flight";

using Rows = std::vector<const view::Row*>;  ///< of the data

bool matches(const std::string& filter, std::initializer_list<std::string> texts) {
    return filter.empty() || std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
               return text.find(filter) != std::string::npos;
           });
}

Rows chosen_services(const TopData& data, const TopView& view) {
    Rows rows;
    for (const view::Row& s : data.services) {
        if (matches(view.filter, {service_word(s, "service"), service_word(s, "port")}))
            rows.push_back(&s);
    }
    const char* const key = sort_fields.at(static_cast<std::size_t>(view.sort));
    if (view.sort != TopSort::name) {
        std::stable_sort(rows.begin(), rows.end(), [&](const auto* a, const auto* b) {
            return service_number(*a, key) > service_number(*b, key);
        });
    }
    return rows;
}

Rows chosen_connections(const TopData& data, const TopView& view) {
    Rows rows;
    for (const view::Row& c : data.connections) {
        if (matches(view.filter, {connection_word(c, "service"), connection_word(c, "local"),
                                  connection_word(c, "peer"), connection_word(c, "verdict")}))
            rows.push_back(&c);
    }
    return rows;
}

std::string name_of(const view::Row& connection) {
    return connection_word(connection, "local") + "-" + connection_word(connection, "peer");
}

std::string clock_text(double unix_seconds) {
    const auto seconds = static_cast<std::time_t>(unix_seconds);
    std::tm local{};
    localtime_r(&seconds, &local);
    std::array<char, 16> text{};
    std::strftime(text.data(), text.size(), "%H:%M:%S", &local);
    return text.data();
}

std::string title(const TopData& data, const TopView& view) {
    double held = 0;
    for (const view::Row& s : data.services) held += service_number(s, "held_bytes");
    std::string text = "wiregap top " + clock_text(data.taken_unix_seconds) + "  " + data.backend +
                       "  " + std::to_string(data.services.size()) + " services, " +
                       model::human_bytes(held) + " held  by " +
                       sort_names.at(static_cast<std::size_t>(view.sort));
    if (!view.filter.empty() || view.typing_filter) text += "  /" + view.filter;
    if (view.paused) text += "  PAUSED";
    return text;
}

/// Lines of a rendered table: the first is its header. styles: one for each row.
void add_table(const view::TextTable& table, const std::vector<TopStyle>& styles, std::size_t width,
               std::vector<TopLine>& lines) {
    std::size_t row = 0;
    for (const std::string& line : view::lines_of(table.render({width, false}))) {
        lines.push_back({line, row == 0 ? TopStyle::header : styles.at(row - 1)});
        ++row;
    }
}

TopStyle style_of(const std::string& verdict) {
    const bool fine = verdict == "flowing" || verdict == "idle" || verdict.empty();
    return fine ? TopStyle::plain : TopStyle::problem;
}

void add_services(const Rows& rows, std::size_t most, std::size_t width,
                  std::vector<TopLine>& lines) {
    double scale = 0;
    for (const view::Row* s : rows) scale = std::max(scale, bar_bytes(*s));
    const std::size_t bar = width > 86 + least_bar ? width - 86 : least_bar;
    const view::Layout& layout = view::places_layout();
    view::TextTable table = view::table_of(layout, {"WHERE"});
    std::vector<TopStyle> styles;
    for (std::size_t i = 0; i < std::min(most, rows.size()); ++i) {
        std::vector<std::string> cells = view::cells_of(layout, *rows[i]);
        cells.push_back(top_bar(*rows[i], scale, bar));
        table.add(std::move(cells));
        styles.push_back(style_of(service_word(*rows[i], "worst_verdict")));
    }
    const std::size_t header = lines.size();
    add_table(table, styles, width, lines);
    for (std::size_t i = header + 1; i < lines.size(); ++i)
        lines[i].bar_at = lines[i].text.size() - bar;
    if (rows.size() > most) {
        lines.push_back(
            {"  and " + std::to_string(rows.size() - most) + " more services (filter: /)",
             TopStyle::dim});
    }
}

/// `most` of them, the selected one among them.
void add_connections(const Rows& rows, std::size_t selected, std::size_t most, std::size_t width,
                     std::vector<TopLine>& lines) {
    const std::size_t from = selected < most ? 0 : selected - most + 1;
    const view::Layout& layout = view::worst_layout();
    view::TextTable table = view::table_of(layout);
    std::vector<TopStyle> styles;
    for (std::size_t i = from; i < std::min(from + most, rows.size()); ++i) {
        table.add(view::cells_of(layout, *rows[i]));
        styles.push_back(i == selected ? TopStyle::selected
                                       : style_of(connection_word(*rows[i], "verdict")));
    }
    add_table(table, styles, width, lines);
}

std::vector<TopLine> help_lines() {
    std::vector<TopLine> lines{{"", TopStyle::plain}};
    for (const char* text :
         {"Each byte is in one of five places:",
          "  BACKLOG  produced by the application, not written",
          "  NOTSENT  written, still in the send queue",
          "  EGRESS   sent, still in this host's qdisc or driver",
          "  UNACKED  sent and not acknowledged (egress included)",
          "  ACKED/s  acknowledged per second; UNDELIV: lost with their connection",
          "A dash: not known. The bar is in proportion to the service that holds most.", "",
          "VERDICT says why a connection's bytes wait; Enter explains the selected one.", "",
          "s sort   / filter (Enter ends, Esc clears)   p pause   up, down select   q quit"}) {
        lines.push_back({text, TopStyle::plain});
    }
    return lines;
}

std::string shortened(std::string text, std::size_t width) {
    if (text.size() > width) text.resize(width);
    return text;
}

TopLine last_line(const TopView& view) {
    if (!view.trouble.empty()) return {view.trouble, TopStyle::problem};
    if (view.typing_filter)
        return {"filter: " + view.filter + "_  (Enter ends, Esc clears)", TopStyle::title};
    if (!view.explained.empty()) return {"q quit  Esc back", TopStyle::dim};
    return {"q quit  s sort  / filter  p pause  up/down, Enter explain  ? help", TopStyle::dim};
}

std::vector<TopLine> explanation_lines(const TopView& view, std::size_t width) {
    std::string all;
    for (const view::Row& explanation : view.explanations)
        all += "\n" + view::explanation_text(explanation, width);
    std::vector<TopLine> lines;
    if (all.empty()) all = "\nNothing is held by " + view.explained + " any more.\n";
    for (const std::string& line : view::lines_of(all)) lines.push_back({line, TopStyle::plain});
    return lines;
}

std::vector<TopLine> tables(const TopData& data, const TopView& view, std::size_t width,
                            std::size_t body) {
    const auto services = chosen_services(data, view);
    const auto connections = chosen_connections(data, view);
    std::vector<TopLine> lines{{title(data, view), TopStyle::title}, {legend, TopStyle::legend}};
    // Connections are why people look; services get what these leave, and a third at least.
    const std::size_t room = body - 6;
    const std::size_t wanted = std::min(connections.size(), room - room / 3);
    add_services(services, std::max<std::size_t>(room - wanted, 1), width, lines);
    lines.push_back({"", TopStyle::plain});
    if (connections.empty()) {
        lines.push_back({"No connection holds bytes.", TopStyle::dim});
        return lines;
    }
    const std::size_t left = body > lines.size() + 1 ? body - lines.size() - 1 : 1;
    add_connections(connections, std::min(view.selected, connections.size() - 1), left, width,
                    lines);
    return lines;
}

}  // namespace

void note_selection(const TopData& data, TopView& view) {
    const Rows rows = chosen_connections(data, view);
    view.selected = std::min(view.selected, rows.empty() ? 0 : rows.size() - 1);
    view.selected_name = rows.empty() ? "" : name_of(*rows[view.selected]);
}

void follow_selection(const TopData& data, TopView& view) {
    const Rows rows = chosen_connections(data, view);
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto* row) {
        return name_of(*row) == view.selected_name;
    });
    if (found != rows.end()) view.selected = static_cast<std::size_t>(found - rows.begin());
    note_selection(data, view);
}

std::vector<TopLine> top_frame(const TopData& data, const TopView& view, std::size_t width,
                               std::size_t height) {
    const std::size_t usable = std::max<std::size_t>(width, 40);
    const std::size_t body = std::max<std::size_t>(height, 8) - 1;
    std::vector<TopLine> lines;
    if (view.help || !view.explained.empty()) {
        lines = {{title(data, view), TopStyle::title}};
        const auto more = view.help ? help_lines() : explanation_lines(view, usable);
        lines.insert(lines.end(), more.begin(), more.end());
    } else {
        lines = tables(data, view, usable, body);
    }
    lines.resize(body);
    lines.push_back(last_line(view));
    for (TopLine& line : lines) line.text = shortened(std::move(line.text), width);
    return lines;
}

}  // namespace wiregap::cli
