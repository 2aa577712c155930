/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The price of the programs: every run is counted, one in 1024 is timed. The kernel's own run-time
 * statistics need CAP_SYS_ADMIN and cost two clock reads on each run. A write is counted already, for
 * its service; only what is no observed TCP write is counted again here.
 */
#ifndef WIREGAP_METER_BPF_H
#define WIREGAP_METER_BPF_H

#include "bpf/maps.bpf.h"

#define WG_TIME_ONE_IN 1024

struct meter {
	struct wg_runs *runs;
	__u64 began_ns; /* 0: this run is not timed */
};

static __always_inline struct wg_runs *runs_of(__u32 program)
{
	return bpf_map_lookup_elem(&runs, &program);
}

static __always_inline struct meter meter_begin(enum wg_program program)
{
	struct meter meter = {.runs = runs_of(program)};

	if (meter.runs && (meter.runs->runs++ % WG_TIME_ONE_IN) == 0)
		meter.began_ns = bpf_ktime_get_ns();
	return meter;
}

static __always_inline void meter_end(const struct meter *meter)
{
	if (!meter->began_ns || !meter->runs)
		return;
	meter->runs->timed_runs++;
	meter->runs->timed_ns += bpf_ktime_get_ns() - meter->began_ns;
}

/* The same for writes, without a look-up: the run after every 1024th write is timed. */
static __always_inline __u64 send_meter_begin(void)
{
	if (!time_next_write)
		return 0;
	time_next_write = 0;
	return bpf_ktime_get_ns();
}

static __always_inline void send_meter_end(__u64 began_ns)
{
	struct wg_runs *sends;

	if (!began_ns)
		return;
	sends = runs_of(WG_PROG_SEND);
	if (!sends)
		return;
	sends->timed_runs++;
	sends->timed_ns += bpf_ktime_get_ns() - began_ns;
}

/* Runs that were no observed write: other protocols, services that are not observed. */
static __always_inline int not_a_write(void)
{
	struct wg_runs *sends = runs_of(WG_PROG_SEND);

	if (sends)
		sends->runs++;
	return 0;
}

#endif
