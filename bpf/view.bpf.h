/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What identifies a connection to the rest of the programs, taken once from the socket: from a
 * pointer that the verifier knows (plain loads), or from a bare address (probe reads).
 */
#ifndef WIREGAP_VIEW_BPF_H
#define WIREGAP_VIEW_BPF_H

#include "bpf/drift.bpf.h"

struct conn_view {
	struct sock *sk; /* NULL: only the address is known, sk_storage cannot be asked */
	__u64 address;
	__u32 filter_slot;
};

static __always_inline struct net *net_of(__u64 address)
{
	return BPF_CORE_READ((struct sock *)address, __sk_common.skc_net.net);
}

/* All of it lies in the socket's first cache line. */
static __always_inline void view_socket(struct conn_view *view, struct sock *sk)
{
	view->sk = sk;
	view->address = address_of(sk);
	view->filter_slot = sk->__sk_common.skc_hash % WG_FILTER_SLOTS;
}

static __always_inline void view_address(struct conn_view *view, struct sock *sk)
{
	view->sk = NULL;
	view->address = (__u64)sk;
	view->filter_slot = BPF_CORE_READ(sk, __sk_common.skc_hash) % WG_FILTER_SLOTS;
}

/* known: what a hook that has only the socket's address has read of it already; NULL: it is read now. */
static __always_inline void view_of(struct conn_view *view, struct sock *sk,
				    const struct conn_view *known)
{
	if (known)
		*view = *known;
	else
		view_socket(view, sk);
}

static __always_inline __u32 filter_slot_of(struct sock *sk, const struct conn_view *known)
{
	return known ? known->filter_slot : sk->__sk_common.skc_hash % WG_FILTER_SLOTS;
}

/* Bytes may be queued, after close() too: until the FIN is acknowledged. */
static __always_inline bool may_send(__u8 state)
{
	return 1 << state & (1 << TCP_ESTABLISHED | 1 << TCP_FIN_WAIT1 | 1 << TCP_CLOSE_WAIT |
			     1 << TCP_LAST_ACK | 1 << TCP_CLOSING);
}

#endif
