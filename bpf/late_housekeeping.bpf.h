/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a walk does with a socket that has state: housekeeping, and reading what the state knows. */
#ifndef WIREGAP_LATE_HOUSEKEEPING_BPF_H
#define WIREGAP_LATE_HOUSEKEEPING_BPF_H

#include "bpf/held.bpf.h"

/* Keeps a stamp's age below WG_AGE_MAX. Without a branch: the verifier walks every path of five of them. */
static __always_inline void late_pin(__u32 *stamp, __u32 now)
{
	__u32 age = now - *stamp;
	__u64 beyond = (__u32)(age - WG_AGE_MAX);
	__u64 is_old = (beyond - (WG_AGE_AHEAD - WG_AGE_MAX)) >> 63;

	*stamp += is_old * beyond;
}

/* Takes out the oldest batch if all of it has left without a transmit hook seeing it. Returns how many
 * writes that were. Under the lock.
 */
static __always_inline __u64 late_drop_unseen(struct late_state *state, __u32 snd_nxt)
{
	__u64 writes = state->batch[0].writes;

	if (!state->batches || seq_before(snd_nxt, state->batch[0].last_seq))
		return 0;
	late_drop_first(state);
	return writes;
}

/* Housekeeping, and what the state knows of the connection. Under the lock. */
static __always_inline __u64 late_keep(struct late_state *state, struct wg_connection *c,
				       __u32 snd_nxt, __u32 now)
{
	__u64 unseen = late_drop_unseen(state, snd_nxt);

	late_pin(&state->batch[0].stamp, now);
	late_pin(&state->batch[1].stamp, now);
	late_pin(&state->batch[2].stamp, now);
	late_pin(&state->batch[3].stamp, now);
	late_pin(&state->wait_since, now);
	if (state->batches)
		c->oldest_notsent_ns = (__u64)(__u32)(now - state->batch[0].stamp) << WG_STAMP_SHIFT;
	if (!c->notsent_bytes)
		set_reason(state, WG_REASON_NOT_HELD); /* its departure was not seen */
	c->reason = hold_reason(state);
	if (hold_wait(state))
		c->flags |= WG_CONN_WRITER_WAITS;
	return unseen;
}

static __noinline int late_housekeeping(struct conn_view *view, struct wg_connection *c, __u32 snd_nxt)
{
	struct late_state *state;
	bool was_active;
	__u32 now, service;
	__u64 unseen;

	if (!view || !c)
		return 0;
	state = late_find(view);
	if (!state)
		return 0;
	now = bpf_ktime_get_ns() >> WG_STAMP_SHIFT;
	if (!late_enter(state, view, &was_active)) {
		/* Somebody is at it, so nothing is kept; but it is not one that is raised for nobody. */
		if (late_active(state))
			late_counted[view->filter_slot % WG_FILTER_SLOTS]++;
		return 0;
	}
	service = state->service;
	unseen = late_keep(state, c, snd_nxt, now);
	if (late_active(state))
		late_counted[view->filter_slot % WG_FILTER_SLOTS]++;
	late_leave(state, view, was_active);
	__builtin_memcpy(c->held_units, state->held_units, sizeof(c->held_units));
	if (c->oldest_notsent_ns)
		c->flags |= WG_CONN_OLDEST_KNOWN;
	c->flags |= WG_CONN_REASON_KNOWN;
	if (unseen)
		histogram_add(service, 0, unseen); /* as in departure_add */
	return 0;
}

static __always_inline void hold_housekeeping(struct conn_view *view, struct tcp_sock *tp,
					      __u32 notsent, __u32 service, bool typed)
{
	struct held_look look = {.notsent = notsent, .service = service};

	look.reason = typed ? reason_of(tp) : reason_at((__u64)tp);
	look.since_ns = FIELD(typed, tp, tcp_clock_cache);
	held_look(view, &look);
}

static __always_inline bool late_pending(const struct conn_view *view)
{
	return late_filter[view->filter_slot % WG_FILTER_SLOTS];
}

#endif
