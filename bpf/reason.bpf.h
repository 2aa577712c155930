/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Why bytes stay in the send queue: the tests of tcp_write_xmit (net/ipv4/tcp_output.c), in its order,
 * made anew on the socket's state. The head of the queue begins at snd_nxt and what is notsent ends at
 * write_seq, so no skb is read: less than one mss notsent is a small last segment.
 */
#ifndef WIREGAP_REASON_BPF_H
#define WIREGAP_REASON_BPF_H

#include "bpf/drift.bpf.h"
#include "bpf/verifier.bpf.h"

#define PACED_AHEAD_NS 100000   /* beyond the jitter of the two clocks */
#define PACING_LATE_NS 10000000 /* by so much the pacing timer may be late */

/* With internal pacing (tcp_pacing_check) a timer lets the next segment go. Long after that time it is something else that
 * holds it: what TCP last saw of the clock does not tell, as nothing moves.
 */
static __always_inline bool pacing_holds(struct tcp_sock *tp, bool typed)
{
	__u32 status = FIELD(typed, tp, SOCK(sk_pacing_status));
	__u64 earliest_ns, seen_ns;

	if (status == SK_PACING_NONE)
		return false;
	earliest_ns = FIELD(typed, tp, tcp_wstamp_ns);
	seen_ns = FIELD(typed, tp, tcp_clock_cache);
	/* With fq the departure times are handed down with the segments, and TCP stops as soon as a few of them wait in
	 * the qdisc for theirs.
	 */
	if (status != SK_PACING_NEEDED)
		seen_ns += PACED_AHEAD_NS;
	return earliest_ns > seen_ns && earliest_ns + PACING_LATE_NS > bpf_ktime_get_ns();
}

/* Or all that is in flight is lost: what was not sent yet waits behind what is sent again, whether that has room or not
 * (no route, a queue that refuses it).
 */
static __always_inline bool cwnd_holds(struct tcp_sock *tp, bool typed)
{
	__u32 packets_out = FIELD(typed, tp, packets_out);
	__u32 lost_out = FIELD(typed, tp, lost_out);
	__u32 left_out = FIELD(typed, tp, sacked_out) + lost_out;
	__u32 in_flight = packets_out + FIELD(typed, tp, retrans_out) - left_out;

	return in_flight >= FIELD(typed, tp, snd_cwnd) || (lost_out && left_out >= packets_out);
}

/* tcp_snd_wnd_test: does the first segment end beyond the peer's window? */
static __always_inline bool rwnd_holds(struct tcp_sock *tp, __u32 snd_nxt, __u32 first_bytes,
				       __u32 snd_una, __u32 snd_wnd)
{
	return seq_before(snd_una + snd_wnd, snd_nxt + first_bytes);
}

/* tcp_nagle_test for a small last segment. */
static __always_inline __u32 small_segment(struct tcp_sock *tp, __u32 nonagle, __u32 snd_una,
					   __u32 snd_nxt, bool typed)
{
	__u32 snd_sml;

	if (nonagle & TCP_NAGLE_CORK)
		return WG_REASON_CORK;
	if (nonagle || !FIELD(typed, tp, packets_out))
		return WG_REASON_NONE;
	snd_sml = FIELD(typed, tp, snd_sml);
	if (seq_before(snd_una, snd_sml) && !seq_before(snd_nxt, snd_sml))
		return WG_REASON_NAGLE; /* tcp_minshall_check: a small one is in flight */
	return WG_REASON_NONE;
}

static __always_inline bool small_queue_full(struct tcp_sock *tp, bool typed)
{
	__u64 flags = FIELD(typed, tp, SOCK(sk_tsq_flags));
	__u64 rate = FIELD(typed, tp, SOCK(sk_pacing_rate));
	__u32 below = FIELD(typed, tp, SOCK(sk_wmem_alloc.refs.counter));

	if (flags & (TSQ_THROTTLED_FLAG | TSQ_QUEUED_FLAG))
		return true;
	return below > 1 && below > rate >> (FIELD(typed, tp, SOCK(sk_pacing_shift)) & 31);
}

static __always_inline __u32 classify(struct tcp_sock *tp, bool typed)
{
	__u32 write_seq = FIELD(typed, tp, write_seq);
	__u32 snd_nxt = FIELD(typed, tp, snd_nxt);
	__u32 snd_una = FIELD(typed, tp, snd_una);
	__u32 snd_wnd = FIELD(typed, tp, snd_wnd);
	__u32 mss = FIELD(typed, tp, mss_cache);
	__u32 notsent = seq_bytes(snd_nxt, write_seq);
	bool is_small = notsent < mss;
	__u32 reason;

	if (pacing_holds(tp, typed))
		return WG_REASON_PACING;
	if (cwnd_holds(tp, typed))
		return WG_REASON_CWND;
	if (rwnd_holds(tp, snd_nxt, is_small ? notsent : mss, snd_una, snd_wnd))
		return snd_wnd ? WG_REASON_RWND : WG_REASON_ZERO_WINDOW;
	if (is_small) {
		__u32 nonagle = BPF_CORE_READ_BITFIELD_PROBED(tp, nonagle);

		reason = small_segment(tp, nonagle, snd_una, snd_nxt, typed);
		if (reason != WG_REASON_NONE)
			return reason;
		if (small_queue_full(tp, typed))
			return WG_REASON_AUTOCORK;
		return WG_REASON_NONE;
	}
	/* tcp_tso_should_defer waits for an ACK, never with nothing in flight: then this host has refused the segment (a
	 * full queue, no route).
	 */
	if (!FIELD(typed, tp, packets_out) || small_queue_full(tp, typed))
		return WG_REASON_TSQ;
	return WG_REASON_TSO_DEFER;
}

static __noinline __u32 reason_of(struct tcp_sock *tp)
{
	return forget_path(classify(tp, true));
}

/* For a bare address. */
__noinline __u32 reason_at(__u64 address)
{
	return classify((struct tcp_sock *)address, false);
}

#endif
