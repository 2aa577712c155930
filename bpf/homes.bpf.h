/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which service a socket belongs to, from its birth until it is destroyed: whatever the kernel clears of it before that
 * (skc_num at CLOSE, the remote port at disconnect), and whoever listens on its port by then.
 *
 * An open table by the socket's address, five sockets to a cache line; who finds the line full is in homes_more. The
 * address and the service are one word, which is read and written whole: no lock for who looks.
 */
#ifndef WIREGAP_HOMES_BPF_H
#define WIREGAP_HOMES_BPF_H

#include "bpf/drift.bpf.h"

#define WG_UNKNOWN 0xffffffffU /* nothing is known of this socket */

/* Where the helper is missing (5.10) what can race is said in ARCHITECTURE.md. */
#define LOCK(pointer)                                                                              \
	do {                                                                                       \
		if (has_spin_lock)                                                                 \
			bpf_spin_lock(&(pointer)->lock);                                           \
	} while (0)
#define UNLOCK(pointer)                                                                            \
	do {                                                                                       \
		if (has_spin_lock)                                                                 \
			bpf_spin_unlock(&(pointer)->lock);                                         \
	} while (0)

static __always_inline struct wg_counters *counters_of(__u32 service)
{
	return bpf_map_lookup_elem(&counters, &service);
}

/* Atomic although it is this CPU's: a softirq may come in between. */
static __always_inline void count_socket(__u32 service, __s64 change)
{
	struct wg_counters *count = counters_of(service);

	if (count)
		__sync_fetch_and_add(&count->sockets, change);
}

/* 24 bits that differ from socket to socket. They come from a slab in even steps, and 2,368 bytes, the size on 6.18, is a step
 * that Fibonacci hashing by itself maps to few lines (a third of 65,536 overflowed): so the slab's number is folded in.
 */
static __always_inline __u32 address_hash(__u64 address)
{
	return ((address ^ address >> 9) >> 6) * 0x9e3779b97f4a7c15ULL >> 40;
}

static __always_inline struct home *home_of(__u64 address)
{
	__u32 index = address_hash(address) & home_mask;

	return bpf_map_lookup_elem(&homes, &index);
}

/* What a slot's word has beside this socket's address: its service and two flags. From NOT_ITS on: it is another's. */
#define SERVICE 0x3fffU
#define SHUT 0x4000U  /* not open yet, or seen to close */
#define AHEAD 0x8000U /* a write() that has not returned is counted in part (ahead.bpf.h) */
#define NOT_ITS 0x10000U

static __always_inline __u64 beside(__u64 word, __u64 address)
{
	return word ^ address << 16;
}

/* The socket's service, or WG_UNKNOWN. */
__noinline __u32 home_service(__u64 address)
{
	struct home *home = home_of(address);
	__u32 *more;

	if (!home)
		return WG_UNKNOWN;
#pragma unroll
	for (int i = 0; i < WG_HOME_SLOTS; i++) {
		__u64 its = beside(home->word[i], address);

		if (its < NOT_ITS)
			return its & SERVICE;
	}
	if (!homes_over)
		return WG_UNKNOWN;
	more = bpf_map_lookup_elem(&homes_more, &address);
	return more ? *more & SERVICE : WG_UNKNOWN;
}

static __always_inline __u32 more_shut(__u64 address, bool shut)
{
	__u32 *more = homes_over ? bpf_map_lookup_elem(&homes_more, &address) : NULL;
	__u32 before;

	if (!more)
		return WG_UNKNOWN;
	before = *more;
	*more = (before & SERVICE) | (shut ? SHUT : 0);
	return before & (SERVICE | SHUT);
}

/* It closes. Returns its service, with SHUT if it was not open as far as we were told; or WG_UNKNOWN. */
__noinline __u32 home_shut(__u64 address)
{
	struct home *home = home_of(address);

	if (!home)
		return WG_UNKNOWN;
#pragma unroll
	for (int i = 0; i < WG_HOME_SLOTS; i++) {
		__u64 its = beside(home->word[i], address);

		if (its < NOT_ITS) {
			home->word[i] |= SHUT;
			return its & (SERVICE | SHUT);
		}
	}
	return more_shut(address, true);
}

/* It is open, and its bytes are counted from write_seq on: before the handshake that is not set (tcp_v4_connect), and a SYN
 * is no byte. Returns its service, with SHUT if it was not open before; or WG_UNKNOWN.
 */
__noinline __u32 home_open(__u64 address, __u32 write_seq)
{
	struct home *home = home_of(address);

	if (!home)
		return WG_UNKNOWN;
#pragma unroll
	for (int i = 0; i < WG_HOME_SLOTS; i++) {
		__u64 its = beside(home->word[i], address);

		if (its < NOT_ITS) {
			home->counted_seq[i] = write_seq;
			home->word[i] &= ~(__u64)SHUT;
			return its & (SERVICE | SHUT);
		}
	}
	return more_shut(address, false);
}

/* In its own slot, else in a free one. Under the lock, in which no function may be called. before: what stood there. */
static __always_inline bool home_place(struct home *home, __u64 address, __u64 word,
				       __u32 write_seq, __u64 *before)
{
#pragma unroll
	for (int i = 0; i < WG_HOME_SLOTS; i++) {
		if (beside(home->word[i], address) < NOT_ITS) {
			*before = home->word[i];
			home->word[i] = word | (*before & (AHEAD | SHUT));
			return true;
		}
	}
#pragma unroll
	for (int i = 0; i < WG_HOME_SLOTS; i++) {
		if (!home->word[i]) {
			home->counted_seq[i] = write_seq;
			home->word[i] = word;
			return true;
		}
	}
	return false;
}

/* Its line is full. */
static __noinline int home_put_more(__u64 address, __u32 service, __u32 shut)
{
	__u32 value = service | shut;
	__u32 *known = homes_over ? bpf_map_lookup_elem(&homes_more, &address) : NULL;

	if (known) {
		count_socket(*known & SERVICE, -1);
		*known = service | (*known & SHUT);
		count_socket(service, 1);
		return false;
	}
	if (!bpf_map_update_elem(&homes_more, &address, &value, BPF_NOEXIST)) {
		__sync_fetch_and_add(&homes_over, 1);
		count_socket(service, 1);
		return true;
	}
	count_loss(WG_LOST_SOCKETS);
	return false;
}

static __always_inline bool is_open(__u64 address)
{
	__u8 state = BPF_CORE_READ((struct sock *)address, __sk_common.skc_state);

	return !(1 << state & (1 << TCP_CLOSE | 1 << TCP_LISTEN | 1 << TCP_SYN_SENT |
			       1 << TCP_SYN_RECV | 1 << TCP_NEW_SYN_RECV));
}

/* The same for a caller who knows what else is asked: shut is SHUT or 0. */
__noinline int home_put_as(__u64 address, __u32 service, __u32 write_seq, __u32 shut)
{
	__u64 word = address << 16 | (shut & SHUT) | (service & SERVICE), before = 0;
	struct home *home = home_of(address);
	bool placed = false;

	if (!home)
		return 0;
	if (!homes_over || !bpf_map_lookup_elem(&homes_more, &address)) {
		LOCK(home);
		placed = home_place(home, address, word, write_seq, &before);
		UNLOCK(home);
	}
	if (!placed)
		return home_put_more(address, service & SERVICE, shut & SHUT);
	if (before)
		count_socket(before & SERVICE, -1);
	else
		__sync_fetch_and_add(&homes_used[0], 1);
	count_socket(service, 1);
	return !before;
}

/* The socket belongs to `service` from now on. True (to one caller only, if several meet it at once) where nothing was
 * known of it before.
 */
static __always_inline int home_put(__u64 address, __u32 service)
{
	__u32 write_seq = BPF_CORE_READ((struct tcp_sock *)address, write_seq);

	return home_put_as(address, service, write_seq, is_open(address) ? 0 : SHUT);
}

/* The socket is born, not open yet: home_open says from which sequence number on its bytes count. */
static __always_inline void home_begin(__u64 address, __u32 service)
{
	home_put_as(address, service, 0, SHUT);
}

/* The socket is no more. Returns the service of one that was open and not seen to close, or WG_UNKNOWN. */
__noinline __u32 home_leave(__u64 address)
{
	struct home *home = home_of(address);
	__u32 *more, service = WG_UNKNOWN;

	if (!home)
		return service;
#pragma unroll
	for (int i = 0; i < WG_HOME_SLOTS; i++) {
		__u64 word = home->word[i];

		if (beside(word, address) < NOT_ITS) {
			if (word & AHEAD)
				bpf_map_delete_elem(&ahead, &address);
			home->word[i] = 0;
			__sync_fetch_and_add(&homes_used[0], -1);
			count_socket(word & SERVICE, -1);
			return word & SHUT ? WG_UNKNOWN : word & SERVICE;
		}
	}
	more = homes_over ? bpf_map_lookup_elem(&homes_more, &address) : NULL;
	if (more) {
		count_socket(*more & SERVICE, -1);
		if (!(*more & SHUT))
			service = *more & SERVICE;
		bpf_map_delete_elem(&homes_more, &address);
		__sync_fetch_and_add(&homes_over, -1);
	}
	return service;
}

#endif
