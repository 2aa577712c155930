/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which service a socket belongs to.
 *
 * A connection whose local port is listened on in its network namespace is that listener's (server);
 * any other is its process' (client). All that a write reads for this lies in the first cache line
 * of the socket and in two small tables: no hash, no cgroup, no per-socket state.
 */
#ifndef WIREGAP_SERVICE_BPF_H
#define WIREGAP_SERVICE_BPF_H

#include "bpf/view.bpf.h"

#define WG_NO_SERVICE 0xfffffffeU /* a tag's "looked up, there is none" */

static __always_inline bool observed(__u16 port, __u32 netns_inode)
{
	if (only_netns_inode && netns_inode != only_netns_inode)
		return false;
	return !filter_ports || observed_port[port_index(port)];
}

/* Finds or makes the service of `key`. tgid: of the owner, 0 = not known. A full table is no error:
 * the service is counted under "other", and the loss once.
 */
static __noinline __u32 service_get(const struct wg_service_key *key, __u32 tgid)
{
	struct wg_service fresh = {.id = WG_SERVICE_OTHER, .tgid = tgid};
	struct wg_service *known;
	__u32 id = 0;

	if (!key)
		return WG_SERVICE_OTHER;
	known = bpf_map_lookup_elem(&services, key);
	if (known)
		return known->id;
	if (!observed(key->port, key->netns_inode))
		return WG_NOT_OBSERVED;
	if (bpf_map_pop_elem(&free_services, &id))
		count_loss(WG_LOST_SERVICES);
	fresh.id = id;
	fresh.since_ns = bpf_ktime_get_ns();
	__builtin_memcpy(fresh.comm, key->comm, WG_COMM_BYTES);
	if (!bpf_map_update_elem(&services, key, &fresh, BPF_NOEXIST))
		return id;
	/* Another CPU was first, or the table is full: this id goes back. */
	if (id)
		bpf_map_push_elem(&free_services, &id, BPF_ANY);
	known = bpf_map_lookup_elem(&services, key);
	return known ? known->id : WG_SERVICE_OTHER;
}

static __always_inline __u32 tag_slot(__u64 netns, __u16 port)
{
	return ((__u32)(netns >> 6) * 31 + port * 0x9e37) % WG_TAG_SLOTS;
}

/* The listener's service, or WG_NO_SERVICE if nobody listens on `port` in this namespace. */
__noinline __u32 listener_lookup(__u32 netns_inode, __u16 port)
{
	struct wg_service_key key = {.netns_inode = netns_inode, .port = port, .role = WG_ROLE_SERVER};
	struct wg_service *known = bpf_map_lookup_elem(&services, &key);

	if (known)
		return known->id;
	return observed(port, netns_inode) ? WG_NO_SERVICE : WG_NOT_OBSERVED;
}

#define WG_TAG_IN_USE (1U << 31)

/* Reads a tag's service if the tag is this port's. The identity is read before and after, as another
 * CPU may be replacing the tag.
 */
static __always_inline bool tag_matches(volatile struct wg_service_tag *tag, __u64 netns,
					__u32 role_port, __u32 *service)
{
	if (tag->netns != netns || tag->role_port != role_port)
		return false;
	*service = tag->service;
	return tag->netns == netns && tag->role_port == role_port;
}

static __always_inline void tag_forget(__u64 netns, __u16 port)
{
	__u32 slot = tag_slot(netns, port);

	service_tags[slot].role_port = 0;
	service_tags[slot ^ 1].role_port = 0;
}

static __always_inline __u32 listener_of(__u64 netns, __u16 port)
{
	__u32 slot = tag_slot(netns, port);
	__u32 wanted = port | WG_TAG_IN_USE;
	struct wg_service_tag *tag = &service_tags[slot];
	__u32 id;

	if (tag_matches(tag, netns, wanted, &id))
		return id;
	if (tag_matches(&service_tags[slot ^ 1], netns, wanted, &id))
		return id;

	id = listener_lookup(netns_inode_at(netns), port);
	if (tag->role_port)
		tag = &service_tags[slot ^ 1]; /* two that share a place */
	/* Not atomic as a whole, so the tag is taken away first and its identity written last. */
	tag->role_port = 0;
	barrier();
	tag->service = id;
	tag->netns = netns;
	barrier();
	tag->role_port = wanted;
	return id;
}

#endif
