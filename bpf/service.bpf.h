/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Services: an owner on a port. Each has a number, by which everything is counted. */
#ifndef WIREGAP_SERVICE_BPF_H
#define WIREGAP_SERVICE_BPF_H

#include "bpf/owner.bpf.h"

static __always_inline bool observed(__u16 port, __u64 netns)
{
	if (own_netns_only && netns != own_netns)
		return false;
	return !filter_ports || observed_port[port_index(port)];
}

/* One user cannot take all numbers. The sum is made anew at each tick, so that one lost here comes back. */
static __always_inline bool may_have_more(__u32 uid)
{
	return !uid || uid_services[uid % WG_UIDS] < uid_limit;
}

/* Servers have a share of the numbers to themselves, so that no number of clients pushes one out. */
static __always_inline bool take_id(bool is_server, __u32 *id, bool *reserved)
{
	*reserved = false;
	if (!bpf_map_pop_elem(&free_services, id))
		return true;
	*reserved = is_server && !bpf_map_pop_elem(&free_servers, id);
	return *reserved;
}

/* Whether the next server of this user would find a number. */
static __always_inline bool has_room(__u32 uid)
{
	__u32 id;

	return may_have_more(uid) &&
	       (!bpf_map_peek_elem(&free_services, &id) || !bpf_map_peek_elem(&free_servers, &id));
}

static __always_inline void give_id_back(__u32 id, bool reserved)
{
	if (reserved)
		bpf_map_push_elem(&free_servers, &id, BPF_ANY);
	else
		bpf_map_push_elem(&free_services, &id, BPF_ANY);
}

/* Of a task, or what was kept of one (`kept`), or of nobody. */
static __always_inline void describe_service(__u32 id, struct task_struct *task,
					     const struct wg_description *kept)
{
	struct wg_description *description = bpf_map_lookup_elem(&descriptions, &id);

	if (!description)
		return;
	if (task)
		describe(description, task);
	else if (kept)
		__builtin_memcpy(description, kept, sizeof(*description));
	else
		__builtin_memset(description, 0, sizeof(*description));
}

/* Finds or makes the service of `key`. Where no number is left it is counted under "other", each socket of it as a loss;
 * the next one tries again.
 */
static __noinline __u32 service_get(const struct wg_service_key *key, __u32 netns_inode,
				    struct task_struct *task, const struct wg_description *kept,
				    __u32 uid)
{
	struct wg_service fresh = {.netns_inode = netns_inode, .uid = uid};
	struct wg_service *known;
	bool reserved;

	if (!key)
		return WG_SERVICE_OTHER;
	known = bpf_map_lookup_elem(&services, key);
	if (known)
		return known->id;
	if (!may_have_more(uid) || !take_id(key->role == WG_ROLE_SERVER, &fresh.id, &reserved)) {
		count_loss(WG_LOST_SERVICES);
		return WG_SERVICE_OTHER;
	}
	fresh.since_ns = bpf_ktime_get_ns();
	describe_service(fresh.id, task, kept);
	if (!bpf_map_update_elem(&services, key, &fresh, BPF_NOEXIST)) {
		__sync_fetch_and_add(&uid_services[uid % WG_UIDS], 1);
		return fresh.id;
	}
	give_id_back(fresh.id, reserved); /* another CPU was first */
	known = bpf_map_lookup_elem(&services, key);
	return known ? known->id : WG_SERVICE_OTHER;
}

/* Of whom nothing is known but that it serves or dials `port`. */
static __always_inline __u32 service_of_nobody(struct net *net, __u64 netns, __u16 port, __u8 role)
{
	struct wg_service_key key = {.netns = netns, .port = port, .role = role};

	return service_get(&key, BPF_CORE_READ(net, ns.inum), NULL, NULL, 0);
}

static __always_inline __u64 owner_hash(__u64 netns, __u32 role_port, const struct owner *owner)
{
	return (owner->name.word[0] ^ owner->name.word[1] ^ netns ^ owner->cgroup << 20 ^
		(__u64)role_port << 40) *
	       0x9e3779b97f4a7c15ULL;
}

/* Reads a tag's service if the tag is this owner's. Two CPUs may have written it at the same time: the seal says whether
 * service and identity belong together.
 */
static __always_inline bool tag_matches(volatile struct wg_owner_tag *tag, __u64 netns, __u32 role_port,
					const struct owner *owner, __u32 hash, __u32 *service)
{
	*service = tag->service;
	return tag->netns == netns && tag->role_port == role_port && tag->cgroup == owner->cgroup &&
	       tag->comm[0] == owner->name.word[0] && tag->comm[1] == owner->name.word[1] &&
	       tag->seal == hash + *service;
}

/* A group that people see as one whole, a unit or a container, is one client whatever runs in it. */
static __always_inline void set_owner(struct wg_service_key *key, const struct owner *owner)
{
	key->cgroup = owner->cgroup;
	if (key->role == WG_ROLE_CLIENT && owner->cgroup &&
	    bpf_map_lookup_elem(&whole_groups, &owner->cgroup))
		return;
	__builtin_memcpy(key->comm, owner->name.text, WG_COMM_BYTES);
}

/* What a full table refuses is asked for each time, so that each loss is counted. */
static __always_inline __u32 service_of_owner(struct net *net, __u64 netns, __u16 port, __u8 role,
					      const struct owner *owner, struct task_struct *task)
{
	struct wg_service_key key = {.netns = netns, .port = port, .role = role};
	__u32 role_port = (__u32)(role + 1) << 16 | port;
	__u64 hash = owner_hash(netns, role_port, owner);
	struct wg_owner_tag *tag = &owner_tags[hash >> 40 & (WG_OWNER_TAG_SLOTS - 1)];
	__u32 id;

	if (tag_matches(tag, netns, role_port, owner, hash, &id))
		return id;
	set_owner(&key, owner);
	id = service_get(&key, BPF_CORE_READ(net, ns.inum), task, NULL, uid_of(task));
	if (id == WG_SERVICE_OTHER)
		return id;
	tag->netns = netns;
	tag->cgroup = owner->cgroup;
	tag->role_port = role_port;
	tag->service = id;
	tag->comm[0] = owner->name.word[0];
	tag->comm[1] = owner->name.word[1];
	tag->seal = (__u32)hash + id;
	return id;
}

#endif
