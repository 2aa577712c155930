/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The service of any connection: its listener's, or its process'. */
#ifndef WIREGAP_CLIENTS_BPF_H
#define WIREGAP_CLIENTS_BPF_H

#include "bpf/service.bpf.h"
#include "bpf/client_table.bpf.h"
#include "bpf/client_service.bpf.h"

/* In the context of the process that connects or writes. */
__noinline __u32 client_adopt(__u64 address, __u64 netns, __u16 remote_port)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	union process_name name = {};
	__u32 id;

	read_process_name(&name, pid_tgid);
	id = process_service(netns, remote_port, &name, pid_tgid >> 32);
	client_remember(address, id);
	return id;
}

/* The service of the listener that accepted a connection; WG_NO_SERVICE for an outgoing one. */
static __always_inline __u32 server_of(const struct conn_view *view)
{
	if (!listening_port[port_index(view->local_port)])
		return WG_NO_SERVICE;
	return listener_of(view->netns, view->local_port);
}

static __always_inline bool is_server(const struct conn_view *view)
{
	return server_of(view) != WG_NO_SERVICE;
}

/* The service of an outgoing connection, slot: what is remembered of it. in_process: the current task is
 * the connection's; elsewhere (softirq) an unknown client goes to the service without a process name.
 */
static __always_inline __u32 client_of(const struct conn_view *view, const struct client_slot *slot,
				       bool in_process)
{
	if (slot)
		return slot->service;
	if (in_process)
		return client_adopt(view->address, view->netns, view->remote_port);
	return client_of_nobody(view->netns, view->remote_port);
}

/* The service of a connection; in_process as above. */
static __always_inline __u32 service_of(const struct conn_view *view, bool in_process)
{
	__u32 id = server_of(view);

	return id != WG_NO_SERVICE ? id : client_of(view, client_find(view->address), in_process);
}

static __noinline __u32 service_look_up(struct conn_view *view)
{
	return view ? service_of(view, true) : WG_NOT_OBSERVED;
}

/* The same for a write: what is mostly found at the first look is inline and reads no more than that
 * needs.
 */
static __always_inline __u32 service_of_writer(struct sock *sk, struct tcp_sock *tp)
{
	__u16 port = sk->__sk_common.skc_num;
	struct conn_view view;

	if (listening_port[port_index(port)]) {
		__u64 netns = address_of(sk->__sk_common.skc_net.net);
		__u32 id;

		if (tag_matches(&service_tags[tag_slot(netns, port)], netns, port | WG_TAG_IN_USE, &id) &&
		    id != WG_NO_SERVICE)
			return id;
	} else {
		struct client_slot *slot = client_probe(address_of(sk), 0);

		if (slot)
			return slot->service;
	}
	view_tcp(&view, sk, tp);
	return service_look_up(&view);
}

static __always_inline struct wg_counters *counters_of(__u32 service)
{
	return bpf_map_lookup_elem(&counters, &service);
}

#endif
