/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Birth and death of sockets, seen at inet_sock_set_state. Everything about a death is read at the
 * change to CLOSE: later (tcp_destroy_sock) tcp_disconnect may have zeroed it.
 */
#ifndef WIREGAP_SOCKET_STATE_BPF_H
#define WIREGAP_SOCKET_STATE_BPF_H

#include "bpf/accept.bpf.h"
#include "bpf/ahead.bpf.h"
#include "bpf/held.bpf.h"
#include "bpf/resent.bpf.h"
#include "bpf/resets.bpf.h"

/* A listener opens in the context of its process. An unbound listen() has no port yet here (inet_csk_listen_start calls
 * get_port later): its first child tells which it is.
 */
static __always_inline void remember_unbound(__u64 address, const struct owner *owner,
					     struct net *net, bool is_provisional)
{
	struct wg_unbound *one = unbound_at(unbound_claim());

	if (!one) {
		count_loss(WG_LOST_LISTENERS);
		return;
	}
	one->cgroup = owner->cgroup;
	__builtin_memcpy(one->comm, owner->name.text, WG_COMM_BYTES);
	one->netns_inode = BPF_CORE_READ(net, ns.inum);
	describe(&one->description, (struct task_struct *)bpf_get_current_task());
	one->is_provisional = is_provisional;
	one->uid = bpf_get_current_uid_gid();
	one->sk = address;
}

__noinline int on_listen(__u64 address)
{
	bool is_provisional = bpf_get_current_pid_tgid() >> 32 == SERVICE_MANAGER;
	bool is_bound = BPF_CORE_READ((struct sock *)address, __sk_common.skc_num);
	struct net *net = net_of(address);
	struct wg_listener_key key = {};
	struct owner owner = {};
	__u32 service = WG_NOT_OBSERVED;

	listener_key(&key, address, netns_id(net));
	owner_current(&owner, is_kernel());
	home_leave(address); /* it may have been another listener, or a connection */
	if (!is_bound) {
		remember_unbound(address, &owner, net, is_provisional);
		return 0;
	}
	if (observed(key.port, key.netns))
		service = service_of_owner(net, key.netns, key.port, WG_ROLE_SERVER, &owner,
					   (struct task_struct *)bpf_get_current_task());
	if (home_put(address, service))
		listener_add(&key, service, is_provisional, bpf_get_current_uid_gid());
	return 0;
}

/* Its port may be given back already; what it was bound to is not (net/ipv4/tcp.c, tcp_set_state). */
__noinline int on_listen_end(__u64 address)
{
	struct wg_unbound *one = unbound_at(unbound_place(address));
	struct wg_listener_key key = {};

	if (one) {
		unbound_release(one);
		return 0;
	}
	listener_key(&key, address, netns_id(net_of(address)));
	listener_remove(&key, home_service(address));
	return 0;
}

/* Who ended it. sk_err tells resets and timeouts (tcp_reset and tcp_write_err set it before they call
 * tcp_done); without an error a close in LAST_ACK, CLOSING, FIN_WAIT2 or TIME_WAIT is a normal end, and
 * any other is ours: SO_LINGER 0, unread data, or a kill.
 */
static __always_inline enum wg_cause cause_of(int old_state, int error)
{
	if (error == ECONNRESET || error == EPIPE || error == ECONNREFUSED)
		return WG_CAUSE_RESET_BY_PEER;
	if (error && error != ECONNABORTED)
		return WG_CAUSE_TIMEOUT;
	if (error)
		return WG_CAUSE_RESET_BY_US;
	switch (old_state) {
	case TCP_LAST_ACK:
	case TCP_CLOSING:
	case TCP_FIN_WAIT2:
	case TCP_TIME_WAIT: return WG_CAUSE_FIN;
	}
	return WG_CAUSE_RESET_BY_US;
}

/* Bytes that write() took and that lie between `from` and write_seq. A FIN that was queued and a SYN that was not answered
 * have a sequence number, and are no bytes. Before the SYN has left, with TCP_FASTOPEN_CONNECT or where connect() fails,
 * only write_seq is this connection's (net/ipv4/tcp_output.c, tcp_connect_init).
 */
static __always_inline __u32 bytes_from(__u32 from, struct tcp_sock *tp, int state)
{
	bool has_flag = 1 << state & (1 << TCP_FIN_WAIT1 | 1 << TCP_LAST_ACK | 1 << TCP_CLOSING |
				      1 << TCP_SYN_SENT);
	__u32 write_seq = tp->write_seq;
	__u32 bytes = seq_bytes(from, write_seq);

	if (state == TCP_SYN_SENT && tp->snd_nxt != write_seq)
		return 0;
	return bytes - (bytes && has_flag);
}

/* Late writes that die unsent stay counted in writes_late; they have no delay. What the queue was held
 * by until now is counted; its head may already be gone, so nothing is classified anew.
 */
static __noinline int late_forget(struct conn_view *view)
{
	struct held_part part = {};
	struct late_state *state;
	bool was_active;
	__u32 service, now, reason;

	if (!view)
		return 0;
	state = late_find(view);
	if (!state)
		return 0;
	now = bpf_ktime_get_ns() >> WG_STAMP_SHIFT;
	if (!late_enter(state, view, &was_active)) {
		count_loss(WG_LOST_LATE_STATE);
		return 0;
	}
	service = state->service;
	reason = hold_reason(state);
	if (reason != WG_REASON_NOT_HELD) {
		held_account(state, now, 0);
		held_settle(state, is_reason(reason) ? reason : WG_REASON_UNKNOWN, &part);
	}
	set_reason(state, WG_REASON_NOT_HELD);
	state->batches = 0;
	set_wait(state, 0);
	late_leave(state, view, was_active);
	held_count(service, &part);
	if (late_by_address)
		bpf_map_delete_elem(&late_hash, &view->address);
	return 0;
}

static __always_inline bool was_open(int old_state)
{
	return old_state != TCP_SYN_SENT && old_state != TCP_SYN_RECV;
}

/* untold: the kernel left out the run of ours that would have told of its opening (recursion). */
static __always_inline void on_death(__u64 address, struct tcp_sock *tp, int old_state, int error,
				     __u32 service, bool untold)
{
	struct wg_death death = {.service = service,
				 .undelivered_bytes = bytes_from(tp->snd_una, tp, old_state)};
	struct wg_counters *count = counters_of(service);
	__u64 resent_bytes = resent_end(address, tp->bytes_retrans);
	__u32 notsent = bytes_from(tp->snd_nxt, tp, old_state);
	__u32 cause = cause_of(old_state, error);

	if (!count || cause >= WG_CAUSES)
		return;
	count->died_notsent_bytes += notsent;
	count->retransmitted_bytes += resent_bytes;
	if (!was_open(old_state)) {
		count_undelivered(count, cause, &death, 1);
		return;
	}
	count->opened += untold;
	if (is_subflow(tp, true))
		count_subflow(address, service, tp->write_seq, old_state);
	if (is_undecided(old_state, error) && decide_later(address, &death))
		cause = WG_CAUSE_UNDECIDED;
	count_death(count, cause, &death, 1);
}

/* What was raised for it is lowered. */
static __always_inline void lower(struct conn_view *view)
{
	if (late_by_address || late_filter[view->filter_slot % WG_FILTER_SLOTS])
		late_forget(view);
}

/* A child that waits for accept() opens there, where it is known whose it is. */
static __always_inline bool will_be_accepted(struct tcp_sock *tp, bool is_child)
{
	return time_accepts && is_child && !tp->SOCK(sk_socket) && !is_subflow(tp, true);
}

static __always_inline void on_open(__u64 address, struct sock *sk, bool is_child)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct wg_counters *count;
	__u32 service;

	if (!tp)
		return;
	if (will_be_accepted(tp, is_child)) {
		accept_begin(address);
		return;
	}
	service = home_open(address, tp->write_seq);
	if (service == WG_UNKNOWN && adopt_server(address) != WG_UNKNOWN)
		service = home_open(address, tp->write_seq);
	if (service == WG_UNKNOWN)
		return; /* an unseen client: its process will tell (adopted) */
	count = counters_of(service & SERVICE);
	if (count)
		count->opened++;
}

/* The other changes of state (half-closes, TIME_WAIT) are nobody's birth or death. */
static __always_inline bool matters(int new_state)
{
	return new_state == TCP_CLOSE || new_state == TCP_ESTABLISHED ||
	       new_state == TCP_SYN_SENT || new_state == TCP_SYN_RECV || new_state == TCP_LISTEN;
}

/* Nobody saw it being born, and it ends: with SHUT, if it is to be counted as opened, too. */
__noinline __u32 unseen(__u64 address)
{
	__u32 its = adopt_server(address);

	if (its == WG_UNKNOWN)
		return adopt(address) | (watching ? SHUT : 0);
	home_shut(address);
	return its;
}

/* It may still be written to, and refuse: whose it is stays known until it is destroyed. */
static __always_inline void on_close(struct conn_view *view, struct sock *sk, int old_state)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	__u32 its = home_shut(view->address);

	if (!tp)
		return;
	if (its == WG_UNKNOWN)
		its = unseen(view->address);
	on_death(view->address, tp, old_state, sk->sk_err, its & SERVICE, its & SHUT);
	lower(view);
	if (time_accepts)
		accept_forget(view->address);
}

static __always_inline void on_state(struct sock *sk, int old_state, int new_state)
{
	struct conn_view view;

	if (sk->sk_protocol != IPPROTO_TCP)
		return;
	view_socket(&view, sk);
	if (new_state == TCP_LISTEN)
		on_listen(view.address);
	else if (old_state == TCP_LISTEN && new_state == TCP_CLOSE)
		on_listen_end(view.address);
	else if (new_state == TCP_SYN_SENT)
		on_dial(view.address, sk);
	else if (old_state == TCP_LISTEN && new_state == TCP_SYN_RECV)
		on_child(view.address, sk);
	else if (new_state == TCP_ESTABLISHED)
		on_open(view.address, sk, old_state == TCP_SYN_RECV);
	else if (new_state == TCP_CLOSE)
		on_close(&view, sk, old_state);
}

/* Its memory may be another socket's in a moment (tcp_v4_destroy_sock). Of one end in millions no change of state tells, or
 * the kernel left that run of ours out: such a one closes now.
 */
static __always_inline void on_destroy(struct sock *sk)
{
	struct tcp_sock *tp;
	struct conn_view view;
	__u32 untold;

	view_socket(&view, sk);
	lower(&view);
	untold = home_leave(view.address);
	tp = untold == WG_UNKNOWN ? NULL : bpf_skc_to_tcp_sock(sk);
	if (!tp)
		resent_forget(view.address);
	else
		on_death(view.address, tp, TCP_LAST_ACK, sk->sk_err, untold, false);
}

#endif
