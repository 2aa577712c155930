# SPDX-License-Identifier: Apache-2.0
"""Service: everything about one service (or several, added up)."""
from frame import dashboard
from parts import HOST, SERVICE, delay_lines, heatmap, lines, quantiles, row, stat, target
from shared_panels import RATE, five_places, reasons, undelivered, verdict_timeline, whose_problem, worst_connections

DELAYS = (
    ("wiregap_write_to_transmit_seconds", "Write to transmit", "From when a write's last byte was accepted to its "
     "first transmission. A write that left at once counts as zero."),
    ("wiregap_egress_wait_seconds", "Egress wait", "From the qdisc to the driver: the host's own queues, including "
     "pacing by fq."),
    ("wiregap_transmit_to_ack_seconds", "Transmit to ACK", "From transmission to acknowledgement, sampled. It includes "
     "the path and the peer's delayed ACKs."),
    ("wiregap_writable_wait_seconds", "Writable wait", "From EAGAIN or a partial write to the next accepted byte: how "
     "long the application's output was stopped."),
    ("wiregap_write_blocked_seconds", "Write blocked",
     "How long a blocking write() slept for room in the send buffer."),
    ("wiregap_accept_wait_seconds", "Accept wait", "From ESTABLISHED to accept(): how long a finished handshake waited "
     "for the application."),
)


def rate(metric, legend, by="", extra=""):
    grouping = f" by ({by})" if by else ""
    return target(f"sum{grouping} (rate({metric}{{{SERVICE}{extra}}}{RATE}))", legend)


def now():
    def total(metric, extra=""):
        return f"sum({metric}{{{SERVICE}{extra}}})"

    held = f"sum(rate(wiregap_held_byte_seconds_total{{{SERVICE}}}{RATE}))"
    sent = f"sum(rate(wiregap_transmitted_bytes_total{{{SERVICE}}}{RATE}))"
    return [
        stat("Reply backlog",
             "Bytes that the application produced and no write() has accepted, if a backlog source knows.",
             total("wiregap_reply_backlog_bytes"), "bytes"),
        stat("Not sent", "Notsent: bytes that write() accepted and TCP has not transmitted.",
             total("wiregap_send_queue_bytes", ',state="notsent"'), "bytes"),
        stat("In flight", "Unacked: bytes transmitted and not acknowledged, including those in this host's egress.",
             total("wiregap_send_queue_bytes", ',state="unacked"'), "bytes"),
        stat("Mean wait to send",
             "Byte-seconds of waiting divided by bytes sent (Little's law). Absent while nothing leaves.",
             f"{held} / ({sent} > 0)", "s"),
        stat("Fullest send buffer", "Used divided by limit, for the fullest connection. Above two thirds the kernel "
             "reports no EPOLLOUT; at 100 % a writer waits.",
             f"max(wiregap_send_buffer_fill_ratio_max{{{SERVICE}}})", "percentunit",
             steps=((0.667, "orange"), (0.95, "red"))),
        stat("Oldest byte not sent",
             "How long it has waited. If nothing moves in a queue, no mean and no quantile shows it.",
             f"max(wiregap_oldest_notsent_seconds{{{SERVICE}}})", "s"),
        stat("Connections", "TCP connections in all states that can hold bytes.", total("wiregap_connections"),
             "short"),
    ]


def throughput():
    return lines("Throughput: accepted, sent, acknowledged", "Written minus transmitted waits as notsent, or died "
                 "unsent with its connection. Transmitted minus acked is in flight, or was lost with its connection. "
                 "Retransmitted bytes are extra.",
                 [rate("wiregap_written_bytes_total", "written"),
                  rate("wiregap_transmitted_bytes_total", "transmitted"),
                  rate("wiregap_acked_bytes_total", "acked"),
                  rate("wiregap_retransmitted_bytes_total", "retransmitted")],
                 "binBps")


def residence():
    """Little's law in both places of the send queue."""
    def mean(state, bytes_metric):
        waited = f'sum(rate(wiregap_send_queue_byte_seconds_total{{{SERVICE},state="{state}"}}{RATE}))'
        return f"{waited} / (sum(rate({bytes_metric}{{{SERVICE}}}{RATE})) > 0)"

    return lines("Mean time of a byte in the send queue", "Byte-seconds divided by bytes (Little's law): waiting to be "
                 "sent, and in flight. Uses counters alone. Absent while nothing leaves.",
                 [target(mean("notsent", "wiregap_transmitted_bytes_total"), "notsent"),
                  target(mean("unacked", "wiregap_acked_bytes_total"), "in flight")], "s", stack="normal")


def delays():
    found = []
    for metric, title, description in DELAYS:
        found.append(heatmap(f"{title}: distribution", description + " Darker means more.", metric, SERVICE))
        found.append(delay_lines(f"{title}: quantiles", description, quantiles(metric, SERVICE)))
    return found


def stages():
    def mean(stage):
        return target(f'sum(rate(wiregap_reply_stage_seconds_sum{{{HOST},stage="{stage}"}}{RATE})) / '
                      f'(sum(rate(wiregap_reply_stage_seconds_count{{{HOST},stage="{stage}"}}{RATE})) > 0)', stage)

    return lines("Mean time of a reply in each stage", "Only wiregapd's embedded server, whatever service is "
                 "selected. From producing a reply to write() (backlog), to its transmission (send_queue), "
                 "to its ACK (in_flight).",
                 [mean(stage) for stage in ("backlog", "send_queue", "in_flight")], "s", stack="normal")


def writers():
    used = [target(f"sum(wiregap_send_buffer_{one}_bytes{{{SERVICE}}})", one) for one in ("used", "limit")]
    used.append(target(f"sum(wiregap_egress_queue_bytes{{{SERVICE}}})", "in the host's queue"))
    return [
        lines("Send buffers: used and limit", "Memory of all send queues, including the kernel's overhead, the sum of "
              "the limits, and the part in the qdisc or driver.", used, "bytes"),
        lines("Incomplete writes", "partial: only a part was accepted. would_block: nothing was (EAGAIN). error: "
              "the connection was gone.", [rate("wiregap_write_shortfalls_total", "{{kind}}", "kind")], "wps"),
        lines("Writes: did the last byte leave before write() returned?",
              "at_once: yes. late: the last byte waited in the send queue.",
              [rate("wiregap_writes_total", "{{departure}}", "departure")], "wps", stack="normal"),
        stages(),
    ]


def life():
    return [
        lines("Connections by state", "Connections of the service on all selected hosts.",
              [target(f"sum by (state) (wiregap_connections{{{SERVICE}}}) > 0", "{{state}}")], "short", stack="normal"),
        lines("Connections opened, and closed by cause", "reset_by_us: closed with unread data, or the process was "
              "killed. With bytes undelivered: connections that ended before all bytes were acknowledged.",
              [rate("wiregap_connections_opened_total", "opened"),
               rate("wiregap_connections_closed_total", "closed: {{cause}}", "cause"),
               rate("wiregap_undelivered_connections_total", "with bytes undelivered")], "cps"),
        undelivered(),
        lines("Accept queue: the fullest", "The fullest queue of any listener. At 100 %, connections are turned "
              "away.",
              [target(f"max by (service, port) (wiregap_accept_queue_fill_ratio_max{{{SERVICE}}})",
                      "{{service}}:{{port}}")], "percentunit"),
        lines("Accept queue", "Finished handshakes waiting for accept(), the limit, and connections dropped because "
              "the queue was full (per second, right axis).",
              [target(f"sum(wiregap_accept_queue_length{{{SERVICE}}})", "length"),
               target(f"sum(wiregap_accept_queue_limit{{{SERVICE}}})", "limit"),
               rate("wiregap_accept_overflows_total", "dropped"),
               rate("wiregap_listener_drops_total", "dropped otherwise: {{cause}}", "cause")], "short",
              overrides=[{"matcher": {"id": "byName", "options": "dropped"}, "properties": [
                  {"id": "custom.axisPlacement", "value": "right"}, {"id": "unit", "value": "cps"},
                  {"id": "color", "value": {"mode": "fixed", "fixedColor": "red"}}]}]),
    ]


def other_end():
    return [
        lines("Zero windows: who does not read?", "Mean number of connections with a closed window. peer: the peer "
              "does not read what we send. ours: this service does not read what it receives. Back end poll: the "
              "send buffer is the limit.",
              [rate("wiregap_zero_window_seconds_total", "{{side}}", "side"),
               rate("wiregap_sndbuf_limited_seconds_total", "send buffer")], "short"),
        lines("Connections with a reply backlog", "Connections for which the application produced more than "
              "write() accepted, by the source that reports it.",
              [target(f"sum by (source) (wiregap_reply_backlog_connections{{{SERVICE}}})", "{{source}}")], "short"),
        lines("Segments that the host itself dropped", "By what: a queueing discipline, a filter, for want of a route "
              "or of the next hop's address. TCP sends them again; they are no losses of the network.",
              [rate("wiregap_host_dropped_segments_total", "{{by}}", "by")], "pps"),
        lines("Receive queue", "Bytes received that the service has not read.",
              [target(f"sum by (service) (wiregap_receive_queue_bytes{{{SERVICE}}})", "{{service}}")], "bytes"),
    ]


def make():
    return dashboard(
        "wiregap-service", "wiregap: Service",
        "One service: where its bytes are, for how long, why, and what its peers do.",
        [*now(), five_places(), verdict_timeline(h=10), reasons(), residence(),
         throughput(), whose_problem(h=8), worst_connections(24, 7),
         row("How long: each step of the way"), *delays(), row("The writer"), *writers(),
         row("Connections and the other end"), *life(), *other_end()])
