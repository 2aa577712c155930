#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: dashboards.py TOP_DIR
The rules of Grafana's dashboard-linter, restated, for deploy/grafana/dashboards; with the exceptions
of deploy/grafana/.lint. Prints one line for each fault; an exception that nothing needs is a fault.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

top = pathlib.Path(sys.argv[1])
QUERYING = ("timeseries", "stat", "heatmap", "table")
RANGES = {"$__rate_interval": "5m", "$__range": "1h"}
SELECTOR = re.compile(r"\b(wiregap_\w+|process_\w+|scrape_\w+|up)\b(\{[^}]*\})?")
COUNTER = re.compile(r"(?:(rate|irate|increase) ?\()?\b(\w+_total)\b")


def expanded(expr):
    for name, value in RANGES.items():
        expr = expr.replace(name, value)
    return re.sub(r"\$(job|instance|service)\b", ".+", expr)


def does_not_parse(exprs):
    """What promtool says of each expression that is not PromQL, or nothing."""
    rules = [{"record": f"r:{i}:r", "expr": expanded(expr)} for i, expr in enumerate(exprs)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        json.dump({"groups": [{"name": "g", "rules": rules}]}, file)
        file.flush()
        done = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True, check=False)
    return {int(index): message for index, message in
            re.findall(r'"r:(\d+):r": could not parse expression: (.*)', done.stderr)} if done.returncode else {}


def variable_faults(found, name, label):
    rule = f"template-{name}-rule"
    if name not in found:
        return [(rule, f"there is no variable {name}")]
    one, faults = found[name], []
    if one["label"] != label:
        faults.append(f"its label is not '{label}'")
    if name == "datasource":
        if one["type"] != "datasource" or one["query"] != "prometheus":
            faults.append("it is not a Prometheus data source")
    else:
        if one["type"] != "query" or one["datasource"]["uid"] != "${datasource}":
            faults.append("it is no query of $datasource")
        if not one["multi"] or not one["includeAll"] or one["allValue"] != ".+":
            faults.append("it is not multi, with All as .+")
    return [(rule, f"variable {name}: {fault}") for fault in faults]


def dashboard_faults(board):
    found = {v["name"]: v for v in board["templating"]["list"]}
    for name, label in (("datasource", "Data source"), ("job", "Job"), ("instance", "Instance")):
        yield from variable_faults(found, name, label)
    for v in found.values():
        if v["type"] == "query":
            if not re.fullmatch(r"label_values\((.+), *\w+\)", v["definition"]):
                yield "template-label-promql-rule", f"variable {v['name']} is no label_values()"
            if v["refresh"] != 2:
                yield "template-on-time-change-reload-rule", f"variable {v['name']} is not refreshed"
    if board["editable"] is not False:
        yield "uneditable-dashboard-rule", "it can be edited"
    if "id" in board or "__inputs" in board or not 39 <= board["schemaVersion"] <= 41:
        yield "provisioning", "id, __inputs, or a schemaVersion other than 39 to 41"
    if not re.fullmatch(r"wiregap-[a-z]+", board["uid"]):
        yield "provisioning", "no stable uid"
    if len({p["id"] for p in board["panels"]}) != len(board["panels"]):
        yield "provisioning", "two panels have one id"


def panel_faults(panel):
    if panel["type"] not in QUERYING:
        return
    if panel["datasource"] != {"type": "prometheus", "uid": "${datasource}"}:
        yield "panel-datasource-rule", "its data source is not $datasource"
    if not panel["title"] or not panel["description"]:
        yield "panel-title-description-rule", "no title or no description"
    if not panel["fieldConfig"]["defaults"].get("unit"):
        yield "panel-units-rule", "no unit"
    if not panel["targets"]:
        yield "panel-no-targets-rule", "no targets"
    if panel["type"] == "heatmap" and any(t["format"] != "heatmap" for t in panel["targets"]):
        yield "heatmap", "a target of a heatmap has another format"


def target_faults(expr):
    for name, matchers in SELECTOR.findall(expr):
        for label in ("job", "instance"):
            if f'{label}=~"${label}"' not in matchers:
                yield f"target-{label}-rule", f"{name} without {label}=~\"${label}\""
    for function, name in COUNTER.findall(expr):
        if not function:
            yield "target-counter-agg-rule", f"{name} is not in rate() or increase()"
    for interval in re.findall(r"\[([^\]]*)\]", expr):
        if interval != "$__rate_interval":
            yield "target-rate-interval-rule", f"[{interval}] instead of [$__rate_interval]"


def all_faults(board):
    for rule, fault in dashboard_faults(board):
        yield rule, "", fault
    targets = [(p, t) for p in board["panels"] for t in p.get("targets", [])]
    for panel in board["panels"]:
        for rule, fault in panel_faults(panel):
            yield rule, panel["title"], fault
    for panel, target in targets:
        for rule, fault in target_faults(target["expr"]):
            yield rule, panel["title"], fault
    for index, message in does_not_parse([t["expr"] for _, t in targets]).items():
        yield "target-promql-rule", targets[index][0]["title"], message


def main():
    excluded = set()
    for rule, one in yaml.safe_load((top / "deploy/grafana/.lint").read_text())["exclusions"].items():
        excluded |= {(rule, entry["dashboard"], entry.get("panel", "")) for entry in one["entries"]}
    used, lines, panels = set(), [], 0
    for path in sorted((top / "deploy/grafana/dashboards").glob("*.json")):
        board = json.loads(path.read_text())
        panels += len(board["panels"])
        for rule, panel, fault in all_faults(board):
            key = (rule, board["title"], panel)
            used.add(key)
            if key not in excluded:
                lines.append(f"{path.name}: {panel or 'dashboard'}: {rule}: {fault}")
    lines += [f".lint: nothing needs the exception {key}" for key in sorted(excluded - used)]
    if panels == 0:
        lines.append("no panels found")
    print("\n".join(lines) or f"{panels} panels follow the rules")
    sys.exit(1 if lines else 0)


main()
