/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which service an outgoing connection belongs to: that of its process' name and remote port. */
#ifndef WIREGAP_CLIENT_SERVICE_BPF_H
#define WIREGAP_CLIENT_SERVICE_BPF_H

#include "bpf/service.bpf.h"

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

#endif
