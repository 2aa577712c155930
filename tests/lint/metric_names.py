#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: metric_names.py TOP_DIR
Every metric that a shipped file names is in the metrics reference, which lint.metrics_reference holds
against the code; every metric there has a panel, a rule or an alert, or is listed here with a reason.
"""
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
SHIPPED = ("deploy/grafana/dashboards/*.json", "deploy/prometheus/*.yml",
           "tests/e2e/prometheus/*.yml", "README.md", "deploy/*.md", "deploy/man/*")
NOT_METRICS = {"wiregap_metrics_reference", "wiregap_unit_tests"}  # programs
NOT_SHOWN = {
    "process_start_time_seconds": "restarts show as counter resets",
    "process_virtual_memory_bytes": "says nothing beside resident memory",
    "process_open_fds": "bounded by the configuration",
    "process_max_fds": "a limit of the host",
    "wiregap_write_call_seconds": "only where syscalls: true asks for it",
}
NAME = re.compile(r"(?<![:\w/.])((?:wiregap|process)_[a-z0-9_]+)(?![\w:]*\.(?:py|yml))")


def base(name, known):
    for suffix in ("_bucket", "_sum", "_count"):
        if name.endswith(suffix) and name.removesuffix(suffix) in known:
            return name.removesuffix(suffix)
    return name


known = set(re.findall(r"^\| `(\w+)` \|", (top / "deploy/metrics.md").read_text(), re.M))
named = {}
for pattern in SHIPPED:
    for path in sorted(top.glob(pattern)):
        for name in NAME.findall(path.read_text()):
            named.setdefault(base(name, known), set()).add(str(path.relative_to(top)))

faults = [f"{name} does not exist, but is named in {', '.join(sorted(files))}"
          for name, files in sorted(named.items()) if name not in known | NOT_METRICS]
shown = {name for name, files in named.items() if any("grafana/dashboards" in f or "prometheus/" in f for f in files)}
faults += [f"{name} is in no panel, rule or alert" for name in sorted(known - shown - set(NOT_SHOWN))]
if not known:
    faults.append("deploy/metrics.md names no metric")
print("\n".join(faults) or f"{len(known)} metrics, all named right and shown")
sys.exit(1 if faults else 0)
