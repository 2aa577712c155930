# SPDX-License-Identifier: Apache-2.0
"""Overview: where do the bytes wait, whose problem is it, is it getting worse."""
from frame import dashboard
from parts import HOST, SERVICE, column, delay_lines, lines, row, stat, table, target
from shared_panels import RATE, five_places, reasons, undelivered, verdict_timeline, whose_problem, worst_connections

NOTSENT = f'sum(wiregap_send_queue_bytes{{{SERVICE},state="notsent"}}%s)'
BY = "service, port, role"


def now():
    return [
        stat("Waiting in send queues", "Notsent: bytes that write() accepted and TCP has not transmitted.",
             NOTSENT % "", "bytes"),
        stat("Waiting in applications", "Reply backlog: bytes that the application produced and no write() has "
             "accepted. Only for servers that are a backlog source.",
             f"sum(wiregap_reply_backlog_bytes{{{SERVICE}}})", "bytes"),
        stat("Fullest send buffer", "Used divided by limit, for the fullest connection. Above two thirds the kernel "
             "reports no EPOLLOUT; at 100 % a writer waits.",
             f"max(wiregap_send_buffer_fill_ratio_max{{{SERVICE}}})", "percentunit",
             steps=((0.667, "orange"), (0.95, "red"))),
        stat("Connections held",
             "Connections that something holds: the peer, the network, the host or the application.",
             f'sum(wiregap_connections_by_verdict{{{SERVICE},locus=~"peer|network|host|app"}})', "short",
             steps=((1, "orange"),)),
        stat("Undelivered bytes", "Bytes that write() accepted and the peer had not acknowledged when the connection "
             "ended, in this time range.",
             f"sum(increase(wiregap_undelivered_bytes_total{{{SERVICE}}}[$__range]))", "bytes", steps=((1, "orange"),)),
        stat("Hosts watched", "Hosts whose wiregapd answers.", f"count(wiregap_build_info{{{HOST}}})", "short"),
    ]


def trend():
    earlier = [target(NOTSENT % "", "now"), target(NOTSENT % " offset 1h", "1 hour ago"),
               target(NOTSENT % " offset 1d", "1 day ago")]
    return [
        lines("Is it getting worse: bytes waiting, by service", "The ten services with the most notsent bytes in their "
              "send queues.",
              [target(f'topk(10, sum by ({BY}) (wiregap_send_queue_bytes{{{SERVICE},state="notsent"}}))',
                      "{{service}}:{{port}} {{role}}")], "bytes"),
        lines("Is it getting worse: now, 1 hour ago, 1 day ago", "All notsent bytes in send queues: now, one hour ago "
              "and one day ago.", earlier, "bytes"),
        delay_lines("Wait before transmission, p99 of writes", "From when a write's last byte was accepted to its "
                    "first transmission. All writes count; one that left at once counts as zero.",
                    [target(f"topk(10, histogram_quantile(0.99, sum by (le, {BY}) "
                            f"(rate(wiregap_write_to_transmit_seconds_bucket{{{SERVICE}}}{RATE}))))",
                            "{{service}}:{{port}} {{role}}")]),
        undelivered(),
    ]


def hosts():
    def fullest(use, limit):
        return target(f"topk(10, wiregap_tcp_{use}{{{HOST}}} / wiregap_tcp_{limit}{{{HOST}}})", "{{instance}}")

    return [
        lines("TCP memory: share of the limit", "Memory of all TCP sockets of a host, of what net.ipv4.tcp_mem allows "
              "(third value). Above the second value the kernel cuts send buffers and windows.",
              [fullest("memory_bytes", "memory_limit_bytes")], "percentunit"),
        lines("TCP sockets without a process: share of the limit", "Closed, with bytes or a FIN to deliver. Above "
              "net.ipv4.tcp_max_orphans the kernel resets them.", [fullest("orphans", "orphans_limit")], "percentunit"),
    ]


def services():
    def of(metric, extra=""):
        return f"sum by (job, instance, {BY}) ({metric}{{{SERVICE}{extra}}})"

    def rate(metric):
        return f"sum by (job, instance, {BY}) (rate({metric}{{{SERVICE}}}{RATE}))"

    p99 = (f"histogram_quantile(0.99, sum by (job, instance, {BY}, le) "
           f"(rate(wiregap_write_to_transmit_seconds_bucket{{{SERVICE}}}{RATE})))")
    mean = f"{rate('wiregap_held_byte_seconds_total')} / ({rate('wiregap_transmitted_bytes_total')} > 0)"
    targets = [target(e, instant=True, fmt="table") for e in (
        of("wiregap_send_queue_bytes", ',state="notsent"'), of("wiregap_send_buffer_fill_ratio_max"),
        rate("wiregap_written_bytes_total"), mean, p99,
        f"max by (job, instance, {BY}) (wiregap_oldest_notsent_seconds{{{SERVICE}}})")]
    bar = {"custom.cellOptions": {"type": "gauge", "mode": "gradient"}, "max": 1, "min": 0}
    to_service = [{"title": "Service dashboard", "url": "/d/wiregap-service?var-service=${__value.text}"
                   "&${datasource:queryparam}&${job:queryparam}&${__url_time_range}"}]
    names = {"job": None, "service": "Service", "port": "Port", "role": "Role", "instance": "Instance",
             "Value #A": "Waiting", "Value #B": "Fullest buffer", "Value #C": "Written/s", "Value #D": "Mean wait",
             "Value #E": "p99 wait", "Value #F": "Oldest byte"}
    return table("Services: what waits", "One line per service and host. Waiting: notsent bytes. Mean wait: "
                 "byte-seconds divided by bytes (Little's law). It is absent while nothing leaves; then the oldest "
                 "byte shows the wait. Click a service to see only that one.", targets, names, 24, 9,
                 columns=[column("Service", links=to_service), column("Waiting", "bytes"),
                          column("Fullest buffer", "percentunit", **bar), column("Written/s", "binBps"),
                          column("Mean wait", "s"), column("p99 wait", "s"),
                          column("Oldest byte", "s")],
                 sort="Waiting", order=("service", "port", "role", "instance",
                                        *(f"Value #{letter}" for letter in "ABCDEF")))


def make():
    return dashboard(
        "wiregap-overview", "wiregap: Overview", "Where the bytes wait after write(), whose problem it is, and whether "
        "it is getting worse, for all services on all hosts.",
        [*now(), five_places(), whose_problem(), verdict_timeline(), reasons(), row("Services and connections"),
         services(), worst_connections(24, 9), row("Is it getting worse?"), *trend(),
         row("What all connections of a host share"), *hosts()])
