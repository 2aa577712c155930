/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Outgoing connections: the service of each, remembered by socket address in an open-addressed table
 * (16 bytes a connection) from connect() to CLOSE.
 */
#ifndef WIREGAP_CLIENT_TABLE_BPF_H
#define WIREGAP_CLIENT_TABLE_BPF_H

#include "bpf/maps.bpf.h"

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

#endif
