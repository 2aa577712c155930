#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: generate.py [--check]
Writes deploy/grafana/dashboards/*.json. --check: says which are not what it would write (exit 1).
"""
import json
import pathlib
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is

import monitor  # noqa: E402
import overview  # noqa: E402
import runbook  # noqa: E402
import service  # noqa: E402

GRAFANA = pathlib.Path(__file__).resolve().parent.parent


def main():
    made = [overview.make(), service.make(), monitor.make(), runbook.make((GRAFANA.parent / "runbook.md").read_text())]
    stale = []
    for one in made:
        path = GRAFANA / "dashboards" / (one["uid"] + ".json")
        content = json.dumps(one, indent=1) + "\n"
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text() != content:
                stale.append(str(path.relative_to(GRAFANA.parent.parent)))
        else:
            path.write_text(content)
    if stale:
        sys.exit(f"not up to date, run deploy/grafana/generator/generate.py: {', '.join(stale)}")


if __name__ == "__main__":
    main()
