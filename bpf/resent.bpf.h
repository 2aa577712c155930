/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a connection sent again, and what this host itself dropped of it.
 *
 * tcp_retransmit_skb does not tell of a retransmission that the host's own queue refused (before 6.15; net/ipv4/tcp_output.c,
 * __tcp_retransmit_skb), but bytes_retrans has it. So the counter takes what that has grown by: since the last look, and
 * from the beginning where there was none. Connections that are older than we are have an entry before the first hook runs.
 */
#ifndef WIREGAP_RESENT_BPF_H
#define WIREGAP_RESENT_BPF_H

#include "bpf/identity.bpf.h"
#include "bpf/payload.bpf.h"

/* NULL, and counted, if there is no place; then nothing is taken any more for what began with us. */
static __always_inline struct wg_resent *resent_make(__u64 address, __u64 counted_bytes)
{
	struct wg_resent fresh = {.counted_bytes = counted_bytes};

	if (!bpf_map_update_elem(&resent, &address, &fresh, BPF_NOEXIST)) {
		__sync_fetch_and_add(&resent_count, 1);
	} else if (!bpf_map_lookup_elem(&resent, &address)) {
		resent_full |= !watching; /* what came later is ours from its beginning */
		count_loss(WG_LOST_RESENT);
	}
	return bpf_map_lookup_elem(&resent, &address);
}

/* It is older than we are. */
static __always_inline void resent_before_us(__u64 address, struct tcp_sock *tp, bool typed)
{
	__u64 bytes_retrans = FIELD(typed, tp, bytes_retrans);

	if (bytes_retrans)
		resent_make(address, bytes_retrans);
}

/* What bytes_retrans has grown by. It never falls, unless the entry is another socket's whose end was not told of. */
static __always_inline __u64 resent_growth(const struct wg_resent *known, __u64 bytes_retrans)
{
	__u64 counted = known->counted_bytes;

	return bytes_retrans < counted ? bytes_retrans : bytes_retrans - counted;
}

/* A retransmission. Under the socket's lock, as all here. sent_bytes: of this one. */
static __always_inline void on_retransmit(__u64 address, __u64 bytes_retrans, __u32 sent_bytes)
{
	struct wg_counters *count = counters_of(service_of(address, false));
	struct wg_resent *known;

	if (!count)
		return;
	known = bpf_map_lookup_elem(&resent, &address);
	if (known) {
		count->retransmitted_bytes += resent_growth(known, bytes_retrans);
		known->counted_bytes = bytes_retrans;
		return;
	}
	known = resent_make(address, bytes_retrans);
	if (known)
		known->counted_bytes = bytes_retrans; /* a drop on another CPU may have made it */
	if (resent_full)
		count->retransmitted_bytes += sent_bytes;
	else if (known) /* else its death counts all of it */
		count->retransmitted_bytes += bytes_retrans;
}

static __always_inline void resent_forget(__u64 address)
{
	if (resent_count && !bpf_map_delete_elem(&resent, &address))
		__sync_fetch_and_add(&resent_count, -1);
}

/* It dies, and its entry with it, whether it is observed or not. Returns what is still to be counted. */
static __always_inline __u64 resent_end(__u64 address, __u64 bytes_retrans)
{
	struct wg_resent *known = resent_count ? bpf_map_lookup_elem(&resent, &address) : NULL;

	if (!known)
		return resent_full ? 0 : bytes_retrans;
	bytes_retrans = resent_growth(known, bytes_retrans);
	resent_forget(address);
	return bytes_retrans;
}

#define DROPS_SUBSYSTEM_SHIFT 16 /* include/net/dropreason.h */

/* What dropped it; WG_DROPS where the kernel gives no reason: a driver may free so what it has sent. */
static __always_inline __u32 drop_of(__u32 reason)
{
	if (reason >> DROPS_SUBSYSTEM_SHIFT)
		return reason >> DROPS_SUBSYSTEM_SHIFT == qdisc_drop_subsystem ? WG_DROP_QUEUE
									       : WG_DROP_OTHER;
	return drops_by_reason[reason & (WG_DROP_REASONS - 1)];
}

/* One that goes out: what comes in may have our socket too, found early (tcp_v4_early_demux). */
static __always_inline bool goes_out(struct sk_buff *skb, struct sock *sk)
{
	struct tcphdr header;

	return !bpf_probe_read_kernel(&header, sizeof(header), skb->head + skb->transport_header) &&
	       bpf_ntohs(header.source) == sk->__sk_common.skc_num &&
	       header.dest == sk->__sk_common.skc_dport;
}

/* A segment of several counts as such (GSO). */
static __always_inline __u32 segments_of(struct sk_buff *skb)
{
	struct skb_shared_info *info = (struct skb_shared_info *)(skb->head + skb->end);
	__u32 segments = BPF_CORE_READ(info, gso_segs);

	return segments ? segments : 1;
}

static __noinline int count_drop(__u64 address, __u32 segments, __u32 drop)
{
	struct wg_counters *count = counters_of(service_of(address, false));
	struct tcp_sock *tp = (struct tcp_sock *)address;
	struct wg_resent *known;

	if (!count || drop >= WG_DROPS)
		return 0;
	count->dropped_segments[drop] += segments;
	known = bpf_map_lookup_elem(&resent, &address);
	if (!known)
		known = resent_make(address, resent_full ? BPF_CORE_READ(tp, bytes_retrans) : 0);
	if (!known)
		return 0;
	known->dropped_segments += segments;
	known->drop = drop;
	return 0;
}

static __always_inline void resent_read(struct wg_connection *c)
{
	struct wg_resent *known = resent_count ? bpf_map_lookup_elem(&resent, &c->sk) : NULL;

	if (!known)
		return;
	c->dropped_segments = known->dropped_segments;
	c->drop = known->drop;
}

#endif
