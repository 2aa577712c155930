/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every map, and every constant and table that user space sets or reads in place.
 * Sizes marked "set at load" follow the configuration.
 */
#ifndef WIREGAP_MAPS_BPF_H
#define WIREGAP_MAPS_BPF_H

#include "bpf/kernel_types.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_endian.h>

#include "bpf/shared.h"

/* Constants: the verifier prunes what they switch off. */
const volatile bool late_by_address;      /* hash by socket address instead of sk_storage */
const volatile bool has_spin_lock;        /* tracing programs may call bpf_spin_lock (after 5.10) */
const volatile bool filter_ports;         /* observed_port[] decides */
const volatile bool retransmit_has_error; /* tp_btf tcp_retransmit_skb has a third argument */
const volatile bool tells_resets;         /* a hook tells of a reset that is sent */
/* By the running kernel's numbers, which change (enum skb_drop_reason). An enum that the kernel does not have would make
 * libbpf look for it in all modules, for which CAP_BPF is not enough.
 */
const volatile __u8 drops_by_reason[WG_DROP_REASONS];
const volatile __u32 qdisc_drop_subsystem; /* from 7.0 on queueing disciplines have reasons of their own */
const volatile bool sees_sleepers;         /* a hook tells of a writer that goes to sleep */
const volatile bool time_accepts;      /* a hook at accept() takes what is stamped at ESTABLISHED */
const volatile __u32 accept_arguments; /* of inet_csk_accept: the returned socket follows them */
const volatile bool own_netns_only;    /* of other network namespaces nothing is counted */
const volatile __u32 most_listed_unread; /* connections at a walk that hold nothing, and have much unread */
const volatile __u32 uid_limit;          /* services that one user may have, who is not root */
const volatile __u32 home_mask;          /* lines of `homes` - 1; a power of two less one */

/* Shared tables, mapped by user space. */
__u8 observed_port[WG_PORTS];
__u32 late_filter[WG_FILTER_SLOTS]; /* sockets with pending late writes, by skc_hash */
struct wg_owner_tag owner_tags[WG_OWNER_TAG_SLOTS]; /* a cache of `services`; user space may zero it */
__u32 late_moves[WG_FILTER_SLOTS];                  /* rises whenever late_filter does or falls */
__u32 uid_services[WG_UIDS];         /* services by user id; user space counts anew at each tick */
__u32 uid_listeners[WG_UIDS];        /* entries of `listeners` by user id */
__u32 late_counted[WG_FILTER_SLOTS]; /* the same as the last walk found it; user space zeroes it before */
__u32 soft_lock[WG_FILTER_SLOTS]; /* where bpf_spin_lock is missing; by skc_hash as well */
__u64 lost[WG_LOSSES];
__u32 listed_count;
__u32 listed_unread;
/* [0]; the line is written by all CPUs, so nothing else is in it */
__u64 homes_used[8] __attribute__((aligned(64)));
__u64 homes_over; /* those of them that are in homes_more */
__u64 own_netns;  /* set by the first walk */
__u32 time_next_write;
__u32 listeners_only; /* the first walks look for them first */
__u32 watching;       /* what was there before is known: who is met now was born unseen */
struct wg_ack_sample ack_samples[WG_ACK_SAMPLES];          /* by skc_hash */
struct wg_accept_sample accept_samples[WG_ACCEPT_SAMPLES]; /* by the socket's address */
/* Where address_anchor lies; set by the first iterator pass, before any hook is attached. */
__u64 anchor_address;
__u32 address_anchor;
__u64 attached_ns; /* CLOCK_MONOTONIC, when the first walk was made: nothing is counted from before */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* set at load */
	__type(key, struct wg_service_key);
	__type(value, struct wg_service);
} services SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 257); /* set at load */
	__type(key, __u32);
	__type(value, struct wg_description);
} descriptions SEC(".maps"); /* by id */

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 256); /* set at load */
	__type(value, __u32);
} free_services SEC(".maps");

/* The share of the ids that only servers get. */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 64); /* set at load */
	__type(value, __u32);
} free_servers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 257); /* set at load */
	__type(key, __u32);
	__type(value, struct wg_counters);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 257 * WG_DELAYS); /* set at load */
	__type(key, __u32);
	__type(value, struct wg_histogram);
} delays SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* set at load where write calls are watched */
	__type(key, __u32);
	__type(value, struct wg_histogram);
} call_delays SEC(".maps");

/* When a thread's write call began. A thread that is killed inside it leaves its entry to the LRU. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* set at load where write calls are watched */
	__type(key, __u64);
	__type(value, __u64);
} calls_begun SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 257); /* set at load */
	__type(key, __u32);
	__type(value, struct wg_gauges);
} gauges SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 64); /* set at load */
	__type(key, __u32);
	__type(value, struct wg_connection);
} listed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WG_PROGRAMS);
	__type(key, __u32);
	__type(value, struct wg_runs);
} runs SEC(".maps");

/* Sockets and their services (homes.bpf.h): five to a cache line. */
struct home {
	struct bpf_spin_lock lock;
	__u32 counted_seq[WG_HOME_SLOTS]; /* write_seq when the last write() had returned */
	__u64 word[WG_HOME_SLOTS]; /* the socket's address << 16 | AHEAD | SHUT | its service; 0: free */
};
_Static_assert(sizeof(struct home) == 64, "home");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1024); /* set at load */
	__type(key, __u32);
	__type(value, struct home);
} homes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* set at load */
	__type(key, __u64);
	__type(value, __u32);
} homes_more SEC(".maps");

/* Bytes of a write() that sleeps which are counted already (ahead.bpf.h). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u64);
} ahead SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, WG_LISTENERS);
	__type(key, struct wg_listener_key);
	__type(value, struct wg_listener);
} listeners SEC(".maps");

/* Control groups that are one whole to people: a unit, a container. Their programs are one client. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u8);
} whole_groups SEC(".maps");

/* By the socket's address: deaths, and what was sent again or dropped here. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, WG_UNDECIDED);
	__type(key, __u64);
	__type(value, struct wg_death);
} undecided SEC(".maps");
__u32 undecided_count;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, WG_RESENT);
	__type(key, __u64);
	__type(value, struct wg_resent);
} resent SEC(".maps");
__u32 resent_count;
__u32 resent_full; /* what was there before us did not fit: an unknown connection's is not known to be ours */

struct wg_unbound unbound[WG_UNBOUND]; /* in the order in which they came */

/* What is known of a socket that was late once. 120 bytes: the 384 bytes that two slabs of sk_storage
 * take (192 for the socket, 192 for the element; kernel/bpf/bpf_local_storage.c).
 *
 * Late writes, oldest first; the held interval that is open; since when a writer waits for room; and
 * the held time of this connection by reason, in 32 bits of 256 ns that wrap after 18 minutes.
 */
struct late_batch {
	__u32 last_seq; /* the sequence number behind its last byte */
	__u32 stamp;    /* mean of when its writes were accepted, in 256 ns of CLOCK_MONOTONIC */
	__u32 writes;
};
struct late_state {
	struct bpf_spin_lock lock;
	__u16 service;
	__u8 batches;
	__u8 hold; /* enum wg_reason of the open interval, and enum writer_wait in the upper four bits */
	struct late_batch batch[WG_LATE_BATCHES];
	__u32 held_at;    /* up to when the interval is accounted for */
	__u32 held_bytes; /* notsent since then */
	__u32 open_units; /* time that no reason has got yet .. */
	__u32 wait_since;
	__u64 open_byte_units; /* .. and the same times bytes */
	__u32 held_units[WG_REASONS];
};
_Static_assert(sizeof(struct late_state) == 120, "late_state");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct late_state);
} late_storage SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); /* set at load where late_by_address */
	__type(key, __u64);
	__type(value, struct late_state);
} late_hash SEC(".maps");

static __always_inline void count_loss(enum wg_lost what)
{
	__sync_fetch_and_add(&lost[what], 1);
}

#endif
