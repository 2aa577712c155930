/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Held time by reason. An interval is open while notsent > 0. Every event on the socket accounts for the
 * time since the last one; the time goes to a reason as soon as that is known:
 *
 *   write() returns    the push has been tried: classify
 *   a segment leaves   the interval so far had the reason known; afterwards it is pending, because
 *                      tcp_write_xmit is in the middle of its loop
 *   an ACK arrives     classify before it is processed: that held the bytes until now
 *   the tick           classify, so that a stall shows while it lasts
 *
 * cwnd and rwnd open by an ACK alone. So a segment that leaves without one after a pending time was let
 * go by a timer or by the host's queue: pacing or tsq. A pending time below a millisecond is the loop
 * itself, and waits for the next reason.
 */
#ifndef WIREGAP_HELD_BPF_H
#define WIREGAP_HELD_BPF_H

#include "bpf/identity.bpf.h"
#include "bpf/late.bpf.h"
#include "bpf/reason.bpf.h"

#define HELD_LOOP_UNITS (1000000 >> WG_STAMP_SHIFT)

/* What has got its reason and goes into the service's counters after the lock. */
struct held_part {
	__u64 byte_units;
	__u32 units;
	__u32 reason;
};

static __always_inline bool is_reason(__u32 reason)
{
	return reason > WG_REASON_NOT_HELD && reason < WG_REASON_END;
}

/* Time up to `now` with the bytes held so far. Under the lock. */
static __always_inline void held_account(struct late_state *state, __u32 now, __u32 notsent)
{
	__u32 units = now - state->held_at;

	if (hold_reason(state) == WG_REASON_NOT_HELD)
		units = 0;
	if (units > WG_AGE_AHEAD)
		units = 0; /* another CPU's clock read a hair earlier */
	state->open_units += units;
	state->open_byte_units += (__u64)units * state->held_bytes;
	state->held_at = now;
	state->held_bytes = notsent;
}

/* What a writer added since the last event and nobody told of: a sleeper that was woken by room fills it
 * at once, so the bytes are taken as held from that event on. Under the lock.
 */
static __always_inline void held_unseen(struct late_state *state, __u32 notsent)
{
	if (!sees_sleepers && hold_reason(state) != WG_REASON_NOT_HELD)
		state->held_bytes = notsent;
}

/* The open time gets this reason. Under the lock. */
static __always_inline void held_settle(struct late_state *state, __u32 reason, struct held_part *part)
{
	part->reason = reason;
	part->units = state->open_units;
	part->byte_units = state->open_byte_units;
	reason = (reason - 1) & (WG_REASON_SLOTS - 1);
	if (reason < WG_REASONS)
		state->held_units[reason] += state->open_units;
	state->open_units = 0;
	state->open_byte_units = 0;
}

__noinline int held_add(__u32 service, __u32 reason, __u32 units, __u64 byte_units)
{
	struct wg_counters *count = counters_of(service);

	reason &= WG_REASON_SLOTS - 1;
	if (!count)
		return 0;
	count->held_units[reason] += units;
	count->held_byte_units[reason] += byte_units;
	return 0;
}

/* After the lock. */
static __always_inline void held_count(__u32 service, const struct held_part *part)
{
	if (part->units)
		held_add(service, part->reason, part->units, part->byte_units);
}

/* A write has returned, or the socket was looked at: `reason` is how things stand now. WG_REASON_NONE keeps
 * what was known before. Under the lock.
 */
static __always_inline void held_classified(struct late_state *state, __u32 now, __u32 notsent,
					    __u32 reason, struct held_part *part)
{
	if (hold_reason(state) == WG_REASON_NOT_HELD) {
		state->held_at = now;
		state->held_bytes = notsent;
	} else {
		held_account(state, now, notsent);
	}
	if (reason == WG_REASON_NONE)
		reason = is_reason(hold_reason(state)) ? hold_reason(state) : WG_REASON_UNKNOWN;
	held_settle(state, reason, part);
	set_reason(state, reason);
}

/* Which bytes leave. seen_now: they left an instant ago, inside write(). */
struct segment {
	__u32 begin;
	__u32 end;
	__u32 notsent; /* behind it */
	bool seen_now;
	bool paced;
};

/* A segment leaves. Under the lock. */
static __always_inline void held_transmit(struct late_state *state, __u32 now,
					  const struct segment *segment, struct held_part *part)
{
	__u32 reason = hold_reason(state);
	__u32 notsent = segment->notsent;

	if (reason == WG_REASON_NOT_HELD)
		return;
	if (!segment->seen_now)
		held_unseen(state, notsent + (segment->end - segment->begin));
	held_account(state, now, notsent);
	if (reason != WG_REASON_PENDING)
		held_settle(state, reason, part);
	else if (state->open_units > HELD_LOOP_UNITS || !notsent)
		held_settle(state, segment->paced ? WG_REASON_PACING : WG_REASON_TSQ, part);
	set_reason(state, notsent ? WG_REASON_PENDING : WG_REASON_NOT_HELD);
}

/* Whether the kernel paces this socket itself (sk_pacing_status). */
static __always_inline bool is_paced(struct sock *sk)
{
	return BPF_CORE_READ(sk, sk_pacing_status) != SK_PACING_NONE;
}

/* What a look at a socket with notsent > 0 found. */
struct held_look {
	__u64 since_ns; /* the last thing TCP did on it (tcp_clock_cache): so long has nothing moved */
	__u32 notsent;
	__u32 reason;
	__u32 service; /* WG_UNKNOWN: what is remembered of the socket */
	__u32 pad;
};

/* A socket that no late write told of: a writer that still sleeps in its first write(), or one that is
 * older than we are. Under the lock.
 */
static __always_inline void held_open(struct late_state *state, const struct held_look *look,
				      __u32 service)
{
	__u64 since_ns = look->since_ns > attached_ns ? look->since_ns : attached_ns;

	state->service = service;
	state->held_at = since_ns >> WG_STAMP_SHIFT;
	state->held_bytes = look->notsent;
	set_reason(state, WG_REASON_PENDING);
}

/* An ACK is about to be processed, or it is the tick: what held the bytes until now is seen. */
static __noinline int held_look(struct conn_view *view, struct held_look *look)
{
	struct held_part part = {};
	struct late_state *state;
	bool was_active;
	__u32 service, now;

	if (!view || !look)
		return 0;
	state = late_find(view);
	if (!state || hold_reason(state) == WG_REASON_NOT_HELD) {
		service = look->service != WG_UNKNOWN ? look->service : home_service(view->address);
		if (service == WG_UNKNOWN || service == WG_NOT_OBSERVED || !can_hold(view->address))
			return 0;
		state = late_make(view);
	} else {
		service = state->service;
	}
	if (!state) {
		count_loss(WG_LOST_LATE_STATE);
		return 0;
	}
	now = bpf_ktime_get_ns() >> WG_STAMP_SHIFT;
	if (!late_enter(state, view, &was_active))
		return 0;
	if (hold_reason(state) == WG_REASON_NOT_HELD)
		held_open(state, look, service);
	held_unseen(state, look->notsent);
	held_classified(state, now, look->notsent, look->reason, &part);
	late_leave(state, view, was_active);
	held_count(service, &part);
	return 0;
}

#endif
