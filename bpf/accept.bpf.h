/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How long a connection waits in the accept queue: stamped at ESTABLISHED, taken at accept(). A table by
 * the socket's address; two in one slot lose the older one's wait, which is counted.
 */
#ifndef WIREGAP_ACCEPT_BPF_H
#define WIREGAP_ACCEPT_BPF_H

#include "bpf/identity.bpf.h"
#include "bpf/histogram.bpf.h"

static __always_inline struct wg_accept_sample *accept_slot(__u64 address)
{
	return &accept_samples[address_hash(address) % WG_ACCEPT_SAMPLES];
}

static __always_inline void accept_begin(__u64 address)
{
	struct wg_accept_sample *sample = accept_slot(address);

	if (sample->sk)
		count_loss(WG_LOST_ACCEPT_WAITS);
	sample->established_ns = bpf_ktime_get_ns();
	sample->sk = address;
}

/* It died in the queue. */
static __always_inline void accept_forget(__u64 address)
{
	struct wg_accept_sample *sample = accept_slot(address);

	if (sample->sk == address)
		sample->sk = 0;
}

static __always_inline void accept_end(__u64 address, __u32 service)
{
	struct wg_accept_sample *sample = accept_slot(address);

	if (sample->sk != address)
		return;
	sample->sk = 0;
	if (service != WG_NOT_OBSERVED)
		delay_add(service, WG_DELAY_ACCEPT, bpf_ktime_get_ns() - sample->established_ns);
}

/* Who accepts is the owner, whoever listened: a service manager, a parent that ended. The connection goes over to its
 * service, and so do the listener and its later ones.
 */
static __noinline int taken_over(__u64 address, __u64 listening, __u32 before, __u32 after)
{
	struct wg_listener_key key = {};
	struct wg_listener *listener;

	home_put(address, after);
	if (home_service(listening) == before)
		home_put(listening, after);
	listener = listener_found(&key, listening);
	if (listener && listener->service == before)
		listener_give(listener, after, false);
	return 0;
}

/* The kernel's own workers accept for others (SMC, NFS). */
static __noinline __u32 service_of_acceptor(__u64 listening, __u32 before)
{
	struct net *net = net_of(listening);
	__u16 port = BPF_CORE_READ((struct sock *)listening, __sk_common.skc_num);
	struct owner owner = {};

	if (is_kernel())
		return before;
	owner_current(&owner, false);
	return service_of_owner(net, netns_id(net), port, WG_ROLE_SERVER, &owner,
				(struct task_struct *)bpf_get_current_task());
}

/* It is opened for the one who accepts, if it is still open and was not before (MPTCP's first path). In the process'
 * context, where a softirq may count in between.
 */
static __always_inline void accept_open(__u64 address, __u32 service)
{
	__u32 write_seq = BPF_CORE_READ((struct tcp_sock *)address, write_seq);
	struct wg_counters *count = counters_of(service);
	__u32 its;

	if (!is_open(address))
		return;
	its = home_open(address, write_seq);
	if (count && its != WG_UNKNOWN && its & SHUT)
		__sync_fetch_and_add(&count->opened, 1);
}

static __noinline int accepted(__u64 address, __u64 listening)
{
	__u32 before = service_of(address, false);
	__u32 service;

	if (before == WG_NOT_OBSERVED)
		return 0;
	service = service_of_acceptor(listening, before);
	if (service != before)
		taken_over(address, listening, before, service);
	accept_open(address, service);
	accept_end(address, service);
	return 0;
}

#endif
