/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who listens where: the service that a connection is born into. */
#ifndef WIREGAP_LISTENER_BPF_H
#define WIREGAP_LISTENER_BPF_H

#include "bpf/homes.bpf.h"
#include "bpf/service.bpf.h"
#include "bpf/view.bpf.h"

static __always_inline void listener_key_of(struct wg_listener_key *key, struct sock *sk,
					    bool typed, __u64 netns)
{
	key->netns = netns;
	key->family = FIELD(typed, sk, __sk_common.skc_family);
	key->port = FIELD(typed, sk, __sk_common.skc_num);
	if (!key->port) /* given back, or not chosen yet */
		key->port = bpf_ntohs(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
	if (key->family == AF_INET6)
		bpf_probe_read_kernel(key->address, 16, &sk->__sk_common.skc_v6_rcv_saddr);
	else
		*(__u32 *)key->address = FIELD(typed, sk, __sk_common.skc_rcv_saddr);
}

static __always_inline void listener_key(struct wg_listener_key *key, __u64 address, __u64 netns)
{
	listener_key_of(key, (struct sock *)address, false, netns);
}

/* A service manager listens for others; whoever accepts takes over. */
#define SERVICE_MANAGER 1

/* From now on its connections are born into `service`, which has it as it has its sockets: its number is not given to
 * another as long as somebody listens.
 */
static __always_inline void listener_give(struct wg_listener *listener, __u32 service,
					  bool is_provisional)
{
	if (listener->service != service) {
		count_socket(listener->service, -1);
		count_socket(service, 1);
		listener->service = service;
	}
	listener->is_provisional = is_provisional;
	listener->is_left = 0;
}

/* One user has half of the table at most. */
static __always_inline void listener_insert(const struct wg_listener_key *key,
					    const struct wg_listener *fresh)
{
	__u32 *of_user = &uid_listeners[fresh->uid % WG_UIDS];

	if ((fresh->uid && *of_user >= WG_LISTENERS / 2) ||
	    bpf_map_update_elem(&listeners, key, fresh, BPF_NOEXIST)) {
		count_loss(WG_LOST_LISTENERS);
		return;
	}
	__sync_fetch_and_add(of_user, 1);
	count_socket(fresh->service, 1);
}

/* Another socket listens there. The first one's owner stays, unless it was provisional, or has left. */
static __noinline int listener_add(const struct wg_listener_key *key, __u32 service,
				   __u32 is_provisional, __u32 uid)
{
	struct wg_listener fresh = {
		.service = service, .sockets = 1, .is_provisional = is_provisional, .uid = uid};
	struct wg_listener *known;

	if (!key)
		return 0;
	known = bpf_map_lookup_elem(&listeners, key);
	if (!known) {
		listener_insert(key, &fresh);
		return 0;
	}
	__sync_fetch_and_add(&known->sockets, 1);
	if (known->is_left || (known->is_provisional && !is_provisional))
		listener_give(known, service, is_provisional);
	return 0;
}

/* One socket less. service: whose it was. */
static __noinline int listener_remove(const struct wg_listener_key *key, __u32 service)
{
	struct wg_listener *known;
	__u32 its, uid;

	if (!key)
		return 0;
	known = bpf_map_lookup_elem(&listeners, key);
	if (!known)
		return 0;
	its = known->service;
	uid = known->uid;
	__sync_fetch_and_add(&known->sockets, -1);
	if (known->sockets) {
		known->is_left |= its == service;
	} else if (!bpf_map_delete_elem(&listeners, key)) {
		__sync_fetch_and_add(&uid_listeners[uid % WG_UIDS], -1);
		count_socket(its, -1);
	}
	return 0;
}

/* Not static: the verifier walks their sixteen steps once, and what follows once (verifier.bpf.h). They return an index, or
 * WG_UNBOUND.
 *
 * A free place: who adds one and then reads exactly one has it alone.
 */
__noinline __u32 unbound_claim(void)
{
	for (__u32 i = 0; i < WG_UNBOUND; i++) {
		volatile struct wg_unbound *one = &unbound[i];

		if (one->claims)
			continue;
		__sync_fetch_and_add(&one->claims, 1);
		if (one->claims == 1)
			return i;
		__sync_fetch_and_add(&one->claims, -1);
	}
	return WG_UNBOUND;
}

/* This listener's place. */
__noinline __u32 unbound_place(__u64 address)
{
	for (__u32 i = 0; i < WG_UNBOUND; i++)
		if (unbound[i].sk == address)
			return i;
	return WG_UNBOUND;
}

/* A listener that had no port when it began to listen has one now: is it the one of this child, or walk? IPv6's may have
 * children of both.
 */
__noinline int is_bound_to(__u64 address, __u64 netns, __u32 port, __u32 family)
{
	struct wg_listener_key its = {};

	if (!address)
		return false;
	listener_key(&its, address, netns_id(net_of(address)));
	return its.netns == netns && its.port == port &&
	       (its.family == family || its.family == AF_INET6);
}

__noinline __u32 unbound_bound_to(__u64 netns, __u32 port, __u32 family)
{
	for (__u32 i = 0; i < WG_UNBOUND; i++)
		if (is_bound_to(*(volatile __u64 *)&unbound[i].sk, netns, port, family))
			return i;
	return WG_UNBOUND;
}

static __always_inline struct wg_unbound *unbound_at(__u32 index)
{
	__u64 place = index;

	if (index >= WG_UNBOUND)
		return NULL;
	asm volatile("%0 &= %1" : "+r"(place) : "i"(WG_UNBOUND - 1)); /* as in port_index() */
	return &unbound[place];
}

static __always_inline void unbound_release(struct wg_unbound *one)
{
	one->sk = 0;
	__sync_fetch_and_add(&one->claims, -1);
}

#endif
