/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One connection's record from the kernel's own state: every gauge comes from here. */
#ifndef WIREGAP_FILL_BPF_H
#define WIREGAP_FILL_BPF_H

#include "bpf/reason.bpf.h"
#include "bpf/verifier.bpf.h"
#include "bpf/view.bpf.h"

static __always_inline void fill_addresses(struct wg_connection *c, struct sock *sk, bool typed)
{
	__u16 family = FIELD(typed, sk, __sk_common.skc_family);

	if (family == AF_INET6) {
		c->flags |= WG_CONN_IPV6;
		bpf_probe_read_kernel(c->local, 16, &sk->__sk_common.skc_v6_rcv_saddr);
		bpf_probe_read_kernel(c->remote, 16, &sk->__sk_common.skc_v6_daddr);
		return;
	}
	*(__u32 *)c->local = FIELD(typed, sk, __sk_common.skc_rcv_saddr);
	*(__u32 *)c->remote = FIELD(typed, sk, __sk_common.skc_daddr);
}

/* The window that we advertise is closed (tcp_receive_window, include/net/tcp.h). */
static __always_inline bool own_window_closed(struct tcp_sock *tp, bool typed)
{
	__u32 window_end = FIELD(typed, tp, rcv_wup) + FIELD(typed, tp, rcv_wnd);

	return !seq_before(FIELD(typed, tp, rcv_nxt), window_end);
}

static __always_inline bool may_receive(__u8 state)
{
	return state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT;
}

static __always_inline void fill_windows(struct wg_connection *c, struct tcp_sock *tp, bool typed)
{
	__u32 below = FIELD(typed, tp, SOCK(sk_wmem_alloc.refs.counter));

	c->rwnd_bytes = FIELD(typed, tp, snd_wnd);
	c->egress_bytes = below ? below - 1 : 0; /* sk_wmem_alloc_get: one is the socket's own */
	if (!may_send(c->state))
		return;
	if (!c->rwnd_bytes && c->notsent_bytes)
		c->flags |= WG_CONN_PEER_ZERO_WINDOW;
	if (may_receive(c->state) && own_window_closed(tp, typed))
		c->flags |= WG_CONN_OWN_ZERO_WINDOW;
	if (BPF_CORE_READ_BITFIELD_PROBED(tp, inet_conn.icsk_ca_state) >= TCP_CA_RECOVERY)
		c->flags |= WG_CONN_RECOVERY;
}

/* tcp_update_pacing_rate() and BBR choose a rate and cap it at what SO_MAX_PACING_RATE allows. */
static __always_inline void fill_pacing(struct wg_connection *c, struct tcp_sock *tp, bool typed)
{
	c->pacing_rate = FIELD(typed, tp, SOCK(sk_pacing_rate));
	if (c->pacing_rate < FIELD(typed, tp, SOCK(sk_max_pacing_rate)))
		c->flags |= WG_CONN_PACED_BY_CC;
}

/* When the kernel gives up (net/ipv4/tcp_timer.c, tcp_probe_timer and tcp_write_timeout). */
static __always_inline void fill_timers(struct wg_connection *c, struct tcp_sock *tp,
					struct net *net, bool typed)
{
	c->rto_us = c->srtt_us + FIELD(typed, tp, rttvar_us); /* __tcp_set_rto */
	c->probes = FIELD(typed, tp, inet_conn.icsk_probes_out);
	c->backoff = FIELD(typed, tp, inet_conn.icsk_backoff);
	c->user_timeout_ms = FIELD(typed, tp, inet_conn.icsk_user_timeout);
	c->retries = BPF_CORE_READ(net, ipv4.sysctl_tcp_retries2);
}

/* The peer's FIN has a sequence number of its own, which read() takes with the end of the stream. */
static __always_inline bool has_received_fin(__u8 state)
{
	return state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK || state == TCP_CLOSING;
}

static __always_inline void fill_connection(struct wg_connection *c, const struct conn_view *view,
					    struct tcp_sock *tp, bool typed)
{
	struct sock *sk = (struct sock *)tp;
	__u32 write_seq = FIELD(typed, tp, write_seq);
	__u32 snd_nxt = FIELD(typed, tp, snd_nxt);
	__u32 snd_una = FIELD(typed, tp, snd_una);
	int state = FIELD(typed, tp, inet_conn.icsk_inet.sk.__sk_common.skc_state);
	__u32 fin = state == TCP_FIN_WAIT1 || state == TCP_LAST_ACK || state == TCP_CLOSING;
	__u32 syn = state == TCP_SYN_SENT;
	bool before_syn = syn && snd_nxt != write_seq; /* socket_state.bpf.h, bytes_from */
	struct net *net = net_of(view->address);

	__builtin_memset(c, 0, sizeof(*c));
	c->sk = view->address;
	c->netns = netns_id(net);
	c->netns_inode = BPF_CORE_READ(net, ns.inum);
	c->local_port = FIELD(typed, sk, __sk_common.skc_num);
	c->remote_port = bpf_ntohs(FIELD(typed, sk, __sk_common.skc_dport));
	c->state = state;
	fill_addresses(c, sk, false);
	c->flags = forget_path(c->flags);
	c->cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	c->notsent_bytes = before_syn ? 0 : seq_bytes(snd_nxt, write_seq);
	c->unacked_bytes = before_syn ? 0 : seq_bytes(snd_una, snd_nxt);
	/* A queued FIN has a sequence number, as has a SYN on its way; it is the last thing in the queue and no byte. */
	if (fin && c->notsent_bytes)
		c->notsent_bytes--;
	else if ((fin || syn) && c->unacked_bytes)
		c->unacked_bytes--;
	c->notsent_bytes = forget_path(c->notsent_bytes);
	c->unacked_bytes = forget_path(c->unacked_bytes);
	c->receive_queue_bytes = seq_bytes(FIELD(typed, tp, copied_seq), FIELD(typed, tp, rcv_nxt));
	if (c->receive_queue_bytes && has_received_fin(c->state))
		c->receive_queue_bytes--; /* it is no byte */
	c->send_buffer_used_bytes = FIELD(typed, tp, inet_conn.icsk_inet.sk.sk_wmem_queued);
	c->send_buffer_limit_bytes = FIELD(typed, tp, inet_conn.icsk_inet.sk.sk_sndbuf);
	c->cwnd_segs = FIELD(typed, tp, snd_cwnd);
	c->mss_bytes = FIELD(typed, tp, mss_cache);
	c->srtt_us = FIELD(typed, tp, srtt_us) >> 3;
	c->acked_bytes = FIELD(typed, tp, bytes_acked);
	c->sent_bytes = FIELD(typed, tp, bytes_sent);
	c->retransmitted_bytes = FIELD(typed, tp, bytes_retrans);
	fill_pacing(c, tp, typed);
	fill_timers(c, tp, net, typed);
	fill_windows(c, tp, typed);
	c->flags = forget_path(c->flags);
}

#endif
