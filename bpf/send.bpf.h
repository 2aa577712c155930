/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* write() has returned: what it took, what it did not take, and whether all of it has left.
 *
 * When snd_nxt has caught up with write_seq, everything left inside the call: count and go, no clock
 * and no per-socket state. Only a late write is stamped.
 */
#ifndef WIREGAP_SEND_BPF_H
#define WIREGAP_SEND_BPF_H

#include "bpf/clients.bpf.h"
#include "bpf/late.bpf.h"
#include "bpf/meter.bpf.h"
#include "bpf/transmit.bpf.h"
#include "bpf/writer.bpf.h"

/* What a hook can say of a write beyond its return value. */
enum partial { PARTIAL_NO, PARTIAL_YES, PARTIAL_GUESS };

struct write {
	long ret; /* bytes, or -errno */
	enum partial partial;
	bool waits; /* non-blocking: what was not taken will be tried again */
	bool more;  /* MSG_MORE; a hook that can't see it says yes: it is what remains when nothing binds */
};

/* tcp_write_xmit refreshes tcp_clock_cache (CLOCK_MONOTONIC ns) inside the very send, also when Nagle
 * or a cork then holds the data: a clock for free. tcp_push returns before that when it autocorks,
 * and then it has set TSQ_THROTTLED (net/ipv4/tcp.c, tcp_push).
 */
static __always_inline __u64 accepted_ns(struct tcp_sock *tp, bool typed)
{
	struct sock *sk = (struct sock *)tp;

	if (typed) {
		if (tp->inet_conn.icsk_inet.sk.sk_tsq_flags & TSQ_THROTTLED_FLAG)
			return bpf_ktime_get_ns();
		return tp->tcp_clock_cache;
	}
	if (BPF_CORE_READ(sk, sk_tsq_flags) & TSQ_THROTTLED_FLAG)
		return bpf_ktime_get_ns();
	return BPF_CORE_READ(tp, tcp_clock_cache);
}

/* tcp_sendmsg_locked looks for room only where it needs a new segment: when it is cut short, the last
 * one that waits is full (tcp_xmit_size_goal: gso_segs times a mss that TCP options may shorten), or
 * has all the fragments it can have, or none waits any more.
 */
static __always_inline bool last_segment_full(struct sock *sk)
{
	enum { OPTION_BYTES = 40, MOST_FRAGS = 17 };
	struct tcp_sock *tp = (struct tcp_sock *)sk;
	struct sk_buff *last = BPF_CORE_READ(sk, sk_write_queue.prev);
	struct skb_shared_info *info;
	__u32 segs, bytes;

	if ((void *)last == (void *)__builtin_preserve_access_index(&sk->sk_write_queue))
		return true;
	segs = BPF_CORE_READ(tp, gso_segs);
	segs = segs ? segs : 1;
	bytes = BPF_CORE_READ(last, len);
	if (bytes + segs * OPTION_BYTES >= segs * BPF_CORE_READ(tp, mss_cache))
		return true;
	info = (void *)(BPF_CORE_READ(last, head) + BPF_CORE_READ(last, end));
	return BPF_CORE_READ(info, nr_frags) >= MOST_FRAGS;
}

/* A hook without the requested size: a write on a non-blocking socket that took something, left the
 * buffer full and marked the socket (SOCK_NOSPACE, set by tcp_sendmsg_locked when it runs out of room)
 * was cut short. A blocking one has waited and taken all. MSG_DONTWAIT on a blocking socket is not seen.
 * The mark may be an old one: a small write into a segment that has room left is taken whole, whether
 * the buffer is full or not.
 */
static __always_inline bool looks_partial(struct tcp_sock *tp, bool typed)
{
	struct sock *sk = (struct sock *)tp;
	struct socket *socket;

	if (typed) {
		struct sock *base = &tp->inet_conn.icsk_inet.sk;

		if (base->sk_wmem_queued < base->sk_sndbuf)
			return false;
		socket = base->sk_socket;
	} else {
		if (BPF_CORE_READ(sk, sk_wmem_queued) < BPF_CORE_READ(sk, sk_sndbuf))
			return false;
		socket = BPF_CORE_READ(sk, sk_socket);
	}
	return socket && (BPF_CORE_READ(socket, flags) >> SOCK_NOSPACE_BIT & 1) &&
	       (BPF_CORE_READ(socket, file, f_flags) & O_NONBLOCK) && last_segment_full(sk);
}

static __always_inline __u32 read_snd_nxt(struct tcp_sock *tp, bool typed)
{
	if (typed)
		return *(volatile __u32 *)&tp->snd_nxt;
	return BPF_CORE_READ(tp, snd_nxt);
}

/* A write that stays behind, as it stands when it has returned. */
struct late_mark {
	__u64 accepted_ns;
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
		return REASON_NONE;
	reason = typed ? reason_of(tp) : reason_at((__u64)tp);
	return reason == REASON_NONE && more ? WG_REASON_CORK : reason;
}

/* One of many late writes: there is a reason, no batch is free, nobody waits. Then nothing but the last
 * batch and the held time changes. Under the lock.
 */
static __always_inline bool late_goes_on(const struct late_state *state)
{
	return state->batches == WG_LATE_BATCHES && is_reason(state->hold); /* no writer_wait in the upper bits */
}

static __always_inline int late_write(struct conn_view *view, struct tcp_sock *tp,
				      struct late_mark *mark, bool typed)
{
	struct writer_waited ended = {};
	struct held_part part = {};
	struct late_state *state;
	bool was_active;
	__u32 stamp, reason;

	if (!view || !mark)
		return 0;
	state = late_make(view);
	if (!state) {
		count_loss(WG_LOST_LATE_STATE);
		return 0;
	}
	reason = reason_after_write(state, tp, mark->more, typed);
	stamp = mark->accepted_ns >> WG_STAMP_SHIFT;
	if (!late_lock(state, view->filter_slot)) {
		count_loss(WG_LOST_LATE_STATE);
		return 0;
	}
	if (reason == REASON_NONE && late_goes_on(state)) {
		late_append_full(state, mark->write_seq, stamp);
		held_account(state, stamp, mark->notsent);
		late_unlock(state, view->filter_slot);
		return 0;
	}
	was_active = late_active(state);
	state->service = mark->service;
	if (hold_wait(state) && hold_wait(state) != WAIT_BLOCKED)
		ended = wait_end(state, stamp);
	late_append(state, mark->write_seq, stamp);
	if (reason == REASON_NONE && is_reason(hold_reason(state)))
		held_account(state, stamp, mark->notsent);
	else
		held_classified(state, stamp, mark->notsent, reason, &part);
	late_refilter(state, was_active, view->filter_slot);
	late_unlock(state, view->filter_slot);
	held_count(mark->service, &part);
	wait_record(mark->service, &ended);
	return 0;
}

static __noinline int late_write_of(struct conn_view *view, struct tcp_sock *tp,
				    struct late_mark *mark)
{
	return late_write(view, tp, mark, true);
}

static __noinline int late_write_at(struct conn_view *view, struct late_mark *mark)
{
	return view ? late_write(view, (struct tcp_sock *)view->address, mark, false) : 0;
}

static __always_inline void on_late_write(struct conn_view *view, struct tcp_sock *tp,
					  struct late_mark *mark, bool typed)
{
	struct segment segment = {.seen_now = true};
	__u32 snd_nxt;

	mark->accepted_ns = accepted_ns(tp, typed);
	if (typed)
		late_write_of(view, tp, mark);
	else
		late_write_at(view, mark);
	/* It may have left between the look at snd_nxt and the lock, unseen by the transmit hook. */
	snd_nxt = read_snd_nxt(tp, typed);
	if (seq_before(snd_nxt, mark->write_seq))
		return;
	segment.begin = segment.end = snd_nxt;
	on_transmit(view, &segment);
}

static __always_inline void on_write(struct conn_view *view, struct tcp_sock *tp, bool typed,
				     struct write write)
{
	struct late_mark mark = {.service = service_of(view, true), .more = write.more};
	struct wg_counters *count = counters_of(mark.service);
	__u32 snd_nxt;

	if (!count) {
		not_a_write();
		return;
	}
	if (write.ret <= 0) {
		on_shortfall(view, tp, typed, mark.service, count, write.ret);
		return;
	}
	count->written_bytes += write.ret;
	mark.write_seq = FIELD(typed, tp, write_seq);
	snd_nxt = read_snd_nxt(tp, typed);
	if (!seq_before(snd_nxt, mark.write_seq)) {
		if (late_filter[view->filter_slot])
			writer_served(view);
		if (++count->writes_at_once % WG_TIME_ONE_IN == 0)
			time_next_write = 1;
	} else {
		if (++count->writes_late % WG_TIME_ONE_IN == 0)
			time_next_write = 1;
		mark.notsent = mark.write_seq - snd_nxt;
		on_late_write(view, tp, &mark, typed);
	}
	if (write.partial == PARTIAL_YES ||
	    (write.partial == PARTIAL_GUESS && looks_partial(tp, typed))) {
		count->partial++;
		if (write.waits)
			writer_short(view, tp, typed, mark.service);
	}
}

#endif
