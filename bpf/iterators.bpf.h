/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The kernel's own state, read at a tick: every gauge comes from here, so it is right on a socket
 * where nothing happens.
 *
 * Own network namespace: iter/tcp sees every socket, orphans included. Other namespaces: sockets with
 * pending late writes through their state (all namespaces, orphans too), the rest through the walk
 * over all processes' files.
 */
#ifndef WIREGAP_ITERATORS_BPF_H
#define WIREGAP_ITERATORS_BPF_H

#include "bpf/ahead.bpf.h"
#include "bpf/fill.bpf.h"
#include "bpf/late_housekeeping.bpf.h"
#include "bpf/resent.bpf.h"

/* How much larger a is, 0 if it is not. Without a branch, as everything here: the verifier would walk what follows
 * for each way through it. Both below 2^63.
 */
static __always_inline __u64 excess(__u64 a, __u64 b)
{
	__s64 difference = a - b;

	return difference & ~(difference >> 63);
}

static __always_inline void raise(__u64 *most, __u64 value)
{
	*most += excess(value, *most);
}

/* As egress_payload_bytes() of daemon/model/interval.cpp. Nothing by nothing is nothing: a division by 0 gives 0 (Linux,
 * Documentation/bpf/standardization/instruction-set.rst).
 */
static __always_inline __u64 egress_payload(const struct wg_connection *c)
{
	__u64 queued = (__u64)c->notsent_bytes + c->unacked_bytes;
	__u64 scaled = c->egress_bytes * queued / c->send_buffer_used_bytes;

	return scaled - excess(scaled, c->unacked_bytes);
}

static __always_inline void add_gauges(const struct wg_connection *c)
{
	struct wg_gauges *g = bpf_map_lookup_elem(&gauges, &c->service);
	__u8 state = c->state;

	if (!g || state >= WG_TCP_STATES)
		return;
	g->notsent_bytes += c->notsent_bytes;
	g->unacked_bytes += c->unacked_bytes;
	g->send_buffer_used_bytes += c->send_buffer_used_bytes;
	g->send_buffer_limit_bytes += c->send_buffer_limit_bytes;
	g->egress_bytes += c->egress_bytes;
	g->receive_queue_bytes += c->receive_queue_bytes;
	g->own_zero_windows += (c->flags & WG_CONN_OWN_ZERO_WINDOW) != 0;
	g->connections[state]++;
	raise(&g->fill_max_ppm, c->send_buffer_used_bytes * 1000000ULL / c->send_buffer_limit_bytes);
	g->egress_payload_bytes += egress_payload(c);
	raise(&g->oldest_notsent_ns, c->oldest_notsent_ns);
}

/* Connections that hold nothing, and have much unread, take a part of the list only. */
static __always_inline bool is_listed(const struct wg_connection *c)
{
	if (c->notsent_bytes | c->unacked_bytes)
		return true;
	if (!(c->flags & WG_CONN_OWN_ZERO_WINDOW) && c->receive_queue_bytes < WG_MUCH_UNREAD_BYTES)
		return false;
	return listed_unread++ < most_listed_unread;
}

static __always_inline void list_connection(const struct wg_connection *c)
{
	__u32 index = listed_count;
	struct wg_connection *record;

	record = bpf_map_lookup_elem(&listed, &index);
	if (!record) {
		count_loss(WG_LOST_CONNECTIONS);
		return;
	}
	*record = *c;
	listed_count = index + 1;
}

/* Who is seen to have this listener's file; NULL: nobody is known. */
static __always_inline __u32 service_of_listener(const struct wg_listener_key *key, struct net *net,
						 struct task_struct *task)
{
	struct owner owner = {};

	if (task)
		owner_of_task(&owner, task);
	return service_of_port(net, false, key->port, WG_ROLE_SERVER, task ? &owner : NULL, task);
}

/* A walk over files knows more of a listener than was known: of its owner, or of a number that is free now. */
static __always_inline bool may_be_better(__u32 service, const struct wg_listener *known,
					  struct task_struct *task)
{
	if (!task || BPF_CORE_READ(task, tgid) == SERVICE_MANAGER)
		return false;
	if (service == WG_SERVICE_OTHER)
		return has_room(uid_of(task));
	return !known || known->is_provisional;
}

/* A listener that nobody told us of, as it was there before us or was bound by listen() itself; or one of which only a
 * service manager was known. A process that merely inherited the descriptor changes nothing.
 */
__noinline __u32 meet_listener(__u64 address, __u64 task_address)
{
	struct task_struct *task = (struct task_struct *)task_address;
	bool is_provisional = !task || BPF_CORE_READ(task, tgid) == SERVICE_MANAGER;
	__u32 service = home_service(address);
	bool is_met = service != WG_UNKNOWN;
	struct net *net = net_of(address);
	struct wg_listener_key key = {};
	struct wg_listener *known;

	listener_key(&key, address, netns_id(net));
	if (!is_met) {
		service = unbound_listener(key.netns, key.port, key.family);
		if (service != WG_UNKNOWN)
			return service;
	}
	known = bpf_map_lookup_elem(&listeners, &key);
	if (is_met && known && known->is_left) {
		listener_give(known, service, false);
		return service;
	}
	if (is_met && !may_be_better(service, known, task))
		return service;
	if (is_met)
		listener_remove(&key, service);
	service = service_of_listener(&key, net, task);
	if (home_put(address, service) || is_met)
		listener_add(&key, service, is_provisional, uid_of(task));
	return service;
}

static __always_inline void add_listener(__u32 service, struct tcp_sock *tp)
{
	struct wg_gauges *g = bpf_map_lookup_elem(&gauges, &service);
	__u64 length = tp->SOCK(sk_ack_backlog), limit = tp->SOCK(sk_max_ack_backlog);

	if (!g)
		return;
	g->listeners++;
	g->accept_queue_length += length;
	g->accept_queue_limit += limit;
	raise(&g->accept_fill_max_ppm, length * 1000000ULL / (limit + 1)); /* sk_acceptq_is_full() */
	g->accept_drops += tp->SOCK(sk_drops.counter);
}

/* Its service as the model wants it. In our own namespace the sums are made here, of all connections, and those that hold
 * bytes, or have much unread, are listed. Of other namespaces every one is listed: user space puts them together with what
 * the walk over files found.
 */
static __always_inline void account(struct wg_connection *c, struct conn_view *view,
				    struct tcp_sock *tp, __u32 service, bool typed)
{
	fill_connection(c, view, tp, typed);
	resent_read(c);
	c->service = service;
	if (FIELD(typed, tp, SOCK(sk_write_pending)) || is_subflow(tp, typed))
		count_ahead(view->address, c->service, FIELD(typed, tp, write_seq), c->state);
	if (c->notsent_bytes)
		hold_housekeeping(view, tp, c->notsent_bytes, service, typed);
	if (late_pending(view) || c->unacked_bytes)
		late_housekeeping(view, c, FIELD(typed, tp, snd_nxt));
	if (c->netns == own_netns) {
		add_gauges(c);
		if (!is_listed(c))
			return;
	}
	list_connection(c);
}

static __always_inline bool is_elsewhere(__u64 address)
{
	return netns_id(net_of(address)) != own_netns;
}

/* A function of its own: its stack is not there beneath what finds the service, and there are 512 bytes in all. */
static __noinline int account_typed(struct tcp_sock *tp, __u32 service)
{
	struct wg_connection c;
	struct conn_view view;

	if (service == WG_NOT_OBSERVED)
		return 0;
	view_socket(&view, &tp->inet_conn.icsk_inet.sk);
	account(&c, &view, tp, service, true);
	return 0;
}

/* Own network namespace: everything that is no TIME_WAIT and not half open. */
SEC("iter/tcp")
int wg_iter_tcp(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct tcp_sock *tp;

	if (!common)
		return 0;
	tp = bpf_skc_to_tcp_sock(common);
	if (!tp)
		return 0;
	if (tp->inet_conn.icsk_inet.sk.__sk_common.skc_state == TCP_LISTEN)
		add_listener(meet_listener(address_of(tp), 0), tp);
	else if (listeners_only) /* the first walk; whose a connection is, the walk over files knows */
		resent_before_us(address_of(tp), tp, true);
	else
		account_typed(tp, service_of(address_of(tp), false));
	return 0;
}

/* Other network namespaces: sockets that were late once, orphans included. */
SEC("iter/bpf_sk_storage_map")
int wg_iter_late(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	struct sock *sk = ctx->sk;
	struct tcp_sock *tp;

	if (!sk || !ctx->value)
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp || sk->__sk_common.skc_state == TCP_CLOSE)
		return 0;
	if (is_elsewhere(address_of(sk)))
		account_typed(tp, service_of(address_of(sk), false));
	return 0;
}

static __noinline int account_address(__u64 address, __u32 service)
{
	struct sock *sk = (struct sock *)address;
	struct wg_connection c;
	struct conn_view view;

	if (service == WG_NOT_OBSERVED)
		return 0;
	view_address(&view, sk);
	account(&c, &view, (struct tcp_sock *)sk, service, false);
	return 0;
}

/* The same where late writes are kept by address. */
SEC("iter/bpf_map_elem")
int wg_iter_hash(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *key = ctx->key;

	barrier_var(key); /* the verifier must see the pointer that was tested */
	if (!key)
		return 0;
	if (is_elsewhere(*key))
		account_address(*key, service_of(*key, false));
	return 0;
}

#endif
