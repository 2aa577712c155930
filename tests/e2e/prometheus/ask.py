#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: ask.py PROMETHEUS_URL TOP_DIR queries | rules | firing | scrapes
Asks a running Prometheus what the shipped files make of its data.
queries  every target of every panel, variables at All: an error is a fault, and so is no data,
         unless expected_empty.yml says why; one that has data in spite of that is a fault too.
rules    the same for the recording rules; alerts must be evaluated without error.
firing   prints the alerts that fire: name, labels that matter and summary.
scrapes  prints how many scrapes of wiregapd there were.
"""
import json
import pathlib
import re
import sys
import urllib.parse
import urllib.request

import yaml

url, top, what = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
VARIABLES = {"$__rate_interval": "60s", "$__range": "300s", "$job": ".+", "$instance": ".+", "$service": ".+",
             " offset 1h": " offset 2s", " offset 1d": " offset 4s"}


def get(path, **parameters):
    with urllib.request.urlopen(f"{url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}", timeout=30) as answer:
        return json.load(answer)["data"]


def expected_empty():
    """Metric -> why there is none of it here."""
    backend = get("query", query="wiregap_backend_info")["result"][0]["metric"]["backend"]
    listed = yaml.safe_load((top / "tests/e2e/prometheus/expected_empty.yml").read_text())
    return {metric: entry["why"] for metric, entry in listed.items()
            if backend in entry.get("backends", []) or ("without" in entry and not has_data(entry["without"]))}


def numbers(expr):
    """How many series the expression has whose value is a number."""
    return sum(series["value"][1] != "NaN" for series in get("query", query=expr)["result"])


def judge(name, expr, series, reasons):
    """None, or what is wrong with that many series."""
    excuses = [metric for metric in reasons if re.search(rf"\b{metric}(_bucket|_sum|_count)?\b", expr)]
    if series == 0 and not excuses:
        return f"{name}: no data: {expr}"
    if series == 0:
        print(f"     empty: {name}: {reasons[excuses[0]]}")
    return None


def has_data(metric):
    return bool(get("query", query=f"count({metric}) or count({metric}_count)")["result"])


def queries():
    reasons, faults, asked = expected_empty(), [], 0
    for path in sorted((top / "deploy/grafana/dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel.get("targets", []):
                expr = target["expr"]
                for variable, value in VARIABLES.items():
                    expr = expr.replace(variable, value)
                asked += 1
                faults.append(judge(f"{path.stem}: {panel['title']}", expr, numbers(expr), reasons))
    faults += [f"expected_empty.yml: {metric} has data" for metric in reasons if has_data(metric)]
    return [f for f in faults if f], f"{asked} panel queries"


def rules():
    reasons, faults, seen = expected_empty(), [], 0
    for group in get("rules")["groups"]:
        for rule in group["rules"]:
            seen += 1
            if rule["health"] != "ok":
                faults.append(f"{rule['name']}: {rule['health']}: {rule.get('lastError')}")
            elif rule["type"] == "recording":
                faults.append(judge(rule["name"], rule["query"], numbers(rule["name"]), reasons))
    return [f for f in faults if f], f"{seen} rules"


def firing():
    for alert in get("alerts")["alerts"]:
        if alert["state"] == "firing":
            labels = alert["labels"]
            print(labels["alertname"], labels.get("service", "-"), labels.get("port", "-"), labels["locus"],
                  alert["annotations"]["summary"], sep="\t")


if what == "firing":
    firing()
elif what == "scrapes":
    samples = get("query", query='sum(count_over_time(up{job="wiregap"}[1h]))')["result"]
    print(samples[0]["value"][1] if samples else 0)
else:
    wrong, count = {"queries": queries, "rules": rules}[what]()
    print("\n".join(wrong) or f"{count}: all have data or say why not")
    sys.exit(1 if wrong else 0)
