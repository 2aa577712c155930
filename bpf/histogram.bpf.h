/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Log-linear buckets, eight per octave; the twin of daemon/model/histogram.cpp. */
#ifndef WIREGAP_HISTOGRAM_BPF_H
#define WIREGAP_HISTOGRAM_BPF_H

#include "bpf/maps.bpf.h"

/* 1 if value > limit, without a branch: the verifier walks every path. Both below 2^63. */
static __always_inline __u32 exceeds(__u64 value, __u64 limit)
{
	return (limit - value) >> 63;
}

/* Position of the highest set bit; 0 < value < 2^63. */
static __always_inline __u32 highest_bit(__u64 value)
{
	__u32 bit = exceeds(value, 0xffffffff) << 5;
	__u32 shift;

	value >>= bit;
	shift = exceeds(value, 0xffff) << 4;
	value >>= shift;
	bit += shift;
	shift = exceeds(value, 0xff) << 3;
	value >>= shift;
	bit += shift;
	shift = exceeds(value, 0xf) << 2;
	value >>= shift;
	bit += shift;
	shift = exceeds(value, 0x3) << 1;
	value >>= shift;
	return bit + shift + (value >> 1);
}

__noinline __u32 histogram_slot(__u64 ns)
{
	__u64 units = ns >> WG_HIST_UNIT_SHIFT;
	__u32 octave, slot;

	if (units < 8)
		return units;
	octave = highest_bit(units);
	slot = (octave - 2) * 8 + ((units >> (octave - 3)) & 7);
	return slot < WG_HIST_SLOTS ? slot : WG_HIST_SLOTS - 1;
}

/* Shared by all CPUs, atomic adds: a write that left at once never comes here. */
static __always_inline struct wg_histogram *histogram_of(__u32 service, __u32 delay)
{
	__u32 index = service * WG_DELAYS + delay;

	return bpf_map_lookup_elem(&delays, &index);
}

static __always_inline void histogram_add(__u32 service, __u64 ns, __u64 times)
{
	struct wg_histogram *histogram = histogram_of(service, WG_DELAY_TRANSMIT);
	__u32 slot = histogram_slot(ns);

	if (histogram && slot < WG_HIST_SLOTS)
		__sync_fetch_and_add(&histogram->slot[slot], times);
}

/* One delay with its sum. */
static __always_inline void histogram_record(struct wg_histogram *histogram, __u64 ns)
{
	__u32 slot = histogram_slot(ns);

	if (!histogram || slot >= WG_HIST_SLOTS)
		return;
	__sync_fetch_and_add(&histogram->slot[slot], 1);
	__sync_fetch_and_add(&histogram->sum_ns, ns);
}

/* Of the rarer kinds. */
__noinline int delay_add(__u32 service, __u32 delay, __u64 ns)
{
	histogram_record(histogram_of(service, delay), ns);
	return 0;
}

#endif
