/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether a write was cut short, where the hook can't see how much was asked for. */
#ifndef WIREGAP_PARTIAL_BPF_H
#define WIREGAP_PARTIAL_BPF_H

#include "bpf/drift.bpf.h"

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
static __always_inline bool looks_partial(struct sock *sk, bool typed)
{
	struct socket *socket;

	if (FIELD(typed, sk, sk_wmem_queued) < FIELD(typed, sk, sk_sndbuf))
		return false;
	socket = FIELD(typed, sk, sk_socket);
	return socket && (BPF_CORE_READ(socket, flags) >> SOCK_NOSPACE_BIT & 1) &&
	       (BPF_CORE_READ(socket, file, f_flags) & O_NONBLOCK) && last_segment_full(sk);
}

#endif
