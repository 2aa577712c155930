/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Birth and death of sockets, seen at inet_sock_set_state. Everything about a death is read at the
 * change to CLOSE: later (tcp_destroy_sock) tcp_disconnect may have zeroed it.
 */
#ifndef WIREGAP_LIFE_BPF_H
#define WIREGAP_LIFE_BPF_H

#include "bpf/accept.bpf.h"
#include "bpf/held.bpf.h"

/* skc_num is already 0 when a socket dies (inet_put_port); inet_sport is not. */
static __always_inline __u16 source_port(struct tcp_sock *tp)
{
	return bpf_ntohs(tp->inet_conn.icsk_inet.inet_sport);
}

/* A listener opens in the context of its process. An unbound listen() has no port yet here
 * (inet_csk_listen_start calls get_port later): the next walk finds that one.
 */
static __noinline void on_listen(struct conn_view *view)
{
	struct wg_service_key key = {.role = WG_ROLE_SERVER};
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct wg_service *service;

	if (!view || !view->local_port)
		return;
	key.netns_inode = netns_inode_at(view->netns);
	key.port = view->local_port;
	__sync_fetch_and_add(&listen_events, 1);
	service_get(&key, 0);
	service = bpf_map_lookup_elem(&services, &key);
	if (service) {
		service->tgid = bpf_get_current_pid_tgid() >> 32;
		BPF_CORE_READ_INTO(&service->comm, task, group_leader, comm);
	}
	listening_port[port_index(view->local_port)] = 1;
	tag_forget(view->netns, view->local_port);
}

/* Who ended it. sk_err tells resets and timeouts (tcp_reset and tcp_write_err set it before they call
 * tcp_done); without an error a close in LAST_ACK, CLOSING, FIN_WAIT2 or TIME_WAIT is a normal end, and
 * any other is ours: SO_LINGER 0, unread data, or a kill.
 */
static __always_inline enum wg_cause cause_of(int old_state, int error)
{
	if (error == ECONNRESET || error == EPIPE)
		return WG_CAUSE_RESET_BY_PEER;
	if (error && error != ECONNABORTED)
		return WG_CAUSE_TIMEOUT;
	if (error)
		return WG_CAUSE_RESET_BY_US;
	switch (old_state) {
	case TCP_LAST_ACK:
	case TCP_CLOSING:
	case TCP_FIN_WAIT2:
	case TCP_TIME_WAIT:
		return WG_CAUSE_FIN;
	}
	return WG_CAUSE_RESET_BY_US;
}

/* Bytes that write() took and the peer never acknowledged. A FIN that was queued has a sequence
 * number of its own, which is no byte.
 */
static __always_inline __u32 without_fin(__u32 bytes, int old_state)
{
	bool fin_queued = old_state == TCP_FIN_WAIT1 || old_state == TCP_LAST_ACK ||
			  old_state == TCP_CLOSING;

	return bytes && fin_queued ? bytes - 1 : bytes;
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
	if (!late_lock(state, view->filter_slot)) {
		count_loss(WG_LOST_LATE_STATE);
		return 0;
	}
	was_active = late_active(state);
	service = state->service;
	reason = hold_reason(state);
	if (reason != WG_REASON_NOT_HELD) {
		held_account(state, now, 0);
		held_settle(state, is_reason(reason) ? reason : WG_REASON_UNKNOWN, &part);
	}
	set_reason(state, WG_REASON_NOT_HELD);
	state->batches = 0;
	set_wait(state, 0);
	late_refilter(state, was_active, view->filter_slot);
	late_unlock(state, view->filter_slot);
	held_count(service, &part);
	if (late_by_address)
		bpf_map_delete_elem(&late_hash, &view->address);
	return 0;
}

static __always_inline void on_death(struct conn_view *view, struct tcp_sock *tp, int old_state,
				     int error, __u32 service)
{
	struct wg_counters *count = counters_of(service);
	__u32 cause = cause_of(old_state, error);
	__u32 write_seq = tp->write_seq;
	__u32 undelivered = without_fin(seq_bytes(tp->snd_una, write_seq), old_state);
	__u32 notsent = without_fin(seq_bytes(tp->snd_nxt, write_seq), old_state);

	if (count && cause < WG_CAUSES) {
		count->closed[cause]++;
		count->undelivered_bytes[cause] += undelivered;
		count->undelivered_connections[cause] += undelivered != 0;
		count->died_notsent_bytes += notsent;
	}
	if (late_by_address || late_filter[view->filter_slot % WG_FILTER_SLOTS])
		late_forget(view);
}

static __always_inline void on_open(struct conn_view *view, bool accepted)
{
	struct wg_counters *count = counters_of(service_of(view, false));

	if (!count)
		return;
	count->opened++;
	if (time_accepts && accepted)
		accept_begin(view->address);
}

/* The other changes of state (half-closes, TIME_WAIT) are nobody's birth or death. */
static __always_inline bool matters(int new_state)
{
	return new_state == TCP_CLOSE || new_state == TCP_ESTABLISHED || new_state == TCP_SYN_SENT ||
	       new_state == TCP_LISTEN;
}

static __always_inline void on_close(struct conn_view *view, struct sock *sk, int old_state)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct client_slot *slot;
	__u32 service;

	if (!tp)
		return;
	view->local_port = source_port(tp);
	slot = client_find(view->address);
	if (old_state != TCP_SYN_SENT && old_state != TCP_SYN_RECV) {
		service = server_of(view);
		if (service == WG_NO_SERVICE)
			service = client_of(view, slot, false);
		on_death(view, tp, old_state, sk->sk_err, service);
	}
	if (time_accepts)
		accept_forget(view->address);
	if (slot)
		client_forget(view->address, slot);
}

static __always_inline void on_state(struct sock *sk, int old_state, int new_state)
{
	struct conn_view view;

	if (sk->sk_protocol != IPPROTO_TCP)
		return;
	view_socket(&view, sk);
	if (new_state == TCP_LISTEN) {
		on_listen(&view);
	} else if (new_state == TCP_SYN_SENT) {
		/* connect(): the port is not chosen yet, the process is known now and only now. */
		client_adopt(view.address, view.netns, view.remote_port);
	} else if (new_state == TCP_ESTABLISHED) {
		on_open(&view, old_state == TCP_SYN_RECV);
	} else if (new_state == TCP_CLOSE && old_state != TCP_LISTEN) {
		on_close(&view, sk, old_state);
	}
}

#endif
