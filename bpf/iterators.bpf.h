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

#include "bpf/fill.bpf.h"
#include "bpf/visit.bpf.h"

static __always_inline void add_gauges(const struct wg_connection *c)
{
	struct wg_gauges *g = bpf_map_lookup_elem(&gauges, &c->service);
	__u64 fill_ppm = 0;
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
	if (c->send_buffer_limit_bytes)
		fill_ppm = c->send_buffer_used_bytes * 1000000ULL / c->send_buffer_limit_bytes;
	if (fill_ppm > g->fill_max_ppm)
		g->fill_max_ppm = fill_ppm;
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

/* A listener that nobody told us of: it was there before us, or it was bound by listen() itself. */
static __always_inline __u32 meet_listener(const struct conn_view *view, __u32 tgid,
					   const char *comm)
{
	struct wg_service_key key = {.netns_inode = netns_inode_at(view->netns),
				     .port = view->local_port,
				     .role = WG_ROLE_SERVER};
	struct wg_service *service;
	struct wg_gauges *g;

	service_get(&key, tgid);
	service = bpf_map_lookup_elem(&services, &key);
	if (service && tgid && comm) {
		service->tgid = tgid;
		__builtin_memcpy(service->comm, comm, WG_COMM_BYTES);
	}
	if (!listening_port[port_index(view->local_port)]) {
		listening_port[port_index(view->local_port)] = 1;
		tag_forget(view->netns, view->local_port);
	}
	if (!service)
		return WG_SERVICE_OTHER;
	g = bpf_map_lookup_elem(&gauges, &service->id);
	if (g)
		g->listeners++;
	return service->id;
}

static __always_inline void add_listener(__u32 service, struct tcp_sock *tp)
{
	struct wg_gauges *g = bpf_map_lookup_elem(&gauges, &service);

	if (!g)
		return;
	g->accept_queue_length += tp->SOCK(sk_ack_backlog);
	g->accept_queue_limit += tp->SOCK(sk_max_ack_backlog);
	g->accept_drops += tp->SOCK(sk_drops.counter);
}

/* Role and service as the model wants them. In our own namespace the sums are made here, of all
 * connections, and those that hold bytes are listed. Of other namespaces every one is listed: user
 * space puts them together with what the walk over files found.
 */
static __always_inline void account(struct wg_connection *c, struct conn_view *view,
				    struct tcp_sock *tp, bool typed)
{
	__u32 server = server_of(view);

	fill_connection(c, view, tp, typed);
	c->service = forget_path(server != WG_NO_SERVICE ? server :
				 client_of(view, client_find(view->address), false));
	c->role = forget_path(server != WG_NO_SERVICE ? WG_ROLE_SERVER : WG_ROLE_CLIENT);
	if (c->notsent_bytes)
		hold_visit(view, tp, c->notsent_bytes, typed);
	if (late_pending(view) || c->unacked_bytes)
		late_visit(view, c, FIELD(typed, tp, snd_nxt));
	if (c->netns_inode == own_netns_inode) {
		add_gauges(c);
		if (!c->notsent_bytes && !c->unacked_bytes)
			return;
	}
	list_connection(c);
}

/* Own network namespace: everything that is no TIME_WAIT and not half open. */
SEC("iter/tcp")
int wg_iter_tcp(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct wg_connection c;
	struct conn_view view;
	struct tcp_sock *tp;

	if (!common)
		return 0;
	tp = bpf_skc_to_tcp_sock(common);
	if (!tp)
		return 0;
	view_tcp(&view, &tp->inet_conn.icsk_inet.sk, tp);
	if (tp->inet_conn.icsk_inet.sk.__sk_common.skc_state == TCP_LISTEN)
		add_listener(meet_listener(&view, 0, NULL), tp);
	else
		account(&c, &view, tp, true);
	return 0;
}

/* Other network namespaces: sockets that were late once, orphans included. */
SEC("iter/bpf_sk_storage_map")
int wg_iter_late(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	struct sock *sk = ctx->sk;
	struct wg_connection c;
	struct conn_view view;
	struct tcp_sock *tp;

	if (!sk || !ctx->value)
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp || sk->__sk_common.skc_state == TCP_CLOSE)
		return 0;
	view_tcp(&view, sk, tp);
	if (netns_inode_at(view.netns) != own_netns_inode)
		account(&c, &view, tp, true);
	return 0;
}

/* The same where late writes are kept by address. */
SEC("iter/bpf_map_elem")
int wg_iter_hash(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *key = ctx->key;
	struct wg_connection c;
	struct conn_view view;
	struct sock *sk;

	barrier_var(key); /* the verifier must see the pointer that was tested */
	if (!key)
		return 0;
	sk = (struct sock *)*key;
	view_address(&view, sk);
	if (netns_inode_at(view.netns) != own_netns_inode)
		account(&c, &view, (struct tcp_sock *)sk, false);
	return 0;
}

#endif
