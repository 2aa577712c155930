# SPDX-License-Identifier: Apache-2.0
"""Service: everything about one service (or several, added up)."""
from frame import dashboard
from parts import HOST, SERVICE, delay_lines, heatmap, lines, quantiles, row, stat, target
from shared_panels import RATE, five_places, reasons, undelivered, verdict_timeline, whose_problem, worst_connections

DELAYS = (
    ("wiregap_write_to_transmit_seconds", "Write to transmit", "From the acceptance of a write's last byte to its "
     "first transmission. A write that left at once counts as zero."),
    ("wiregap_egress_wait_seconds", "Egress wait", "From the hand-over to the qdisc to the driver: the host's own "
     "queues, pacing by fq included."),
    ("wiregap_transmit_to_ack_seconds", "Transmit to ACK", "From transmission to acknowledgement, sampled: the path "
     "and the peer's delayed ACKs."),
    ("wiregap_writable_wait_seconds", "Writable wait", "From EAGAIN or a partial write to the next accepted byte: how "
     "long the application's output stood still."),
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
             "Bytes that the application produced and no write() has taken, where a backlog source knows it.",
             total("wiregap_reply_backlog_bytes"), "bytes"),
        stat("Not sent", "Bytes in send queues that have not been sent once.",
             total("wiregap_send_queue_bytes", ',state="notsent"'), "bytes"),
        stat("In flight", "Bytes sent and not acknowledged.",
             total("wiregap_send_queue_bytes", ',state="unacked"'), "bytes"),
        stat("Mean wait to send", "Little's law: byte-seconds of waiting by bytes sent. None while nothing leaves.",
             f"{held} / ({sent} > 0)", "s"),
        stat("Fullest send buffer", "Used by limit of the fullest connection. Above two thirds the kernel reports no "
             "EPOLLOUT; at 100 % a writer waits.",
             f"max(wiregap_send_buffer_fill_ratio_max{{{SERVICE}}})", "percentunit",
             steps=((0.667, "orange"), (0.95, "red"))),
        stat("Oldest byte not sent",
             "How long it has waited. In a queue in which nothing moves, no mean and no quantile says so.",
             f"max(wiregap_oldest_notsent_seconds{{{SERVICE}}})", "s"),
        stat("Connections", "In all states in which one can hold bytes.", total("wiregap_connections"), "short"),
    ]


def throughput():
    return lines("Throughput: accepted, sent, acknowledged", "written - transmitted is what waits, transmitted - acked "
                 "what is in flight. Retransmitted bytes come on top.",
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

    return lines("Mean time of a byte in the send queue", "Byte-seconds by bytes (Little's law), exact from counters "
                 "alone: waiting to be sent, and in flight. Absent while nothing leaves.",
                 [target(mean("notsent", "wiregap_transmitted_bytes_total"), "notsent"),
                  target(mean("unacked", "wiregap_acked_bytes_total"), "in flight")], "s", stack="normal")


def delays():
    found = []
    for metric, title, description in DELAYS:
        found.append(heatmap(f"{title}: all of them", description + " The darker, the more.", metric, SERVICE))
        found.append(delay_lines(f"{title}: quantiles", description, quantiles(metric, SERVICE)))
    return found


def stages():
    def mean(stage):
        return target(f'sum(rate(wiregap_reply_stage_seconds_sum{{{HOST},stage="{stage}"}}{RATE})) / '
                      f'(sum(rate(wiregap_reply_stage_seconds_count{{{HOST},stage="{stage}"}}{RATE})) > 0)', stage)

    return lines("A reply's way, mean time in each stage", "wiregapd's embedded server only, whatever service is "
                 "chosen: from the production of a reply to write() (backlog), to its transmission (send_queue), "
                 "to its ACK (in_flight).",
                 [mean(stage) for stage in ("backlog", "send_queue", "in_flight")], "s", stack="normal")


def writers():
    used = [target(f"sum(wiregap_send_buffer_{one}_bytes{{{SERVICE}}})", one) for one in ("used", "limit")]
    used.append(target(f"sum(wiregap_egress_queue_bytes{{{SERVICE}}})", "of it in the host's queue"))
    return [
        lines("Send buffers: used and limit", "Memory of all send queues, with the kernel's overhead, against the sum "
              "of the limits; and how much of it the qdisc or driver has.", used, "bytes"),
        lines("Writes that came short", "partial: a part was taken. would_block: nothing, EAGAIN. error: the "
              "connection was gone.", [rate("wiregap_write_shortfalls_total", "{{kind}}", "kind")], "wps"),
        lines("Writes: did the last byte leave before write() returned?", "late: it waited in the send queue.",
              [rate("wiregap_writes_total", "{{departure}}", "departure")], "wps", stack="normal"),
        stages(),
    ]


def life():
    return [
        lines("Connections by state", "Of the service, on all hosts chosen.",
              [target(f"sum by (state) (wiregap_connections{{{SERVICE}}}) > 0", "{{state}}")], "short", stack="normal"),
        lines("Connections opened, and closed by cause", "reset_by_us: closed over unread data, or the process was "
              "killed. Undelivered: those that took bytes with them.",
              [rate("wiregap_connections_opened_total", "opened"),
               rate("wiregap_connections_closed_total", "closed: {{cause}}", "cause"),
               rate("wiregap_undelivered_connections_total", "with bytes undelivered")], "cps"),
        undelivered(),
        lines("Accept queue: the fullest", "Of the listener whose queue is fullest. At 100 % connections are turned "
              "away.",
              [target(f"max by (service, port) (wiregap_accept_queue_fill_ratio_max{{{SERVICE}}})",
                      "{{service}}:{{port}}")], "percentunit"),
        lines("Accept queue", "Handshakes that are finished and wait for accept(), the limit, and what was dropped for "
              "a full queue (per second, right axis).",
              [target(f"sum(wiregap_accept_queue_length{{{SERVICE}}})", "length"),
               target(f"sum(wiregap_accept_queue_limit{{{SERVICE}}})", "limit"),
               rate("wiregap_accept_overflows_total", "dropped")], "short",
              overrides=[{"matcher": {"id": "byName", "options": "dropped"}, "properties": [
                  {"id": "custom.axisPlacement", "value": "right"}, {"id": "unit", "value": "cps"},
                  {"id": "color", "value": {"mode": "fixed", "fixedColor": "red"}}]}]),
    ]


def other_end():
    return [
        lines("Zero windows: who does not read?", "Mean number of connections whose window is closed: the peer's (it "
              "does not read what we send) or ours (this service does not read what it gets). Back end poll: whose "
              "send buffer is the limit.",
              [rate("wiregap_zero_window_seconds_total", "{{side}}", "side"),
               rate("wiregap_sndbuf_limited_seconds_total", "send buffer")], "short"),
        lines("Connections with a reply backlog", "Connections for which the application has produced more than "
              "write() took, by who says so.",
              [target(f"sum by (source) (wiregap_reply_backlog_connections{{{SERVICE}}})", "{{source}}")], "short"),
        lines("Receive queue", "Bytes that arrived and that the service has not read.",
              [target(f"sum by (service) (wiregap_receive_queue_bytes{{{SERVICE}}})", "{{service}}")], "bytes"),
    ]


def make():
    return dashboard(
        "wiregap-service", "wiregap: Service",
        "One service: where its bytes are, how long, why, and what its peers do.",
        [*now(), five_places(), verdict_timeline(h=10), reasons(), residence(),
         throughput(), whose_problem(h=8), worst_connections(24, 7),
         row("How long: each step of the way"), *delays(), row("The writer"), *writers(),
         row("Connections and the other end"), *life(), *other_end()])
