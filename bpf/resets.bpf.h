/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who reset a connection that this side had closed. Where a peer's RST ends it, and where data come for which nobody is left
 * to read, the kernel calls tcp_reset() alike (net/ipv4/tcp_input.c, tcp_rcv_state_process); in the second case it sends a
 * reset right after that. So such a death waits for a moment: if our reset leaves it is ours, else the peer's. Until then it
 * is counted under WG_CAUSE_UNDECIDED, which no face shows.
 */
#ifndef WIREGAP_RESETS_BPF_H
#define WIREGAP_RESETS_BPF_H

#include "bpf/service.bpf.h"

#define RESET_FOLLOWS_NS                                                                           \
	20000000 /* it leaves in the same softirq; a virtual machine may stand still in it */

/* After close() or shutdown() of both ways, with a reset as the error. */
static __always_inline bool is_undecided(int old_state, int error)
{
	return tells_resets && (error == ECONNRESET || error == EPIPE) &&
	       1 << old_state & (1 << TCP_FIN_WAIT1 | 1 << TCP_FIN_WAIT2 | 1 << TCP_CLOSING |
				 1 << TCP_LAST_ACK);
}

static __always_inline bool decide_later(__u64 address, struct wg_death *death)
{
	death->at_ns = bpf_ktime_get_ns();
	if (bpf_map_update_elem(&undecided, &address, death, BPF_NOEXIST))
		return false;
	__sync_fetch_and_add(&undecided_count, 1);
	return true;
}

static __always_inline void count_undelivered(struct wg_counters *count, __u32 cause,
					      const struct wg_death *death, __u64 sign)
{
	/* Atomic: a walk decides in a process, which a softirq that counts a death may interrupt. Not of a 0, which a
	 * compiler turns into an atomic OR that kernels before 5.12 do not know.
	 */
	if (!death->undelivered_bytes)
		return;
	__sync_fetch_and_add(&count->undelivered_bytes[cause], sign * death->undelivered_bytes);
	__sync_fetch_and_add(&count->undelivered_connections[cause], sign);
}

static __always_inline void count_death(struct wg_counters *count, __u32 cause,
					const struct wg_death *death, __u64 sign)
{
	__sync_fetch_and_add(&count->closed[cause], sign);
	count_undelivered(count, cause, death, sign);
}

/* Only one caller finds it there. */
static __always_inline void decide(__u64 address, const struct wg_death *waiting, __u32 cause)
{
	struct wg_death death = *waiting;
	struct wg_counters *count;

	if (bpf_map_delete_elem(&undecided, &address))
		return;
	__sync_fetch_and_add(&undecided_count, -1);
	count = counters_of(death.service);
	if (!count)
		return;
	count_death(count, cause, &death, 1);
	count_death(count, WG_CAUSE_UNDECIDED, &death, -1ULL);
}

static __always_inline void on_reset_sent(__u64 address)
{
	struct wg_death *death = bpf_map_lookup_elem(&undecided, &address);

	if (!death)
		return;
	/* Long after it is another socket's reset, at the same address. */
	if (bpf_ktime_get_ns() - death->at_ns > RESET_FOLLOWS_NS)
		decide(address, death, WG_CAUSE_RESET_BY_PEER);
	else
		decide(address, death, WG_CAUSE_RESET_BY_US);
}

SEC("tp_btf/tcp_send_reset")
int BPF_PROG(wg_send_reset, struct sock *sk)
{
	if (sk && undecided_count)
		on_reset_sent(address_of(sk));
	return 0;
}

/* At each tick that finds some: no reset of ours has followed. */
SEC("iter/bpf_map_elem")
int wg_iter_resets(struct bpf_iter__bpf_map_elem *ctx)
{
	struct wg_death *death = ctx->value;
	__u64 *key = ctx->key;

	barrier_var(key); /* the verifier must see the pointers that were tested */
	barrier_var(death);
	if (!key || !death)
		return 0;
	if (bpf_ktime_get_ns() - death->at_ns > RESET_FOLLOWS_NS)
		decide(*key, death, WG_CAUSE_RESET_BY_PEER);
	return 0;
}

#endif
