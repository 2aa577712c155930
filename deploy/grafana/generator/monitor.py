# SPDX-License-Identifier: Apache-2.0
"""Monitor health: is wiregap itself right, complete and cheap?"""
from frame import dashboard
from parts import HOST, column, delay_lines, lines, quantiles, row, stat, table, target
from shared_panels import RATE


def worst(expr, legend):
    """Of many hosts the ten that have most of it: more lines can't be read."""
    return target(f"topk(10, {expr})", legend)


def worst_rate(metric, legend, by):
    return worst(f"sum by ({by}) (rate({metric}{{{HOST}}}{RATE}))", legend)


def now():
    lost = f"sum(increase(wiregap_%s_total{{{HOST}}}[$__range]))"
    bad = ((1, "red"),)
    return [
        stat("Hosts that answer", "Hosts whose wiregapd could be scraped.", f"sum(up{{{HOST}}})", "short"),
        stat("Hosts that do not answer", "Hosts in the scrape configuration whose wiregapd does not answer.",
             f"count(up{{{HOST}}} == 0) or vector(0)", "short", steps=bad),
        stat("Hooks missing", "Hooks that are not available. `wiregap doctor` says what is lost.",
             f"count(wiregap_hook_attached{{{HOST}}} == 0) or vector(0)", "short", steps=((1, "orange"),)),
        stat("Not counted", "Items not counted in this time range, because a map or buffer was full.",
             lost % "bpf_lost", "short", steps=bad),
        stat("Self check: differences", "Values of wiregap's own connections that differ from SIOCOUTQ, SIOCOUTQNSD or "
             "TCP_INFO, in this time range.", lost % "selfcheck_mismatches", "short", steps=bad),
        stat("Unknown reason", "Share of the held time whose reason is unknown. This is the error bar.",
             f'sum(rate(wiregap_held_seconds_total{{{HOST},reason="unknown"}}{RATE})) / '
             f"(sum(rate(wiregap_held_seconds_total{{{HOST}}}{RATE})) > 0)", "percentunit",
             steps=((0.02, "orange"), (0.1, "red"))),
    ]


def cost():
    runs, seconds = (f"sum by (program) (rate(wiregap_bpf_{one}_total{{{HOST}}}{RATE}))"
                     for one in ("runs", "run_seconds"))
    return [
        lines("CPU cost of wiregap", "The daemon, and the BPF programs in the processes that write (estimated from a "
              "sample of their runs). 100 % is one CPU.",
              [target(f"sum(rate(process_cpu_seconds_total{{{HOST}}}{RATE}))", "daemon"),
               target(f"sum(rate(wiregap_bpf_run_seconds_total{{{HOST}}}{RATE}))", "programs")], "percentunit",
              stack="normal"),
        delay_lines("One run of a program", "Mean time of one run, including interrupts. Programs that run per segment "
                    "or per write should stay below a microsecond.",
                    [target(f"{seconds} / ({runs} > 0)", "{{program}}")]),
        lines("Program runs", "Runs of each BPF program per second.", [target(f"{runs} > 0", "{{program}}")], "ops"),
        lines("Memory of the daemon", "Resident memory of wiregapd.",
              [worst(f"process_resident_memory_bytes{{{HOST}}}", "{{instance}}")], "bytes"),
        lines("Tick: time to read the kernel",
              "The last tick of each host. It should stay far below tick_seconds.",
              [worst(f"wiregap_tick_seconds{{{HOST}}}", "{{instance}}")], "s"),
        lines("Scrape: duration and samples", "Duration (left axis) and number of samples (right axis) of a scrape, as "
              "Prometheus sees it.",
              [worst(f"scrape_duration_seconds{{{HOST}}}", "{{instance}}: duration"),
               worst(f"scrape_samples_scraped{{{HOST}}}", "{{instance}}: samples")], "s",
              overrides=[{"matcher": {"id": "byRegexp", "options": ".*samples"}, "properties": [
                  {"id": "custom.axisPlacement", "value": "right"}, {"id": "unit", "value": "short"}]}]),
    ]


def truth():
    fill = f"wiregap_map_entries{{{HOST}}} / wiregap_map_capacity{{{HOST}}}"
    return [
        lines("Not counted, by kind",
              "A map or buffer was full. The values from the host are too low by this amount.",
              [worst_rate("wiregap_bpf_lost_total", "{{instance}} {{what}}", "instance, what")], "ops"),
        lines("Map fill",
              "Entries divided by capacity. A full map loses new entries; raise its limit in the configuration.",
              [worst(fill, "{{instance}} {{map}}")], "percentunit", max=1),
        lines("Disagreements with the kernel, by field",
              "If there are any, do not trust the values from this host, and report it.",
              [worst_rate("wiregap_selfcheck_mismatches_total", "{{instance}} {{field}}", "instance, field")], "ops"),
        lines("Services with series of their own",
              "At most limits.max_services per host. The rest is counted as other.",
              [worst(f"wiregap_services{{{HOST}}}", "{{instance}}")], "short"),
    ]


def tables():
    hooks = table("Hooks", "Yes: attached. No: what depends on the hook is absent from the host's metrics.",
                  [target(f"wiregap_hook_attached{{{HOST}}}", instant=True, fmt="table")],
                  {"job": None, "instance": "Instance", "hook": "Hook", "mechanism": "Mechanism", "Value": "Attached"},
                  12, 9, columns=[column("Attached", "bool_yes_no")], order=("instance", "hook", "mechanism", "Value"))
    hosts = table("Hosts", "Back end and version on each host. poll: no BPF, gauges only.",
                  [target(f"wiregap_backend_info{{{HOST}}} * on (job, instance) group_left (version, libbpf) "
                          f"wiregap_build_info{{{HOST}}}", instant=True, fmt="table")],
                  {"job": None, "Value": None, "instance": "Instance", "backend": "Back end", "version": "Version",
                   "libbpf": "libbpf"}, 12, 9, order=("instance", "backend", "version", "libbpf"))
    return [hosts, hooks]


def sources():
    return [
        lines("Backlog sources: answering?",
              "Yes: the server answers. No: its connections never get the verdict app_late.",
              [target(f"wiregap_backlog_source_up{{{HOST}}}", "{{instance}} {{source}}")], "bool_yes_no", w=6),
        lines("Backlog sources: poll time", "How long the server took to answer.",
              [worst(f"wiregap_backlog_source_poll_seconds{{{HOST}}}", "{{instance}} {{source}}")], "s", w=6),
        lines("Backlog sources: without a match", "Connections with a backlog that belong to no "
              "observed service.",
              [worst(f"wiregap_backlog_source_unmatched_connections{{{HOST}}}", "{{instance}} {{source}}")],
              "short", w=6),
        lines("Backlog sources: clients cut off", "Clients that the server itself cut off for output beyond "
              "client-output-buffer-limit (per second).",
              [worst_rate("wiregap_backlog_source_cut_off_clients_total", "{{instance}} {{source}}",
                          "instance, source")],
              "cps", w=6),
    ]


def embedded_server():
    def rate(metric, legend, by=""):
        return target(f"sum{by} (rate({metric}{{{HOST}}}{RATE}))", legend)

    return [
        lines("Embedded server: clients", "Clients connected now to the RESP server in wiregapd.",
              [target(f"sum(wiregap_resp_clients{{{HOST}}})", "clients")], "short"),
        lines("Embedded server: memory", "Everything that clients can make grow, its limit, and the part that keys "
              "take. At the limit, the largest clients are cut off.",
              [target(f"sum(wiregap_resp_memory_bytes{{{HOST}}})", "all"),
               target(f"sum(wiregap_resp_memory_limit_bytes{{{HOST}}})", "limit"),
               target(f"sum(wiregap_resp_keyspace_bytes{{{HOST}}})", "keys")], "bytes"),
        lines("Embedded server: commands", "Commands executed per second.",
              [rate("wiregap_resp_commands_total", "commands")], "ops"),
        lines("Embedded server: connections", "Accepted, refused (too many clients), cut off (by reason), and wrong "
              "passwords, per second.",
              [rate("wiregap_resp_connections_total", "accepted"),
               rate("wiregap_resp_rejected_connections_total", "refused"),
               rate("wiregap_resp_cut_off_total", "cut off: {{reason}}", " by (reason)"),
               rate("wiregap_resp_wrong_passwords_total", "wrong passwords")], "cps"),
        delay_lines("Embedded server: one turn",
                    "How long the server works before it returns to ticks and signals, which never wait longer.",
                    quantiles("wiregap_resp_turn_seconds", HOST)),
        lines("Self check: sockets compared", "How often the values of wiregap's own sockets were compared with the "
              "kernel's, and replies chosen to be followed whose timestamps were lost.",
              [rate("wiregap_selfcheck_comparisons_total", "compared"),
               rate("wiregap_resp_follow_lost_total", "timestamps lost")], "ops"),
    ]


def make():
    return dashboard("wiregap-monitor", "wiregap: Monitor health", "Is wiregap itself right, complete and cheap?",
                     [*now(), row("Cost"), *cost(), row("Truth and losses"), *truth(), *tables(),
                      row("Backlog sources"), *sources(), row("Embedded server"), *embedded_server()], of_service=False)
