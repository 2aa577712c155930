# SPDX-License-Identifier: Apache-2.0
"""The frame of a dashboard: variables, links, and where each panel stands."""
from parts import DATASOURCE

LINKS = (("wiregap-overview", "Overview"), ("wiregap-service", "Service"), ("wiregap-monitor", "Monitor health"),
         ("wiregap-runbook", "Runbook"))


def variable(name, label, query):
    return {"name": name, "label": label, "type": "query", "datasource": DATASOURCE,
            "query": {"query": query, "refId": name}, "definition": query, "multi": True,
            "includeAll": True, "allValue": ".+", "refresh": 2, "sort": 1,
            "current": {"text": ["All"], "value": ["$__all"]}, "hide": 0, "options": [], "regex": ""}


def variables(of_service):
    """In the order in which one narrows what one sees."""
    found = [{"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "refresh": 1,
              "current": {}, "hide": 0, "options": [], "regex": "", "multi": False, "includeAll": False},
             variable("job", "Job", "label_values(wiregap_build_info, job)"),
             variable("instance", "Instance", 'label_values(wiregap_build_info{job=~"$job"}, instance)')]
    if of_service:
        found.append(variable("service", "Service",
                              'label_values(wiregap_connections{job=~"$job",instance=~"$instance"}, service)'))
    return found


def place(panels):
    """Left to right, a new line where the width of 24 is used up; ids in the order of the panels."""
    x = y = line = 0
    for number, one in enumerate(panels, 1):
        at = one["gridPos"]
        if x + at["w"] > 24:
            x, y, line = 0, y + line, 0
        at.update(x=x, y=y)
        one["id"] = number
        x, line = x + at["w"], max(line, at["h"])
    return panels


def link(uid, title):
    return {"type": "link", "title": title, "url": f"/d/{uid}", "icon": "dashboard", "tags": [], "targetBlank": False,
            "asDropdown": False, "includeVars": True, "keepTime": True, "tooltip": ""}


def dashboard(uid, title, description, panels, of_service=True, with_variables=True):
    return {"uid": uid, "title": title, "description": description, "tags": ["wiregap"], "schemaVersion": 39,
            "version": 1, "editable": False, "graphTooltip": 1, "timezone": "browser",
            "refresh": "30s" if with_variables else "",
            "time": {"from": "now-1h", "to": "now"}, "fiscalYearStartMonth": 0, "liveNow": False, "weekStart": "",
            "annotations": {"list": []}, "links": [link(*one) for one in LINKS if one[0] != uid],
            "templating": {"list": variables(of_service) if with_variables else []}, "panels": place(panels)}
