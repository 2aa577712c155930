# SPDX-License-Identifier: Apache-2.0
"""The parts that dashboards are made of: targets, panels, variables, and the frame around them.

Classic dashboard JSON, schemaVersion 39: importable and provisionable from Grafana 10 on.
"""

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
HOST = 'job=~"$job",instance=~"$instance"'
SERVICE = HOST + ',service=~"$service"'

# One colour per locus everywhere, and its shades for the reasons and verdicts that belong to it.
COLOURS = {
    "peer": "orange", "peer_stalled": "dark-orange", "peer_slow": "light-orange", "rwnd": "orange",
    "network": "blue", "network_lossy": "dark-blue", "network_limited": "light-blue", "cwnd": "blue",
    "host": "purple", "host_egress": "dark-purple", "coalescing": "purple", "sndbuf_small": "light-purple",
    "pacing": "#5b3a8c", "tsq": "#7d5bb0", "nagle": "#a07cd0", "cork": "#c0a3e0", "autocork": "#d8c4ee",
    "tso_defer": "#8f6f9f", "app": "red", "app_late": "red", "unknown": "#9e9e9e",
    "flowing": "green", "idle": "#d0d0d0", "none": "green",
    "reply backlog": "red", "notsent": "orange", "egress": "purple", "in flight": "blue",
    "delivered": "dark-green", "undelivered": "dark-red",
    "backlog": "red", "send_queue": "orange", "in_flight": "blue",
}


def target(expr, legend="", instant=False, fmt="time_series"):
    return {"datasource": DATASOURCE, "expr": expr, "legendFormat": legend or "__auto", "format": fmt,
            "instant": instant, "range": not instant, "editorMode": "code"}


def heat(metric, selector):
    """The target of a heatmap: one series per bucket."""
    return target(f"sum by (le) (rate({metric}_bucket{{{selector}}}[$__rate_interval]))", "{{le}}", fmt="heatmap")


def quantiles(metric, selector, by="", legend=""):
    grouping = "le" + (f", {by}" if by else "")
    return [target(f"histogram_quantile({q}, sum by ({grouping}) "
                   f"(rate({metric}_bucket{{{selector}}}[$__rate_interval])))",
                   f"p{str(q)[2:].ljust(2, '0')}{legend}") for q in (0.5, 0.9, 0.99)]


def by_colour():
    return [{"matcher": {"id": "byName", "options": name},
             "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}]}
            for name, colour in COLOURS.items()]


def panel(kind, title, description, targets, unit, w, h, **extra):
    defaults = {"unit": unit, **extra.pop("defaults", {})}
    for letter, one in zip("ABCDEFGHIJ", targets):
        one["refId"] = letter
    return {"type": kind, "title": title, "description": description, "datasource": DATASOURCE, "targets": targets,
            "gridPos": {"w": w, "h": h}, "fieldConfig": {"defaults": defaults, "overrides": extra.pop("overrides", [])},
            **extra}


def lines(title, description, targets, unit, w=12, h=8, stack="none", overrides=(), legend="list", **defaults):
    """A time series; stack: none, normal or percent."""
    custom = {"drawStyle": "line", "lineWidth": 1 if stack != "none" else 2,
              "fillOpacity": 70 if stack != "none" else 8, "showPoints": "never", "spanNulls": False,
              "stacking": {"mode": stack, "group": "A"}}
    calcs = ["lastNotNull", "max"] if legend == "table" else []
    return panel("timeseries", title, description, targets, unit, w, h,
                 overrides=by_colour_of(targets) + list(overrides),
                 defaults={"min": 0, "custom": custom, "color": {"mode": "palette-classic"}, **defaults},
                 options={"legend": {"displayMode": legend, "placement": "bottom", "showLegend": True, "calcs": calcs},
                          "tooltip": {"mode": "multi", "sort": "desc"}})


def delay_lines(title, description, targets, **more):
    """Delays span microseconds to minutes: a logarithmic axis, or only the largest can be seen."""
    found = lines(title, description, targets, "s", **more)
    defaults = found["fieldConfig"]["defaults"]
    del defaults["min"]
    defaults["custom"].update(scaleDistribution={"type": "log", "log": 10}, fillOpacity=0)
    return found


def by_colour_of(targets):
    """Fixed colours where legends are words of the palette: fixed ones, or a label of those words."""
    words = {t["legendFormat"] for t in targets}
    labels = {"{{reason}}", "{{verdict}}", "{{locus}}", "{{stage}}"}
    if words & labels:
        return by_colour()
    return [o for o in by_colour() if o["matcher"]["options"] in words]


def stat(title, description, expr, unit, w=4, h=4, steps=(), legend="", instant=True, **defaults):
    colours = [{"color": "text", "value": None}] + [{"color": c, "value": v} for v, c in steps]
    return panel("stat", title, description, [target(expr, legend, instant=instant)], unit, w, h,
                 defaults={"thresholds": {"mode": "absolute", "steps": colours}, "color": {"mode": "thresholds"},
                           "noValue": "n/a", **defaults},
                 options={"colorMode": "value", "graphMode": "none", "justifyMode": "auto", "textMode": "auto",
                          "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}})


def heatmap(title, description, metric, selector, w=12, h=8):
    return panel("heatmap", title, description, [heat(metric, selector)], "s", w, h,
                 defaults={"custom": {"scaleDistribution": {"type": "linear"}}},
                 options={"calculate": False, "cellGap": 0, "filterValues": {"le": 1e-9},
                          "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64, "exponent": 0.5,
                                    "reverse": False, "fill": "dark-orange"},
                          "legend": {"show": True}, "rowsFrame": {"layout": "auto"},
                          "tooltip": {"mode": "single", "yHistogram": False},
                          "yAxis": {"axisPlacement": "left", "reverse": False, "unit": "s"}})


def column(name, unit=None, **properties):
    found = [{"id": "unit", "value": unit}] if unit else []
    return {"matcher": {"id": "byName", "options": name},
            "properties": found + [{"id": k, "value": v} for k, v in properties.items()]}


def table(title, description, targets, names, w, h, columns=(), sort=None, order=()):
    """names: a field's name -> its column's title, or None to hide it. order: the titles of the labels first."""
    hidden = {field: True for field, title_ in names.items() if title_ is None} | {"Time": True, "__name__": True}
    renamed = {field: title_ for field, title_ in names.items() if title_}
    return panel("table", title, description, targets, "none", w, h, overrides=list(columns),
                 defaults={"custom": {"align": "auto", "filterable": True}},
                 options={"showHeader": True, "sortBy": [{"displayName": sort, "desc": True}] if sort else []},
                 transformations=[{"id": "merge", "options": {}},
                                  {"id": "organize", "options": {"excludeByName": hidden, "renameByName": renamed,
                                                                 "indexByName": {f: i for i, f in enumerate(order)}}}])


def text(title, markdown, w, h):
    return {"type": "text", "title": title, "description": "", "gridPos": {"w": w, "h": h}, "transparent": True,
            "options": {"mode": "markdown", "content": markdown}}


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"w": 24, "h": 1}}
