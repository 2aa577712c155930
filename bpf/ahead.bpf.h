/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Bytes that no return of write() has told of yet, counted by the socket's sequence numbers.
 *
 * A write() that sleeps for seconds has long filled the queue, time and again. At each walk what it has put in so far is
 * counted as written; when it returns, only the rest is. Both come to what it took, whoever writes beside it. And the
 * paths of an MPTCP connection are never written to by a write(): they are counted at each walk and at their death.
 */
#ifndef WIREGAP_AHEAD_BPF_H
#define WIREGAP_AHEAD_BPF_H

#include "bpf/identity.bpf.h"

/* Between two walks a connection may take nearly 4 GiB; what lies just behind was read before somebody else counted. */
static __always_inline __u32 grown(__u32 from, __u32 to)
{
	__u32 bytes = to - from;

	return bytes >= 0xff000000U ? 0 : bytes;
}

/* What was added since the last write() had returned; it counts as counted from now on. mark: AHEAD, or 0. */
static __always_inline __u32 take_uncounted(__u64 address, __u32 write_seq, __u32 mark)
{
	struct home *home = home_of(address);

	if (!home)
		return 0;
#pragma unroll
	for (int i = 0; i < WG_HOME_SLOTS; i++) {
		if (beside(home->word[i], address) < NOT_ITS) {
			__u32 bytes = grown(home->counted_seq[i], write_seq);

			if (bytes)
				home->counted_seq[i] = write_seq;
			home->word[i] |= mark;
			return bytes;
		}
	}
	return 0;
}

/* Whether it is in `homes`: of those that are in homes_more nothing is counted ahead. */
static __always_inline bool has_line(__u64 address)
{
	struct home *home = home_of(address);
	bool has = false;

	if (!home)
		return false;
#pragma unroll
	for (int i = 0; i < WG_HOME_SLOTS; i++)
		has |= beside(home->word[i], address) < NOT_ITS;
	return has;
}

/* The walk has met a writer that sleeps. */
static __always_inline __u32 count_sleeper(__u64 address, __u32 write_seq)
{
	__u64 none = 0, *sum;
	__u32 bytes;

	if (!has_line(address))
		return 0;
	bpf_map_update_elem(&ahead, &address, &none, BPF_NOEXIST);
	sum = bpf_map_lookup_elem(&ahead, &address);
	if (!sum)
		return 0; /* no room: it counts when it returns, as ever */
	bytes = take_uncounted(address, write_seq, AHEAD);
	__sync_fetch_and_add(sum, bytes);
	return bytes;
}

/* A FIN that was queued is the last thing in the queue, and no byte. */
static __always_inline __u32 without_fin(__u32 write_seq, int state)
{
	bool has_fin = 1 << state & (1 << TCP_FIN_WAIT1 | 1 << TCP_FIN_WAIT2 | 1 << TCP_LAST_ACK |
				     1 << TCP_CLOSING | 1 << TCP_TIME_WAIT);

	return write_seq - has_fin;
}

/* At a walk. */
__noinline int count_ahead(__u64 address, __u32 service, __u32 write_seq, int state)
{
	struct wg_gauges *g = bpf_map_lookup_elem(&gauges, &service);
	struct wg_counters *count = counters_of(service);
	__u32 bytes;

	if (!g || !count || state == TCP_SYN_SENT || state == TCP_SYN_RECV)
		return 0;
	write_seq = without_fin(write_seq, state);
	if (is_subflow((struct tcp_sock *)address, false))
		bytes = take_uncounted(address, write_seq, 0);
	else
		bytes = count_sleeper(address, write_seq);
	__sync_fetch_and_add(&count->written_bytes, bytes); /* a write() on this CPU may come in between */
	g->ahead_bytes += bytes;
	return 0;
}

/* At the death of an MPTCP connection's path: the rest. */
__noinline int count_subflow(__u64 address, __u32 service, __u32 write_seq, int state)
{
	struct wg_counters *count = counters_of(service);

	if (count)
		count->written_bytes += take_uncounted(address, without_fin(write_seq, state), 0);
	return 0;
}

/* A write() has returned that took so many bytes: those of them that are counted already. */
static __noinline __u32 counted_ahead(__u64 address, __u32 bytes, bool *over)
{
	__u64 *sum = bpf_map_lookup_elem(&ahead, &address);
	__u64 counted;

	if (!sum)
		return 0;
	counted = *sum < bytes ? *sum : bytes;
	__sync_fetch_and_add(sum, -counted);
	*over = !*sum;
	if (*over)
		bpf_map_delete_elem(&ahead, &address);
	return counted;
}

/* The service of a write whose socket is not in the first place of its line, or of which a part is counted. */
__noinline __u32 writer_look_up(__u64 address, __s64 ret, __u32 write_seq)
{
	__u32 service = service_of(address, true);
	struct home *home = home_of(address);
	struct wg_counters *count = counters_of(service);
	bool over = false;

	if (!home || !count)
		return service;
#pragma unroll
	for (int i = 0; i < WG_HOME_SLOTS; i++) {
		if (beside(home->word[i], address) < NOT_ITS) {
			home->counted_seq[i] = write_seq;
			if (home->word[i] & AHEAD && ret > 0)
				count->written_bytes -= counted_ahead(address, ret, &over);
			if (over)
				home->word[i] &= ~(__u64)AHEAD;
			return service;
		}
	}
	return service;
}

/* The same for any write: what is mostly found at the first look is inline. */
static __always_inline __u32 service_of_writer(__u64 address, long ret, __u32 write_seq)
{
	struct home *home = home_of(address);

	if (home && beside(home->word[0], address) < SHUT) {
		home->counted_seq[0] = write_seq;
		return beside(home->word[0], address);
	}
	return writer_look_up(address, ret, write_seq);
}

#endif
