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

static __always_inline __u32 *displaced_from(__u64 address)
{
	return &clients_displaced[client_home(address) % WG_HOMES];
}

/* The slot that holds `address`, or NULL: for an accepted connection, mostly at the first look. */
static __always_inline struct client_slot *client_find(__u64 address)
{
	struct client_slot *slot = client_probe(address, 0);

	if (slot || !*displaced_from(address))
		return slot;
	return client_find_further(address);
}

__noinline bool client_remember(__u64 address, __u32 service)
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
			if (fresh && i)
				__sync_fetch_and_add(displaced_from(address), 1);
			return true;
		}
	}
	count_loss(WG_LOST_CLIENTS);
	return false;
}

static __always_inline void client_forget(__u64 address, struct client_slot *slot)
{
	if (slot != client_probe(address, 0))
		__sync_fetch_and_add(displaced_from(address), -1);
	slot->sk = 0;
	__sync_fetch_and_add(&clients_remembered, -1);
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

/* Where nobody knows whose it is. */
__noinline __u32 client_of_nobody(__u64 netns, __u16 remote_port)
{
	return client_service(netns_inode_at(netns), remote_port, NULL, 0);
}

/* A process' name, not its thread's. */
union process_name {
	char text[WG_COMM_BYTES];
	__u64 word[WG_COMM_BYTES / 8];
};

static __always_inline void read_process_name(union process_name *name, __u64 pid_tgid)
{
	if ((__u32)pid_tgid == pid_tgid >> 32) {
		bpf_get_current_comm(name->text, sizeof(name->text));
	} else {
		struct task_struct *task = (struct task_struct *)bpf_get_current_task();

		BPF_CORE_READ_INTO(&name->text, task, group_leader, comm);
	}
}

static __always_inline __u64 client_tag_hash(__u64 netns, __u32 role_port, const union process_name *name)
{
	return (name->word[0] ^ name->word[1] ^ netns ^ role_port) * 0x9e3779b97f4a7c15ULL;
}

/* Reads a tag's service if the tag is this client's. Two CPUs may have written it at the same time: the
 * seal says whether service and identity belong together.
 */
static __always_inline bool client_tag_matches(volatile struct wg_client_tag *tag, __u64 netns,
					       __u32 role_port, const union process_name *name,
					       __u32 hash, __u32 *service)
{
	*service = tag->service;
	return tag->netns == netns && tag->role_port == role_port && tag->comm[0] == name->word[0] &&
	       tag->comm[1] == name->word[1] && tag->seal == hash + *service;
}

/* The service of connections of the process `name`, with a tag in place of the hash. What a full table
 * refuses is asked for each time, so that each loss is counted.
 */
static __always_inline __u32 process_service(__u64 netns, __u16 remote_port, const union process_name *name,
					     __u32 tgid)
{
	__u32 role_port = remote_port | WG_TAG_IN_USE;
	__u64 hash = client_tag_hash(netns, role_port, name);
	struct wg_client_tag *tag = &client_tags[hash >> 40 & (WG_CLIENT_TAG_SLOTS - 1)];
	__u32 id;

	if (client_tag_matches(tag, netns, role_port, name, hash, &id))
		return id;
	id = client_service(netns_inode_at(netns), remote_port, name->text, tgid);
	if (id == WG_SERVICE_OTHER)
		return id;
	tag->netns = netns;
	tag->role_port = role_port;
	tag->service = id;
	tag->comm[0] = name->word[0];
	tag->comm[1] = name->word[1];
	tag->seal = (__u32)hash + id;
	return id;
}

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
