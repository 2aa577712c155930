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
	__u64 netns;
	__u32 filter_slot;
	__u16 local_port;
	__u16 remote_port;
};

static __always_inline __u32 netns_inode_at(__u64 netns)
{
	return BPF_CORE_READ((struct net *)netns, ns.inum);
}

static __always_inline void view_numbers(struct conn_view *view, struct sock *sk)
{
	view->sk = sk;
	view->address = address_of(sk);
	view->filter_slot = sk->__sk_common.skc_hash % WG_FILTER_SLOTS;
	view->local_port = sk->__sk_common.skc_num;
	view->remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
}

/* All of it lies in the socket's first cache line. */
static __always_inline void view_socket(struct conn_view *view, struct sock *sk)
{
	view_numbers(view, sk);
	view->netns = address_of(sk->__sk_common.skc_net.net);
}

/* The same where `tp`, which is sk, came from a helper. Where a pointer is read through one that the
 * verifier trusts, it looks for several types by name, one by one through all of vmlinux, each time that it
 * comes by (kernel/bpf/verifier.c, type_is_trusted; kernel/bpf/btf.c, btf_find_by_name_kind). It does not
 * trust tp, whose loads are checked at run time instead.
 */
static __always_inline void view_tcp(struct conn_view *view, struct sock *sk, struct tcp_sock *tp)
{
	view_numbers(view, sk);
	view->netns = address_of(tp->inet_conn.icsk_inet.sk.__sk_common.skc_net.net);
}

static __always_inline void view_address(struct conn_view *view, struct sock *sk)
{
	view->sk = NULL;
	view->address = (__u64)sk;
	view->netns = (__u64)BPF_CORE_READ(sk, __sk_common.skc_net.net);
	view->filter_slot = BPF_CORE_READ(sk, __sk_common.skc_hash) % WG_FILTER_SLOTS;
	view->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	view->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
}

/* known: what a hook that has only the socket's address has read of it already; NULL: it is read now. */
static __always_inline void view_of(struct conn_view *view, struct sock *sk, struct tcp_sock *tp,
				    const struct conn_view *known)
{
	if (known)
		*view = *known;
	else
		view_tcp(view, sk, tp);
}

static __always_inline __u32 filter_slot_of(struct sock *sk, const struct conn_view *known)
{
	return known ? known->filter_slot : sk->__sk_common.skc_hash % WG_FILTER_SLOTS;
}

#endif
