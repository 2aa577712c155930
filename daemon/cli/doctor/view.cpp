// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/doctor/view.h"

#include "daemon/cli/answer.h"
#include "daemon/view/codec.h"
#include "daemon/view/layout.h"
#include "daemon/view/sentences.h"
#include "daemon/view/tables.h"

namespace wiregap::cli {
namespace {

constexpr std::size_t default_width = 80;

class Page {
  public:
    explicit Page(const view::TableStyle& style) : style_(style) {}

    void heading(const std::string& text) {
        out_ += style_.bold_header ? "\033[1m" + text + "\033[0m\n" : text + "\n";
    }
    void paragraph(const std::string& label, const std::string& text) {
        if (text.empty()) return;
        out_ += view::wrapped(label, text, width());
    }
    void row(Status status, const std::string& what, const std::string& value) {
        out_ += view::status_line(std::string(to_string(status)), what, value, width());
    }
    void hook(const model::Hook& hook) { out_ += view::hook_text(hook, width()); }
    std::string text() && { return std::move(out_); }

  private:
    [[nodiscard]] std::size_t width() const {
        return style_.width == 0 ? default_width : style_.width;
    }
    view::TableStyle style_;
    std::string out_;
};

constexpr const char* lost_label = "             lost  ";
constexpr const char* do_label = "             do    ";
constexpr const char* lost_by_polling =
    "delays, writes by departure, what write() did not take, connections opened and closed, "
    "undelivered bytes";
constexpr const char* why_label = "             why   ";

void add_finding(Page& page, const Finding& finding) {
    page.row(finding.status, finding.fact, finding.value);
    page.paragraph(lost_label, finding.loses);
    page.paragraph(do_label, finding.todo);
}

std::string hooks_heading(HookSource source) {
    return source == HookSource::tried_here
               ? "Hooks wanted, tried by loading each program in this process"
               : "Hooks wanted, as the running wiregapd has them (this process may not try)";
}

void add_backend(Page& page, const kernel::ProbeReport& probe) {
    const bool costs = hooks_cost_features(probe);
    const char* value = costs                          ? "not all features"
                        : probe.backend_reason.empty() ? "the best there is"
                                                       : "all features; not the best there is";
    page.heading("Back end");
    page.row(costs ? Status::missing : Status::ok,
             probe.chosen_backend.empty() ? "none" : probe.chosen_backend, value);
    if (probe.chosen_backend == "poll") page.paragraph(lost_label, lost_by_polling);
    page.paragraph(why_label, probe.backend_reason);
    page.paragraph(why_label, probe.error);
}

void add_probe(Page& page, const Diagnosis& diagnosis) {
    add_backend(page, diagnosis.probe);
    if (diagnosis.probe.hooks.empty()) return;
    page.heading(hooks_heading(diagnosis.source));
    for (const model::Hook& hook : diagnosis.probe.hooks) page.hook(hook);
}

Json finding_json(const Finding& finding) {
    Json json{{"fact", finding.fact}, {"value", finding.value}};
    json["status"] = to_string(finding.status);
    if (!finding.loses.empty()) json["loses"] = finding.loses;
    if (!finding.todo.empty()) json["do"] = finding.todo;
    return json;
}

}  // namespace

std::string render_doctor(const Diagnosis& diagnosis, const view::TableStyle& style) {
    Page page(style);
    page.heading("Host and this process");
    for (const Finding& finding : diagnosis.findings) add_finding(page, finding);
    add_probe(page, diagnosis);
    page.heading(costs_features(diagnosis)
                     ? "Something that costs features is missing: see 'lost' above."
                     : "Nothing is missing.");
    return std::move(page).text();
}

Json doctor_json(const Diagnosis& diagnosis) {
    Json json;
    json["complete"] = !costs_features(diagnosis);
    json["backend"] = diagnosis.probe.chosen_backend;
    json["backend_reason"] = diagnosis.probe.backend_reason;
    if (!diagnosis.probe.error.empty()) json["error"] = diagnosis.probe.error;
    json["hooks_from"] =
        diagnosis.source == HookSource::tried_here ? "this process" : "running daemon";
    json["host"] = Json::array();
    for (const Finding& finding : diagnosis.findings) {
        json["host"].push_back(finding_json(finding));
    }
    json["hooks"] = Json::array();
    for (const model::Hook& hook : diagnosis.probe.hooks)
        json["hooks"].push_back(
            view::encode(view::hook_table(), row_of(view::hook_table(), hook, {})));
    return json;
}

kernel::ProbeReport report_of_self(const Json& self) {
    const auto said = [](const view::Schema& schema, const view::Row& row, const char* key) {
        return word_in(value_of(schema, row, key));
    };
    const view::Schema& about = view::snapshot_table();
    const view::Row snapshot = snapshot_in(self);
    kernel::ProbeReport report;
    report.chosen_backend = said(about, snapshot, "backend");
    report.backend_reason = said(about, snapshot, "backend_reason");
    const view::Schema& schema = view::hook_table();
    for (const view::Row& row : rows_in(self, schema)) {
        report.hooks.push_back({.name = said(schema, row, "hook"),
                                .mechanism = said(schema, row, "mechanism"),
                                .program = said(schema, row, "program"),
                                .attached = flag_in(value_of(schema, row, "attached")),
                                .reason = said(schema, row, "reason"),
                                .loses = said(schema, row, "loses")});
    }
    return report;
}

}  // namespace wiregap::cli
