# SPDX-License-Identifier: Apache-2.0
"""Runbook: deploy/runbook.md as a dashboard, so that links to it work wherever the others do."""
import re

from frame import dashboard
from parts import row, text


def make(markdown):
    """One row per chapter (##), one panel per section (###); the introduction comes first."""
    introduction, *chapters = re.split(r"^## ", markdown, flags=re.M)
    panels = [text("", introduction, 24, 9)]
    for chapter in chapters:
        head, *sections = re.split(r"^### ", chapter, flags=re.M)
        panels.append(row(head.splitlines()[0]))
        for section in sections:
            title, body = section.split("\n", 1)
            panels.append(text(title.strip(), body.strip(), 24, 2 + len(body.strip().splitlines()) // 2))
    return dashboard("wiregap-runbook", "wiregap: Runbook", "Per alert and per verdict: what it means, how to be sure, "
                     "what to do.", panels, with_variables=False)
