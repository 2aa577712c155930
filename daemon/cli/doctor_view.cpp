// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/doctor_view.h"

#include <algorithm>
#include <sstream>

#include "daemon/cli/json_cells.h"
#include "daemon/cli/units.h"

namespace wiregap::cli {
namespace {

constexpr std::size_t default_width = 80;

/// `text` in lines of at most `width` columns, the first led by `label`, the others indented alike.
std::string wrapped(const std::string& label, const std::string& text, std::size_t width) {
    const std::string indent(label.size(), ' ');
    std::string out;
    std::string here = label;
    bool fresh = true;
    std::istringstream words(text);
    for (std::string word; words >> word; fresh = false) {
        if (!fresh && here.size() + 1 + word.size() > width) {
            out += here + "\n";
            here = indent;
            fresh = true;
        }
        here += (fresh ? "" : " ") + word;
    }
    return out + here + "\n";
}

class Page {
  public:
    explicit Page(const TableStyle& style) : style_(style) {}

    void heading(const std::string& text) {
        out_ += style_.bold_header ? "\033[1m" + text + "\033[0m\n" : text + "\n";
    }
    void paragraph(const std::string& label, const std::string& text) {
        if (text.empty()) return;
        out_ += wrapped(label, printable(text), style_.width == 0 ? default_width : style_.width);
    }
    void row(Status status, const std::string& what, const std::string& value) {
        std::string line = "  ";
        line += to_string(status);
        line.resize(11, ' ');
        line += what;
        line.resize(std::max<std::size_t>(line.size() + 2, 39), ' ');
        paragraph(line, value);
    }
    std::string text() && { return std::move(out_); }

  private:
    TableStyle style_;
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

/// A hook that is not there and loses nothing was made up for by another one.
Status hook_status(const model::Hook& hook) {
    if (hook.attached) return Status::ok;
    return hook.loses.empty() ? Status::limit : Status::missing;
}

void add_hook(Page& page, const model::Hook& hook) {
    page.row(hook_status(hook), printable(hook.mechanism + " " + hook.name),
             hook.attached ? "got" : "not got");
    if (hook.attached) return;
    page.paragraph(lost_label,
                   hook.loses.empty() ? "nothing: another hook does its work" : hook.loses);
    page.paragraph(why_label, hook.reason);
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
             probe.chosen_backend.empty() ? "none" : printable(probe.chosen_backend), value);
    if (probe.chosen_backend == "poll") page.paragraph(lost_label, lost_by_polling);
    page.paragraph(why_label, probe.backend_reason);
    page.paragraph(why_label, probe.error);
}

void add_probe(Page& page, const Diagnosis& diagnosis) {
    add_backend(page, diagnosis.probe);
    if (diagnosis.probe.hooks.empty()) return;
    page.heading(hooks_heading(diagnosis.source));
    for (const model::Hook& hook : diagnosis.probe.hooks) add_hook(page, hook);
}

Json finding_json(const Finding& finding) {
    Json json{{"fact", finding.fact}, {"value", finding.value}};
    json["status"] = to_string(finding.status);
    if (!finding.loses.empty()) json["loses"] = finding.loses;
    if (!finding.todo.empty()) json["do"] = finding.todo;
    return json;
}

Json hook_json(const model::Hook& hook) {
    return Json{{"hook", hook.name},       {"mechanism", hook.mechanism},
                {"program", hook.program}, {"attached", hook.attached},
                {"reason", hook.reason},   {"loses", hook.loses}};
}

std::string text_or_empty(const Json& object, Path path) {
    const Json* value = at(object, path);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

}  // namespace

std::string render_doctor(const Diagnosis& diagnosis, const TableStyle& style) {
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
    for (const model::Hook& hook : diagnosis.probe.hooks) json["hooks"].push_back(hook_json(hook));
    return json;
}

kernel::ProbeReport report_of_self(const Json& self) {
    kernel::ProbeReport report;
    report.chosen_backend = text_or_empty(self, {"snapshot", "backend"});
    report.backend_reason = text_or_empty(self, {"snapshot", "backend_reason"});
    for (const Json& entry : list_at(self, "hooks")) {
        model::Hook hook;
        hook.name = text_or_empty(entry, {"hook"});
        hook.mechanism = text_or_empty(entry, {"mechanism"});
        hook.program = text_or_empty(entry, {"program"});
        const Json* attached = at(entry, {"attached"});
        hook.attached = attached != nullptr && attached->is_boolean() && attached->get<bool>();
        hook.reason = text_or_empty(entry, {"reason"});
        hook.loses = text_or_empty(entry, {"loses"});
        report.hooks.push_back(std::move(hook));
    }
    return report;
}

}  // namespace wiregap::cli
