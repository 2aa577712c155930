/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How long a connection waits in the accept queue: stamped at ESTABLISHED, taken at accept(). A table by
 * the socket's address; two in one slot lose the older one's wait, which is counted.
 */
#ifndef WIREGAP_ACCEPT_BPF_H
#define WIREGAP_ACCEPT_BPF_H

#include "bpf/clients.bpf.h"
#include "bpf/histogram.bpf.h"

static __always_inline struct wg_accept_sample *accept_slot(__u64 address)
{
	return &accept_samples[((__u32)((address >> 6) * 0x9e3779b97f4a7c15ULL >> 40)) %
			       WG_ACCEPT_SAMPLES];
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

static __always_inline void accept_end(const struct conn_view *view)
{
	struct wg_accept_sample *sample = accept_slot(view->address);
	__u32 service;

	if (sample->sk != view->address)
		return;
	sample->sk = 0;
	service = service_of(view, false);
	if (service != WG_NOT_OBSERVED)
		delay_add(service, WG_DELAY_ACCEPT, bpf_ktime_get_ns() - sample->established_ns);
}

#endif
