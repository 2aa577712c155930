# SPDX-License-Identifier: Apache-2.0
"""Panels that both Overview and Service show: where, whose, why, which connections."""
from parts import SERVICE, column, lines, table, target

RATE = "[$__rate_interval]"


def five_places(w=12, h=10):
    """Four places are amounts and stand on each other; the fifth is a flow and has its own axis."""
    sel = SERVICE
    unacked = f'sum(wiregap_send_queue_bytes{{{sel},state="unacked"}})'
    egress = f"sum(wiregap_egress_payload_bytes{{{sel}}})"
    flow = [{"id": "custom.axisPlacement", "value": "right"}, {"id": "unit", "value": "binBps"},
            {"id": "custom.stacking", "value": {"mode": "none", "group": "B"}},
            {"id": "custom.fillOpacity", "value": 0}, {"id": "custom.lineWidth", "value": 2},
            {"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [8, 6]}}]
    return lines(
        "The five places: where the bytes are",
        "Stacked, left axis: reply backlog (in the application, if a backlog source knows it); notsent (in the send "
        "queue); egress (in this host's qdisc and driver); in flight (not acknowledged). Dashed, right axis: the "
        "fifth place, delivered and undelivered bytes per second.",
        [target(f"sum(wiregap_reply_backlog_bytes{{{sel}}})", "reply backlog"),
         target(f'sum(wiregap_send_queue_bytes{{{sel},state="notsent"}})', "notsent"),
         target(egress, "egress"),
         target(f"clamp_min({unacked} - ({egress} or {unacked} * 0), 0)", "in flight"),
         target(f"sum(rate(wiregap_acked_bytes_total{{{sel}}}{RATE}))", "delivered"),
         target(f"sum(rate(wiregap_undelivered_bytes_total{{{sel}}}{RATE}))", "undelivered")],
        "bytes", w, h, stack="normal",
        overrides=[{"matcher": {"id": "byName", "options": name}, "properties": flow}
                   for name in ("delivered", "undelivered")])


def whose_problem(w=12, h=10):
    return lines(
        "Whose problem: held connections, by locus",
        "Mean number of held connections, by whose problem it is: the peer, the network, this host or the "
        "application. Flowing and idle connections are not shown.",
        [target(f'sum by (locus) '
                f'(rate(wiregap_verdict_seconds_total{{{SERVICE},locus=~"peer|network|host|app"}}{RATE}))',
                "{{locus}}")],
        "short", w, h, stack="normal")


def verdict_timeline(w=12, h=8):
    return lines(
        "Verdict timeline",
        "Share of the time of all connections that were not idle, by verdict. Green is flowing; the runbook has a "
        "section for each other verdict.",
        [target(f'sum by (verdict) (rate(wiregap_verdict_seconds_total{{{SERVICE},verdict="flowing"}}{RATE}))',
                "{{verdict}}"),
         target(f'sum by (verdict) (rate(wiregap_verdict_seconds_total{{{SERVICE},verdict!~"flowing|idle"}}{RATE}))',
                "{{verdict}}")],
        "short", w, h, stack="percent")


def reasons(w=12, h=8):
    return lines(
        "Why bytes are held in the send queue",
        "Mean number of connections with notsent bytes that could not leave, by the kernel's reason. rwnd: the peer's "
        "window. cwnd: the congestion window. Violet: this host. Grey (unknown): the error bar.",
        [target(f"sum by (reason) (rate(wiregap_held_seconds_total{{{SERVICE}}}{RATE}))", "{{reason}}")],
        "short", w, h, stack="normal")


def undelivered(w=12, h=8):
    return lines(
        "Undelivered bytes, by cause",
        "write() accepted them, the peer never acknowledged them, and the connection has ended.",
        [target(f"sum by (cause) (rate(wiregap_undelivered_bytes_total{{{SERVICE}}}{RATE}))", "{{cause}}")],
        "binBps", w, h)


def worst_connections(w=12, h=9):
    return table(
        "Connections that hold the most",
        "Off by default: it shows peers to whoever reads /metrics, and makes a series of each client port. "
        "To switch it on, set verdicts.top_connections: 10 in wiregap's config.yaml. On the host, use "
        "`wiregap connections` or `wiregap top`.",
        [target(f"wiregap_top_connection_held_bytes{{{SERVICE}}}", instant=True, fmt="table")],
        {"job": None, "rank": None, "instance": "Instance", "service": "Service", "local": "Local", "peer": "Peer",
         "verdict": "Verdict", "Value": "Held"}, w, h,
        columns=[column("Held", "bytes")], sort="Held",
        order=("service", "peer", "verdict", "Value", "local", "instance"))
