/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The way of one segment in 64, to its ACK: how long it lay in the qdisc, and how long until the peer
 * acknowledged it. No state per socket: a table of 256 slots, one sample in flight in each.
 *
 * Only while the connection is ESTABLISHED: later ACKs pass tcp_rcv_state_process, where tcp_probe is not
 * (net/ipv4/tcp_input.c), and a sample that waits for one would keep its slot from all others.
 */
#ifndef WIREGAP_ACK_BPF_H
#define WIREGAP_ACK_BPF_H

#include "bpf/held.bpf.h"
#include "bpf/meter.bpf.h"
#include "bpf/payload.bpf.h"

#define SAMPLED_ONE_IN 64
#define SAMPLE_STALE_NS (1ULL << 33) /* 8.6 s: its ACK was not seen, or the peer is gone */

/* One run in 64, not in step with anything: multiples of the golden ratio. A plain every-64th would always
 * pick the same side of a ping-pong.
 */
static __always_inline bool is_sampled(const struct meter *meter)
{
	return meter->runs && (__u32)(meter->runs->runs * 0x9e3779b1U) < (1ULL << 32) / SAMPLED_ONE_IN;
}

static __always_inline struct wg_ack_sample *sample_of(__u32 hash)
{
	return &ack_samples[hash % WG_ACK_SAMPLES];
}

static __always_inline void sample_begin(const struct conn_view *view, __u32 end_seq)
{
	struct wg_ack_sample *sample = sample_of(view->filter_slot);
	__u64 now_ns = bpf_ktime_get_ns();
	__u32 service;

	if (view->sk->__sk_common.skc_state != TCP_ESTABLISHED)
		return;
	/* Throwing out those that take long would make all look fast. */
	if (sample->transmit_ns && now_ns - sample->transmit_ns < SAMPLE_STALE_NS)
		return;
	service = service_of(view->address, false);
	if (service == WG_NOT_OBSERVED)
		return;
	sample->transmit_ns = 0;
	barrier();
	sample->sk = view->address;
	sample->end_seq = end_seq;
	sample->service = service;
	sample->dequeued = 0;
	barrier();
	sample->transmit_ns = now_ns;
}

/* Its connection is ESTABLISHED no more. */
static __always_inline void sample_forget(const struct sock *sk)
{
	struct wg_ack_sample *sample = sample_of(sk->__sk_common.skc_hash);

	if (sample->sk == address_of(sk))
		sample->transmit_ns = 0;
}

/* All of the sampled segment is acknowledged. One that no qdisc handed out went straight to the driver. */
static __noinline int sample_end(struct wg_ack_sample *sample)
{
	__u64 transmit_ns;

	if (!sample)
		return 0;
	transmit_ns = sample->transmit_ns;
	sample->transmit_ns = 0;
	if (!transmit_ns)
		return 0;
	delay_add(sample->service, WG_DELAY_ACK, bpf_ktime_get_ns() - transmit_ns);
	if (!sample->dequeued)
		delay_add(sample->service, WG_DELAY_EGRESS, 0);
	return 0;
}

/* A writer that sleeps (sk_stream_wait_memory, net/core/stream.c) has bytes in the queue and no write()
 * that returned: where no hook tells of it, nothing else knows of them yet.
 */
static __always_inline bool unseen_sleeper(const struct sock *sk)
{
	return !sees_sleepers && sk->sk_write_pending;
}

static __noinline int ack_look(struct conn_view *view, struct tcp_sock *tp)
{
	struct held_look look;

	if (!view)
		return 0;
	look.notsent = seq_bytes(tp->snd_nxt, tp->write_seq);
	if (!look.notsent)
		return 0;
	look.reason = reason_of(tp);
	look.since_ns = tp->tcp_clock_cache;
	look.service = WG_UNKNOWN;
	return held_look(view, &look);
}

/* tcp_rcv_established, before the ACK is processed (net/ipv4/tcp_input.c). */
static __always_inline void on_ack(struct sock *sk, struct sk_buff *skb)
{
	__u32 hash = sk->__sk_common.skc_hash;
	struct wg_ack_sample *sample = sample_of(hash);
	struct tcp_sock *tp;
	struct conn_view view;

	if (sample->transmit_ns && sample->sk == address_of(sk)) {
		struct tcp_skb_cb *cb = (struct tcp_skb_cb *)&skb->cb[0];

		if (!seq_before(BPF_CORE_READ(cb, ack_seq), sample->end_seq))
			sample_end(sample);
	}
	if (!late_filter[hash % WG_FILTER_SLOTS] && !unseen_sleeper(sk))
		return;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return;
	view_socket(&view, sk);
	ack_look(&view, tp);
}

/* A qdisc hands out a segment. Devices without a queue, and queues that were empty, never come here. */
static __always_inline void on_dequeue(struct sk_buff *skb, struct sock *sk)
{
	struct wg_ack_sample *sample = sample_of(sk->__sk_common.skc_hash);
	struct tcphdr header;
	__u32 begin, end;

	if (!sample->transmit_ns || sample->dequeued || sample->sk != address_of(sk))
		return;
	if (!read_payload(skb, &header, &begin, &end) || end != sample->end_seq)
		return;
	sample->dequeued = 1;
	delay_add(sample->service, WG_DELAY_EGRESS, bpf_ktime_get_ns() - sample->transmit_ns);
}

#endif
