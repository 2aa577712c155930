/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a segment is seen: handed down, leaving the qdisc, acknowledged. */
#ifndef WIREGAP_HOOKS_SEGMENT_BPF_H
#define WIREGAP_HOOKS_SEGMENT_BPF_H

#include "bpf/ack.bpf.h"
#include "bpf/payload.bpf.h"
#include "bpf/transmit.bpf.h"

/* TCP_SKB_CB(skb): seq and end_seq are the first two words of the control block. */
static __always_inline void transmitted(struct sock *sk, struct sk_buff *skb, bool sampled)
{
	struct segment segment = {.begin = *(__u32 *)&skb->cb[0], .end = *(__u32 *)&skb->cb[4]};
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct conn_view view;

	if (!tp || !seq_before(segment.begin, segment.end) || seq_before(segment.begin, tp->snd_nxt))
		return;
	view_socket(&view, sk);
	if (sampled)
		sample_begin(&view, segment.end);
	if (!late_filter[view.filter_slot])
		return;
	segment.notsent = seq_bytes(segment.end, tp->write_seq);
	segment.paced = tp->SOCK(sk_pacing_status) != SK_PACING_NONE;
	on_transmit(&view, &segment);
}

SEC("fentry/__tcp_transmit_skb")
int BPF_PROG(wg_transmit_skb, struct sock *sk, struct sk_buff *skb)
{
	struct meter meter = meter_begin(WG_PROG_TRANSMIT);
	bool sampled = is_sampled(&meter);

	if (sampled || late_filter[sk->__sk_common.skc_hash % WG_FILTER_SLOTS])
		transmitted(sk, skb, sampled);
	meter_end(&meter);
	return 0;
}

/* A second device (tunnel, bond) shows the segment again, with nothing left to take; a header that is not
 * this connection's (encapsulated) is passed over.
 */
static __always_inline void queued(struct sk_buff *skb, struct sock *sk, bool sampled)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk; /* for probe reads: skb->sk is no trusted pointer */
	struct segment segment = {};
	struct tcphdr header;
	struct conn_view view;

	if (!read_payload(skb, &header, &segment.begin, &segment.end))
		return;
	view_socket(&view, sk);
	if (bpf_ntohs(header.source) != sk->__sk_common.skc_num ||
	    header.dest != sk->__sk_common.skc_dport)
		return;
	/* snd_nxt has not moved yet; what begins before it is sent again. */
	if (seq_before(segment.begin, BPF_CORE_READ(tp, snd_nxt)))
		return;
	if (sampled)
		sample_begin(&view, segment.end);
	if (!late_filter[view.filter_slot])
		return;
	segment.notsent = seq_bytes(segment.end, BPF_CORE_READ(tp, write_seq));
	segment.paced = is_paced(sk);
	on_transmit(&view, &segment);
}

static __always_inline bool is_live_tcp(const struct sock *sk)
{
	__u8 state = sk->__sk_common.skc_state;

	return sk->sk_protocol == IPPROTO_TCP && state != TCP_TIME_WAIT && state != TCP_NEW_SYN_RECV;
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(wg_dev_queue, struct sk_buff *skb)
{
	struct meter meter = meter_begin(WG_PROG_TRANSMIT);
	bool sampled = is_sampled(&meter);
	struct sock *sk = skb->sk;

	if (sk && (sampled || late_filter[sk->__sk_common.skc_hash % WG_FILTER_SLOTS]) &&
	    is_live_tcp(sk))
		queued(skb, sk, sampled);
	meter_end(&meter);
	return 0;
}

SEC("tp_btf/tcp_probe")
int BPF_PROG(wg_ack, struct sock *sk, struct sk_buff *skb)
{
	struct meter meter = meter_begin(WG_PROG_ACK);

	on_ack(sk, skb);
	meter_end(&meter);
	return 0;
}

/* Of a bulk; the rest of it leaves in the same instant and is sampled elsewhere. */
#define DEQUEUED_MAX 4

SEC("tp_btf/qdisc_dequeue")
int BPF_PROG(wg_dequeue, struct Qdisc *qdisc, const struct netdev_queue *txq, int packets,
	     struct sk_buff *skb)
{
	struct meter meter = meter_begin(WG_PROG_DEQUEUE);

	for (int i = 0; i < DEQUEUED_MAX && skb; i++) {
		struct sock *sk = skb->sk;

		if (sk && is_live_tcp(sk))
			on_dequeue(skb, sk);
		skb = skb->next;
	}
	meter_end(&meter);
	return 0;
}

#endif
