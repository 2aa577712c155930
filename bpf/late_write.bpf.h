/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A write that stays behind: it gets a stamp, and the bytes a reason why they are held. */
#ifndef WIREGAP_LATE_WRITE_BPF_H
#define WIREGAP_LATE_WRITE_BPF_H

#include "bpf/late.bpf.h"
#include "bpf/transmit.bpf.h"
#include "bpf/writer.bpf.h"

/* tcp_write_xmit refreshes tcp_clock_cache (CLOCK_MONOTONIC ns) inside the very send, also when Nagle
 * or a cork then holds the data: a clock for free. tcp_push returns before that when it autocorks,
 * and then it has set TSQ_THROTTLED (net/ipv4/tcp.c, tcp_push).
 */
static __always_inline __u64 accepted_ns(struct sock *sk, struct tcp_sock *tp, bool typed)
{
	if (FIELD(typed, sk, sk_tsq_flags) & TSQ_THROTTLED_FLAG)
		return bpf_ktime_get_ns();
	return FIELD(typed, tp, tcp_clock_cache);
}

static __always_inline __u32 read_snd_nxt(struct tcp_sock *tp, bool typed)
{
	if (typed)
		return *(volatile __u32 *)&tp->snd_nxt;
	return BPF_CORE_READ(tp, snd_nxt);
}

/* The write, as it stands when it has returned. */
struct late_mark {
	__u32 stamp;
	__u32 service;
	__u32 write_seq;
	__u32 notsent;
	bool more;
};

/* A held interval goes on with its reason when more is written: the kernel's tests change by a
 * transmission or an ACK, and both are seen. So only the first write of an interval, and one after a
 * transmission, is classified.
 */
static __always_inline __u32 reason_after_write(struct late_state *state, struct tcp_sock *tp,
						bool more, bool typed)
{
	__u32 reason = hold_reason(state);

	if (is_reason(reason))
		return WG_REASON_NONE;
	reason = typed ? reason_of(tp) : reason_at((__u64)tp);
	return reason == WG_REASON_NONE && more ? WG_REASON_CORK : reason;
}

/* One of many: there is a reason, no batch is free, nobody waits. */
static __always_inline bool late_goes_on(const struct late_state *state)
{
	return state->batches == WG_LATE_BATCHES &&
	       is_reason(state->hold); /* no writer_wait in the upper bits */
}

/* Then nothing but the last batch and the held time changes, and only the state is needed for that.
 * False: it is not one of many.
 */
static __always_inline bool late_write_goes_on(struct late_state *state, const struct late_mark *mark,
					       struct sock *sk, const struct conn_view *known)
{
	__u32 slot = has_spin_lock ? 0 : filter_slot_of(sk, known);
	bool done;

	if (!late_goes_on(state) || !late_lock(state, slot))
		return false;
	done = late_goes_on(state);
	if (done) {
		late_append_full(state, mark->write_seq, mark->stamp);
		held_account(state, mark->stamp, mark->notsent);
	}
	late_unlock(state, slot);
	return done;
}

static __always_inline int late_write(struct conn_view *view, struct tcp_sock *tp,
				      struct late_state *state, struct late_mark *mark, bool typed)
{
	struct writer_waited ended = {};
	struct held_part part = {};
	bool was_active;
	__u32 reason;

	reason = reason_after_write(state, tp, mark->more, typed);
	if (!late_enter(state, view, &was_active)) {
		count_loss(WG_LOST_LATE_STATE);
		return 0;
	}
	state->service = mark->service;
	if (hold_wait(state) && hold_wait(state) != WAIT_BLOCKED)
		ended = wait_end(state, mark->stamp);
	late_append(state, mark->write_seq, mark->stamp);
	if (reason == WG_REASON_NONE && is_reason(hold_reason(state)))
		held_account(state, mark->stamp, mark->notsent);
	else
		held_classified(state, mark->stamp, mark->notsent, reason, &part);
	late_leave(state, view, was_active);
	held_count(mark->service, &part);
	wait_record(mark->service, &ended);
	return 0;
}

static __noinline int late_write_of(struct conn_view *view, struct tcp_sock *tp,
				    struct late_state *state, struct late_mark *mark)
{
	return view && state && mark ? late_write(view, tp, state, mark, true) : 0;
}

static __noinline int late_write_at(struct conn_view *view, struct late_state *state,
				    struct late_mark *mark)
{
	if (!view || !state || !mark)
		return 0;
	return late_write(view, (struct tcp_sock *)view->address, state, mark, false);
}

/* It may have left between the look at snd_nxt and the lock, unseen by the transmit hook. */
static __always_inline void late_left_meanwhile(struct sock *sk, struct tcp_sock *tp,
						const struct conn_view *known, __u32 write_seq)
{
	struct segment segment = {.seen_now = true};
	__u32 snd_nxt = read_snd_nxt(tp, !known);
	struct conn_view view;

	if (seq_before(snd_nxt, write_seq))
		return;
	view_of(&view, sk, known);
	segment.begin = segment.end = snd_nxt;
	on_transmit(&view, &segment);
}

static __always_inline struct late_state *late_of_writer(struct sock *sk, const struct conn_view *known)
{
	if (known)
		return late_make(known);
	return late_make_at(sk, late_by_address ? address_of(sk) : 0);
}

static __always_inline void on_late_write(struct sock *sk, struct tcp_sock *tp,
					  const struct conn_view *known, struct late_mark mark)
{
	struct late_state *state;
	struct conn_view view;

	mark.stamp = accepted_ns(sk, tp, !known) >> WG_STAMP_SHIFT;
	state = late_of_writer(sk, known);
	if (!state) {
		count_loss(WG_LOST_LATE_STATE);
		return;
	}
	if (!late_write_goes_on(state, &mark, sk, known)) {
		if (!can_hold(known ? known->address : address_of(sk)))
			return;
		view_of(&view, sk, known);
		if (known)
			late_write_at(&view, state, &mark);
		else
			late_write_of(&view, tp, state, &mark);
	}
	late_left_meanwhile(sk, tp, known, mark.write_seq);
}

#endif
