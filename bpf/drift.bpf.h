/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One accessor per thing that differs between kernels or between kinds of pointers; nothing else
 * knows of the difference.
 */
#ifndef WIREGAP_DRIFT_BPF_H
#define WIREGAP_DRIFT_BPF_H

#include "bpf/maps.bpf.h"

/* A pointer as a number. The verifier forbids to shift or multiply a kernel pointer, but the
 * difference of two pointers is a plain number (kernel/bpf/verifier.c, adjust_reg_min_max_vals).
 */
static __always_inline __u64 address_of(const void *pointer)
{
	__u64 difference = (__u64)pointer;
	asm("%0 -= %1" : "+r"(difference) : "r"(&address_anchor)); /* not volatile: may be sunk */
	return difference + anchor_address;
}

/* Learns where address_anchor lies: what is spilled to the stack can be read back as a number. */
static __always_inline void learn_anchor(void)
{
	void *pointer = &address_anchor;
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), &pointer);
	anchor_address = address;
}

/* Reads a field by a plain load where the verifier knows the pointer, else by a probe read. */
#define FIELD(typed, pointer, field) ((typed) ? (pointer)->field : BPF_CORE_READ(pointer, field))

/* A field of a tcp_sock's struct sock. */
#define SOCK(field) inet_conn.icsk_inet.sk.field

/* What a network namespace is: its cookie, which the kernel never uses again. Before 5.12 (commit 3d368ab87cf6) nothing
 * gives it one, and a random word of its own stands in (net_hash_mix, include/net/netns/hash.h) beside the inode number.
 */
static __always_inline __u64 netns_id_of(struct net *net, bool typed)
{
	__u64 id = 0;

	if (bpf_core_field_exists(net->net_cookie))
		id = FIELD(typed, net, net_cookie);
	if (!id)
		id = (__u64)FIELD(typed, net, hash_mix) << 32 | FIELD(typed, net, ns.inum);
	return id;
}

static __always_inline __u64 netns_id(struct net *net)
{
	return netns_id_of(net, false);
}

/* Ports out of which the kernel chooses, in this namespace: two numbers, or one of both from 6.8 (commit d9f28735af87;
 * include/net/netns/ipv4.h, struct local_ports).
 */
static __always_inline bool is_ephemeral(struct net *net, bool typed, __u16 port)
{
	__u32 low, high;

	if (bpf_core_field_exists(net->ipv4.ip_local_ports.range[0])) {
		low = FIELD(typed, net, ipv4.ip_local_ports.range[0]);
		high = FIELD(typed, net, ipv4.ip_local_ports.range[1]);
	} else {
		struct net___packed *its = (struct net___packed *)net;
		__u32 both = FIELD(typed, its, ipv4.ip_local_ports.range);

		low = both & 0xffff;
		high = both >> 16;
	}
	return port >= low && port <= high;
}

/* Flags of the task that runs. A helper that gives it typed is there since 5.11 (commit 3ca1032ab7ab). */
static __always_inline __u32 current_task_flags(void)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf))
		return bpf_get_current_task_btf()->flags;
	return BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), flags);
}

/* A path of an MPTCP connection: it is written to by its worker, not by a write() of its own. tcp_sock has the bit
 * since 5.6 (commit eda7acddf808).
 */
static __always_inline bool is_subflow(struct tcp_sock *tp, bool typed)
{
	if (!bpf_core_field_exists(tp->is_mptcp))
		return false;
	return typed ? BPF_CORE_READ_BITFIELD(tp, is_mptcp)
		     : BPF_CORE_READ_BITFIELD_PROBED(tp, is_mptcp);
}

/* MPTCP's own TCP socket: the listener, or the first path; NULL where the kernel has no MPTCP (before 5.6, commit
 * f870fa0b5768, or left out of it).
 */
static __always_inline struct sock *tcp_of_mptcp(struct sock *sk)
{
	return bpf_core_type_exists(struct mptcp_sock)
		       ? (struct sock *)BPF_CORE_READ((struct mptcp_sock *)sk, first)
		       : NULL;
}

/* The first path of its connection (net/mptcp/protocol.h); 0: there is none, or it is no path. */
static __always_inline __u64 first_subflow(__u64 address)
{
	struct mptcp_subflow_context *context;
	struct mptcp_sock *msk;

	if (!bpf_core_type_exists(struct mptcp_subflow_context) ||
	    !is_subflow((struct tcp_sock *)address, false))
		return 0;
	context = BPF_CORE_READ((struct inet_connection_sock *)address, icsk_ulp_data);
	msk = (struct mptcp_sock *)BPF_CORE_READ(context, conn);
	return msk ? (__u64)BPF_CORE_READ(msk, first) : 0;
}

/* A port as an index: some verifiers (5.10 to 6.12) forget the bound at a byte swap or a narrow store,
 * and some compilers drop a mask that they can prove to be needless.
 */
static __always_inline __u32 port_index(__u16 port)
{
	__u64 index = port;
	asm volatile("%0 &= 0xffff" : "+r"(index));
	return index;
}

/* Serial arithmetic: `a` lies before `b` (RFC 793, include/net/tcp.h). */
static __always_inline bool seq_before(__u32 a, __u32 b)
{
	return (__s32)(a - b) < 0;
}

static __always_inline __u32 seq_bytes(__u32 from, __u32 to)
{
	return seq_before(from, to) ? to - from : 0;
}

#endif
