/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Outgoing connections: which process made them, remembered by socket address in an open-addressed
 * table (16 bytes a connection) from connect() to CLOSE.
 */
#ifndef WIREGAP_CLIENTS_BPF_H
#define WIREGAP_CLIENTS_BPF_H

#include "bpf/service.bpf.h"

#define CLIENT_PROBES 8

/* Where the helper is missing (5.10) the fentry back end is serialised by the socket's own lock; what
 * can race there is said in ARCHITECTURE.md.
 */
#define LOCK(pointer)                                                                               \
	do {                                                                                        \
		if (has_spin_lock)                                                                  \
			bpf_spin_lock(&(pointer)->lock);                                            \
	} while (0)
#define UNLOCK(pointer)                                                                             \
	do {                                                                                        \
		if (has_spin_lock)                                                                  \
			bpf_spin_unlock(&(pointer)->lock);                                          \
	} while (0)

static __always_inline __u32 client_home(__u64 address)
{
	return (__u32)((address >> 6) * 0x9e3779b97f4a7c15ULL >> 40);
}

static __always_inline struct client_slot *client_probe(__u64 address, __u32 probe)
{
	__u32 index = (client_home(address) + probe) & client_mask;
	struct client_slot *slot = bpf_map_lookup_elem(&clients, &index);

	return slot && slot->sk == address ? slot : NULL;
}

static __noinline struct client_slot *client_find_further(__u64 address)
{
	for (int probe = 1; probe < CLIENT_PROBES; probe++) {
		struct client_slot *slot = client_probe(address, probe);

		if (slot)
			return slot;
	}
	return NULL;
}

/* The slot that holds `address`, or NULL. */
static __always_inline struct client_slot *client_find(__u64 address)
{
	struct client_slot *slot = client_probe(address, 0);

	return slot ? slot : client_find_further(address);
}

static __noinline bool client_remember(__u64 address, __u32 service)
{
	__u32 home = client_home(address);

	for (int i = 0; i < CLIENT_PROBES; i++) {
		__u32 index = (home + i) & client_mask;
		struct client_slot *slot = bpf_map_lookup_elem(&clients, &index);
		bool mine, fresh;

		if (!slot || (slot->sk && slot->sk != address))
			continue;
		LOCK(slot);
		fresh = !slot->sk;
		mine = fresh || slot->sk == address;
		if (mine) {
			slot->service = service;
			slot->sk = address;
		}
		UNLOCK(slot);
		if (mine) {
			if (fresh)
				__sync_fetch_and_add(&clients_remembered, 1);
			return true;
		}
	}
	count_loss(WG_LOST_CLIENTS);
	return false;
}

static __always_inline void client_forget(__u64 address)
{
	struct client_slot *slot = client_find(address);

	if (slot) {
		slot->sk = 0;
		__sync_fetch_and_add(&clients_remembered, -1);
	}
}

/* The service of an outgoing connection of `comm`; an empty comm is "nobody knows which process". */
static __always_inline __u32 client_service(__u32 netns_inode, __u16 remote_port, const char *comm,
					    __u32 tgid)
{
	struct wg_service_key key = {
		.netns_inode = netns_inode, .port = remote_port, .role = WG_ROLE_CLIENT};

	if (comm)
		__builtin_memcpy(key.comm, comm, WG_COMM_BYTES);
	return service_get(&key, tgid);
}

/* In the context of the process that connects or writes. */
static __noinline __u32 client_adopt(__u64 address, __u32 netns_inode, __u16 remote_port)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	char comm[WG_COMM_BYTES] = {};
	__u32 id;

	/* The process' name, not the thread's. */
	if ((__u32)pid_tgid == pid_tgid >> 32) {
		bpf_get_current_comm(comm, sizeof(comm));
	} else {
		struct task_struct *task = (struct task_struct *)bpf_get_current_task();

		BPF_CORE_READ_INTO(&comm, task, group_leader, comm);
	}
	id = client_service(netns_inode, remote_port, comm, pid_tgid >> 32);
	client_remember(address, id);
	return id;
}

/* Accepted by a listener of its network namespace, that is, not an outgoing connection. */
static __always_inline bool is_server(const struct conn_view *view)
{
	return listening_port[port_index(view->local_port)] &&
	       listener_of(view->netns, view->local_port) != WG_NO_SERVICE;
}

/* The service of a connection. in_process: the current task is the connection's; elsewhere (softirq)
 * an unknown client goes to the service without a process name.
 */
static __always_inline __u32 service_of(const struct conn_view *view, bool in_process)
{
	struct client_slot *slot;

	if (listening_port[port_index(view->local_port)]) {
		__u32 id = listener_of(view->netns, view->local_port);

		if (id != WG_NO_SERVICE)
			return id;
	}
	slot = client_find(view->address);
	if (slot)
		return slot->service;
	if (in_process)
		return client_adopt(view->address, netns_inode_at(view->netns), view->remote_port);
	return client_service(netns_inode_at(view->netns), view->remote_port, NULL, 0);
}

static __noinline __u32 service_look_up(struct conn_view *view)
{
	return view ? service_of(view, true) : WG_NOT_OBSERVED;
}

/* The same for a write: what is mostly found at the first look is inline and reads no more than that
 * needs.
 */
static __always_inline __u32 service_of_writer(struct sock *sk)
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
	view_socket(&view, sk);
	return service_look_up(&view);
}

static __always_inline struct wg_counters *counters_of(__u32 service)
{
	return bpf_map_lookup_elem(&counters, &service);
}

#endif
