#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: coverage.py TOP_DIR: what promtool does not ask of the shipped alerts.

Each alert has a severity, a locus that its summary begins with, a number in the summary, a section
in the runbook, a unit test in which it fires and one in which it stays quiet. Prints what is wrong,
one line each.
"""
import pathlib
import re
import sys

import yaml

top = pathlib.Path(sys.argv[1])
RUNBOOK = "/usr/share/doc/wiregap/runbook.md#"


def alerts():
    groups = yaml.safe_load((top / "deploy/prometheus/wiregap.alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def tested():
    """Alert -> outcomes that a unit test expects of it: True fires, False stays quiet throughout."""
    outcomes = {}
    for path in (top / "tests/e2e/prometheus").glob("*.test.yml"):
        for case in yaml.safe_load(path.read_text())["tests"]:
            checks = case.get("alert_rule_test", [])
            for name in {check["alertname"] for check in checks}:
                fires = any(check["exp_alerts"] for check in checks if check["alertname"] == name)
                outcomes.setdefault(name, set()).add(fires)
    return outcomes


def runbook_anchors():
    text = (top / "deploy/runbook.md").read_text()
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def complaints(alert, outcomes, anchors):
    labels, notes = alert["labels"], alert["annotations"]
    if labels.get("severity") not in ("page", "ticket"):
        yield "severity is neither page nor ticket"
    if not notes["summary"].startswith(labels["locus"] + ":"):
        yield "the summary does not begin with the locus"
    if "$value" not in notes["summary"] or "$labels.instance" not in notes["summary"]:
        yield "the summary names no number or no instance"
    if notes["runbook_url"] != RUNBOOK + alert["alert"].lower():
        yield f"runbook_url is not {RUNBOOK}{alert['alert'].lower()}"
    if alert["alert"].lower() not in anchors:
        yield "the runbook has no section of its name"
    for fires, what in ((True, "fires"), (False, "stays quiet")):
        if fires not in outcomes.get(alert["alert"], set()):
            yield f"no unit test in which it {what}"


found = [f"{a['alert']}: {c}" for a in alerts() for c in complaints(a, tested(), runbook_anchors())]
print("\n".join(found) or f"{len(alerts())} alerts are complete")
sys.exit(1 if found else 0)
