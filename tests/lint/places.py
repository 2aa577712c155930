#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: places.py TOP_DIR: is adding something as little work as ARCHITECTURE.md says?

Its table "Where to add what" gives an example of each kind and in how many files of the product
(bpf, daemon, exporters, config.yaml) it is named. Prints what is named in more, one line each.
"""
import pathlib
import re
import subprocess
import sys

top = pathlib.Path(sys.argv[1])
ROW = re.compile(r"^\| (?P<kind>[^|]+) \|.*\| `(?P<example>[^`]+)`: (?P<files>\d+) \|$", re.M)


def named_in(word):
    found = subprocess.run(["git", "grep", "-lw", "--", word, "bpf", "daemon", "exporters", "config.yaml"], cwd=top,
                           capture_output=True, text=True, check=False)
    return found.stdout.split()


rows = list(ROW.finditer((top / "ARCHITECTURE.md").read_text()))
faults = []
for row in rows:
    files = named_in(row["example"])
    if not files:
        faults.append(f"{row['kind']}: {row['example']} is named nowhere; give another example")
    elif len(files) != int(row["files"]):
        faults.append(f"{row['kind']}: {row['example']} is named in {len(files)} files, not {row['files']}: "
                      f"{', '.join(files)}")
if len(rows) < 5:
    faults.append("ARCHITECTURE.md has no table of where to add what")
print("\n".join(faults) or f"{len(rows)} kinds of things, each named where ARCHITECTURE.md says")
sys.exit(1 if faults else 0)
