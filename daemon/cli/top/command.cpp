// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/top/command.h"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <string>

#include "daemon/cli/answer.h"
#include "daemon/cli/failure.h"
#include "daemon/cli/terminal.h"
#include "daemon/cli/top/data.h"
#include "daemon/cli/top/frame.h"
#include "daemon/cli/top/screen.h"
#include "daemon/cli/url.h"
#include "daemon/view/tables.h"

namespace wiregap::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t once_width = 80;
constexpr std::size_t once_height = 40;
constexpr milliseconds live_timeout{1500};  // a screen must not hang for a daemon that does

struct Documents {
    Json services;
    Json connections;
};

Documents fetch(const Options& options, milliseconds timeout = api_timeout) {
    return {fetch_json(options.url, "/api/v1/services", timeout),
            fetch_json(options.url, "/api/v1/connections?limit=1000", timeout)};
}

milliseconds tick_of(const TopData& data) {
    return milliseconds(static_cast<int>(std::clamp(data.tick_seconds, 0.2, 10.0) * 1000));
}

void print_once(const Options& options, std::ostream& out) {
    Documents documents = fetch(options);
    if (options.json) {
        documents.services["connections"] =
            documents.connections.value("connections", Json::array());
        out << documents.services.dump(2) << "\n";
        return;
    }
    const TopData data = read_top(documents.services, documents.connections);
    const std::size_t width = stdout_style().width == 0 ? once_width : stdout_style().width;
    auto lines = top_frame(data, {}, width, once_height);
    lines.pop_back();  // the keys
    while (!lines.empty() && lines.back().text.empty()) lines.pop_back();
    for (const TopLine& line : lines) out << line.text << "\n";
}

/// Keeps the last good picture and says why it is old.
void refresh(const Options& options, TopData& data, TopView& view) {
    try {
        const Documents documents = fetch(options, live_timeout);
        data = read_top(documents.services, documents.connections);
        view.trouble.clear();
    } catch (const Failure& failure) {
        view.trouble = failure.what();
    }
}

/// What is explained: the selected connection, for as long as it is looked at.
void explain(const Options& options, TopView& view) {
    const std::string what = view.wants_explained ? view.selected_name : view.explained;
    view.wants_explained = false;
    if (what.empty()) return;
    try {
        const Json document =
            fetch_json(options.url, "/api/v1/explain?what=" + query_encoded(what), live_timeout);
        view.explanations = rows_in(document, view::explanation_table());
        view.explained = what;
    } catch (const Failure& failure) {
        view.trouble = failure.what();
    }
}

void live(const Options& options) {
    const Documents first = fetch(options);
    TopData data = read_top(first.services, first.connections);
    TopScreen screen;
    TopView view;
    auto due = Clock::now() + tick_of(data);
    while (true) {
        screen.show(top_frame(data, view, screen.width(), screen.height()));
        const auto left = std::chrono::duration_cast<milliseconds>(due - Clock::now());
        const auto input = screen.wait(static_cast<int>(std::max(left, milliseconds(0)).count()));
        if (input.event == TopScreen::Event::key && !top_key(input.key, view)) return;
        note_selection(data, view);
        if (view.wants_explained) explain(options, view);
        if (Clock::now() < due) continue;
        if (!view.paused) {
            refresh(options, data, view);
            follow_selection(data, view);
            explain(options, view);
        }
        due = Clock::now() + tick_of(data);
    }
}

}  // namespace

void run_top(const Options& options, std::ostream& out) {
    if (options.once || options.json) {
        print_once(options, out);
    } else {
        live(options);
    }
}

}  // namespace wiregap::cli
