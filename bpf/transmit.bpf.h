/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A segment is handed down: which late writes leave with it, and how long they waited. */
#ifndef WIREGAP_TRANSMIT_BPF_H
#define WIREGAP_TRANSMIT_BPF_H

#include "bpf/held.bpf.h"

/* `writes` of them waited so many stamp units. */
__noinline int departure_add(__u32 service, __u64 writes, __u32 waited, __u32 unseen)
{
	__u64 waited_ns = (__u64)waited << WG_STAMP_SHIFT;
	struct wg_counters *count;

	/* A stamp a hair ahead of this clock: the two were read on different CPUs. Real ages are kept
	 * below WG_AGE_MAX by the iterator.
	 */
	if (waited > WG_AGE_MAX)
		waited_ns = 0;
	/* Left unseen: its segment was between the hook and the move of snd_nxt when the write returned,
	 * so it did not wait. Without a spin lock a transmit hook may also have given up.
	 */
	if (unseen && !has_spin_lock) {
		__sync_fetch_and_add(&lost[WG_LOST_DELAYS], writes);
		return 0;
	}
	if (unseen)
		waited_ns = 0;
	count = counters_of(service);
	if (!count)
		return 0;
	count->delay_sum_ns += waited_ns * writes;
	histogram_add(service, waited_ns, writes);
	return 0;
}

static __noinline int on_transmit(struct conn_view *view, struct segment *segment)
{
	struct departure left[WG_LATE_BATCHES] = {};
	struct held_part part = {};
	struct late_state *state;
	bool was_active;
	__u32 service, now, begin, end;

	if (!view || !segment)
		return 0;
	state = late_find(view);
	if (!state)
		return 0;
	begin = segment->begin;
	end = segment->end;
	now = bpf_ktime_get_ns() >> WG_STAMP_SHIFT;
	if (!late_enter(state, view, &was_active))
		return 0; /* counted as unseen by the next segment */
	service = state->service;
	if (late_take(state, begin, end, now, &left[0]) &&
	    late_take(state, begin, end, now, &left[1]) && late_take(state, begin, end, now, &left[2]))
		late_take(state, begin, end, now, &left[3]);
	held_transmit(state, now, segment, &part);
	late_leave(state, view, was_active);

	held_count(service, &part);

	for (int i = 0; i < WG_LATE_BATCHES; i++) {
		if (left[i].writes)
			departure_add(service, left[i].writes, left[i].waited,
				      left[i].unseen && !segment->seen_now);
	}
	return 0;
}

#endif
