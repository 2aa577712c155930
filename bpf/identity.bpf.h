/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The service of a socket is decided once, at its birth: who dials out is a client (SYN_SENT), a listener's child is a
 * server. Only of a socket that is older than we are, or found no place, it has to be inferred from its ports.
 */
#ifndef WIREGAP_IDENTITY_BPF_H
#define WIREGAP_IDENTITY_BPF_H

#include "bpf/homes.bpf.h"
#include "bpf/listener.bpf.h"

/* Who serves `port` of `net`, or dials it from there. owner: NULL where the context is nobody's. */
static __always_inline __u32 service_of_port(struct net *net, bool typed, __u16 port, __u8 role,
					     const struct owner *owner, struct task_struct *task)
{
	__u64 netns = netns_id_of(net, typed);

	if (!observed(port, netns))
		return WG_NOT_OBSERVED;
	if (role == WG_ROLE_CLIENT && is_ephemeral(net, typed, port))
		port = 0; /* out of which the kernel chooses: nobody's, and one number stands for all of them */
	if (!owner)
		return service_of_nobody(net, netns, port, role);
	return service_of_owner(net, netns, port, role, owner, task);
}

static __always_inline __u16 remote_port_of(__u64 address)
{
	return bpf_ntohs(BPF_CORE_READ((struct sock *)address, __sk_common.skc_dport));
}

#define SERVES 0x10000U

/* Nothing tells but the ports, as the listener is gone: whoever has come out of a port that the kernel chose is the client.
 * Returns the service's port, with SERVES if this end is the server's. Not static: the verifier walks it once
 * (verifier.bpf.h).
 */
__noinline __u32 port_by_ports(__u64 address)
{
	__u16 local = bpf_ntohs(BPF_CORE_READ((struct inet_sock *)address, inet_sport));
	__u16 remote = remote_port_of(address);
	struct net *net = net_of(address);

	if (is_ephemeral(net, false, remote) && local && !is_ephemeral(net, false, local))
		return local | SERVES;
	return remote;
}

static __always_inline __u32 service_by_ports(__u64 address, const struct owner *owner,
					      struct task_struct *task)
{
	__u32 port = port_by_ports(address);

	return service_of_port(net_of(address), false, port,
			       port & SERVES ? WG_ROLE_SERVER : WG_ROLE_CLIENT, owner, task);
}

/* A further path of an MPTCP connection is opened by a worker of the kernel: it is whose the first one is. */
static __always_inline __u32 service_of_first_subflow(__u64 address)
{
	__u64 first = first_subflow(address);

	return first && first != address ? home_service(first) : WG_UNKNOWN;
}

/* A connection that nobody saw being born. Where all are met that were there before, it opened and the kernel left out that
 * run of ours: in a softirq that interrupted one, and on 7.x in a process that came in between.
 */
static __always_inline void adopted(__u64 address, __u32 service)
{
	struct wg_counters *count;

	if (!home_put(address, service) || !watching || !is_open(address))
		return;
	count = counters_of(service);
	if (count)
		__sync_fetch_and_add(&count->opened, 1);
}

/* The hook at connect(), in the context of the process. */
static __noinline int on_dial(__u64 address, struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	bool in_kernel = is_kernel();
	__u32 service = in_kernel ? service_of_first_subflow(address) : WG_UNKNOWN;
	struct owner owner = {};

	if (!tp)
		return 0;
	if (service == WG_UNKNOWN) {
		owner_current(&owner, in_kernel);
		service = service_of_port(tp->SOCK(__sk_common.skc_net.net), true,
					  bpf_ntohs(tp->SOCK(__sk_common.skc_dport)), WG_ROLE_CLIENT,
					  &owner, (struct task_struct *)bpf_get_current_task());
	}
	home_begin(address, service);
	return 0;
}

/* One that nobody saw being born, and whose listener is not known, writes for the first time. */
__noinline __u32 adopt_writer(__u64 address)
{
	bool in_kernel = is_kernel();
	__u32 service = in_kernel ? service_of_first_subflow(address) : WG_UNKNOWN;
	struct owner owner = {};

	if (service == WG_UNKNOWN) {
		owner_current(&owner, in_kernel);
		service = service_by_ports(address, &owner,
					   (struct task_struct *)bpf_get_current_task());
	}
	adopted(address, service);
	return service;
}

static __always_inline __u32 service_of_unbound(const struct wg_unbound *one,
						const struct wg_listener_key *listener)
{
	struct wg_service_key key = {.netns = listener->netns,
				     .cgroup = one->cgroup,
				     .port = listener->port,
				     .role = WG_ROLE_SERVER};

	if (!observed(listener->port, listener->netns))
		return WG_NOT_OBSERVED;
	__builtin_memcpy(key.comm, one->comm, WG_COMM_BYTES);
	return service_get(&key, one->netns_inode, NULL, &one->description, one->uid);
}

/* Not static, nor are those below: the verifier walks them once (verifier.bpf.h). */
__noinline __u32 unbound_listener(__u64 netns, __u32 port, __u32 family)
{
	struct wg_unbound *one = unbound_at(unbound_bound_to(netns, port, family));
	struct wg_listener_key its = {};
	__u64 address;
	__u32 service;

	if (!one)
		return WG_UNKNOWN;
	address = one->sk;
	if (!address)
		return WG_UNKNOWN;
	listener_key(&its, address, netns);
	if (its.port != port) /* another CPU was first, and the place is another's by now */
		return WG_UNKNOWN;
	service = service_of_unbound(one, &its);
	if (home_put(address, service)) { /* to one only, if two are here */
		listener_add(&its, service, one->is_provisional, one->uid);
		unbound_release(one);
	}
	return service;
}

/* Who listens on this connection's own end (its key): there, on all addresses, or on all of IPv6. */
static __always_inline struct wg_listener *listener_for(struct wg_listener_key *key)
{
	struct wg_listener *listener = bpf_map_lookup_elem(&listeners, key);

	if (listener)
		return listener;
	__builtin_memset(key->address, 0, sizeof(key->address));
	listener = bpf_map_lookup_elem(&listeners, key);
	if (listener || key->family != AF_INET)
		return listener;
	key->family = AF_INET6;
	return bpf_map_lookup_elem(&listeners, key);
}

static __always_inline struct wg_listener *listener_found(struct wg_listener_key *key, __u64 address)
{
	listener_key(key, address, netns_id(net_of(address)));
	return listener_for(key);
}

/* No listener is known: one that had no port when it began, or none. */
__noinline __u32 stray_child(__u64 address)
{
	struct net *net = net_of(address);
	struct wg_listener_key key = {};
	__u32 service;

	listener_key(&key, address, netns_id(net));
	service = unbound_listener(key.netns, key.port, key.family);
	if (service != WG_UNKNOWN)
		return service;
	return service_of_port(net, false, key.port, WG_ROLE_SERVER, NULL, NULL);
}

/* A child of a listener is born. Up to some kernel it still is the listener's copy, and has its address; in 6.18 it has its
 * own (net/ipv4/inet_connection_sock.c, inet_csk_clone_lock).
 */
static __noinline int on_child(__u64 address, struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct wg_listener_key key = {};
	struct wg_listener *listener;

	if (!tp)
		return 0;
	listener_key_of(&key, sk, true, netns_id_of(tp->SOCK(__sk_common.skc_net.net), true));
	listener = listener_for(&key);
	home_begin(address, listener ? listener->service : stray_child(address));
	return 0;
}

__noinline __u32 listener_of(__u64 address)
{
	struct wg_listener_key key = {};
	struct wg_listener *listener = listener_found(&key, address);

	return listener ? listener->service : WG_UNKNOWN;
}

/* A connection, or one that has been: a socket that never was is nobody's, whatever is tried on it. */
static __always_inline bool was_connected(__u64 address)
{
	struct sock *sk = (struct sock *)address;
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);

	return state != TCP_CLOSE && state != TCP_LISTEN && BPF_CORE_READ(sk, __sk_common.skc_dport);
}

/* Nobody saw it being born: its listener's, else unknown. */
__noinline __u32 adopt_server(__u64 address)
{
	__u32 service;

	if (!was_connected(address))
		return WG_NOT_OBSERVED;
	service = listener_of(address);
	if (service != WG_UNKNOWN)
		adopted(address, service);
	return service;
}

/* The same in nobody's context: a client's process is asked for as soon as it writes. */
__noinline __u32 adopt(__u64 address)
{
	__u32 service = adopt_server(address);

	return service != WG_UNKNOWN ? service : service_by_ports(address, NULL, NULL);
}

/* in_process: the current task is the connection's. The functions are called one after the other, as the stacks of those
 * that call each other add up to 512 bytes at most.
 */
static __always_inline __u32 service_of(__u64 address, bool in_process)
{
	__u32 service = home_service(address);

	if (service != WG_UNKNOWN)
		return service;
	if (!in_process)
		return adopt(address);
	service = adopt_server(address);
	return service != WG_UNKNOWN ? service : adopt_writer(address);
}

#endif
