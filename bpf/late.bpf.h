/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Late writes: those whose last byte was still in the send queue when write() returned.
 *
 * Only they have state: up to four batches of (last sequence number, mean stamp, number of writes).
 * A full set merges the two batches that are nearest in time, so every late write is counted and
 * quantiles stay right, however many wait. write() and the transmit path run on different CPUs, so
 * the batches are changed under a lock, in which no helper may be called.
 */
#ifndef WIREGAP_LATE_BPF_H
#define WIREGAP_LATE_BPF_H

#include "bpf/view.bpf.h"
#include "bpf/histogram.bpf.h"

static __always_inline __u32 hold_reason(const struct late_state *state)
{
	return state->hold & 15;
}

static __always_inline void set_reason(struct late_state *state, __u32 reason)
{
	state->hold = (state->hold & 0xf0) | reason;
}

static __always_inline __u32 hold_wait(const struct late_state *state)
{
	return state->hold >> 4;
}

static __always_inline void set_wait(struct late_state *state, __u32 wait)
{
	state->hold = (state->hold & 15) | wait << 4;
}

/* Something is pending: the hooks that see every segment must look. */
static __always_inline bool late_active(const struct late_state *state)
{
	return state->batches || state->hold;
}

/* Whether bytes of this socket can be held: it is connected. What is raised for a dead one would stay raised. */
static __always_inline bool can_hold(__u64 address)
{
	return may_send(BPF_CORE_READ((struct sock *)address, __sk_common.skc_state));
}

static __always_inline struct late_state *late_find(const struct conn_view *view)
{
	if (late_by_address)
		return bpf_map_lookup_elem(&late_hash, &view->address);
	return view->sk ? bpf_sk_storage_get(&late_storage, view->sk, NULL, 0) : NULL;
}

/* sk: NULL where only the address is known. */
static __always_inline struct late_state *late_make_at(struct sock *sk, __u64 address)
{
	static const struct late_state empty;
	struct late_state *state;

	if (!late_by_address) {
		if (!sk)
			return NULL;
		state = bpf_sk_storage_get(&late_storage, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
		/* NULL as well where another CPU has made it in this instant: it is added with BPF_NOEXIST
		 * (net/core/bpf_sk_storage.c, bpf_sk_storage_get). Then it is there.
		 */
		return state ? state : bpf_sk_storage_get(&late_storage, sk, NULL, 0);
	}
	state = bpf_map_lookup_elem(&late_hash, &address);
	if (state)
		return state;
	bpf_map_update_elem(&late_hash, &address, &empty, BPF_NOEXIST);
	return bpf_map_lookup_elem(&late_hash, &address);
}

static __always_inline struct late_state *late_make(const struct conn_view *view)
{
	return late_make_at(view->sk, view->address);
}

/* Locks a socket's batches; late_enter() is for all who may change whether something is pending. Where
 * tracing programs may not call bpf_spin_lock (5.10) nor use an atomic that returns a value, two plain
 * atomic adds do: whoever adds one and then reads exactly one is alone. It gives up after a while, as the
 * holder may be the very task that this softirq interrupted.
 */
#define SOFT_LOCK_TRIES 512

static __always_inline bool late_lock(struct late_state *state, __u32 slot)
{
	volatile __u32 *word = &soft_lock[slot % WG_FILTER_SLOTS];

	if (has_spin_lock) {
		bpf_spin_lock(&state->lock);
		return true;
	}
	for (int i = 0; i < SOFT_LOCK_TRIES; i++) {
		__sync_fetch_and_add(word, 1);
		if (*word == 1)
			return true;
		__sync_fetch_and_add(word, -1);
	}
	return false;
}

static __always_inline void late_unlock(struct late_state *state, __u32 slot)
{
	if (has_spin_lock)
		bpf_spin_unlock(&state->lock);
	else
		__sync_fetch_and_add(&soft_lock[slot % WG_FILTER_SLOTS], -1);
}

/* Raises or lowers this socket's part in the filter. Under the lock. */
static __always_inline void late_refilter(const struct late_state *state, bool was_active, __u32 slot)
{
	bool active = late_active(state);

	if (active == was_active)
		return;
	__sync_fetch_and_add(&late_filter[slot % WG_FILTER_SLOTS], active ? 1 : -1);
	late_moves[slot % WG_FILTER_SLOTS]++; /* that it has moved is enough to know */
}

/* The one critical section of a socket's late state: it is locked, and what it does to the filter is done at its end,
 * however the section has changed it. No helper may be called inside. False: the lock could not be had.
 */
static __always_inline bool late_enter(struct late_state *state, const struct conn_view *view,
				       bool *was_active)
{
	if (!late_lock(state, view->filter_slot))
		return false;
	*was_active = late_active(state);
	return true;
}

static __always_inline void late_leave(struct late_state *state, const struct conn_view *view,
				       bool was_active)
{
	late_refilter(state, was_active, view->filter_slot);
	late_unlock(state, view->filter_slot);
}

/* Joins `b` into `a`, the older one. The mean is rounded up or down by chance, in proportion: always
 * rounding down would let the mean of a long queue lag behind by one unit a write.
 */
static __always_inline void late_join(struct late_batch *a, const struct late_batch *b, __u32 chance)
{
	__u64 writes = (__u64)a->writes + b->writes;
	__u64 shift = (__u64)(b->stamp - a->stamp) * b->writes + ((writes * chance) >> 32);

	if (!writes)
		return;
	if (shift >= writes) /* else the mean stays, without a division */
		a->stamp += shift / writes;
	a->last_seq = b->last_seq;
	a->writes = writes;
}

/* Appends one write that ends at `seq` where no batch is free: the two nearest in time are joined. */
static __always_inline void late_append_full(struct late_state *state, __u32 seq, __u32 stamp)
{
	struct late_batch *b = state->batch;
	struct late_batch fresh = {.last_seq = seq, .stamp = stamp, .writes = 1};
	__u32 chance = stamp * 2654435761U;
	__u32 g01 = b[1].stamp - b[0].stamp;
	__u32 g12 = b[2].stamp - b[1].stamp;
	__u32 g23 = b[3].stamp - b[2].stamp;
	__u32 g3 = stamp - b[3].stamp;

	if (g3 <= g01 && g3 <= g12 && g3 <= g23) {
		late_join(&b[3], &fresh, chance);
		return;
	}
	if (g01 <= g12 && g01 <= g23) {
		late_join(&b[0], &b[1], chance);
		b[1] = b[2];
		b[2] = b[3];
	} else if (g12 <= g23) {
		late_join(&b[1], &b[2], chance);
		b[2] = b[3];
	} else {
		late_join(&b[2], &b[3], chance);
	}
	b[3] = fresh;
}

/* Appends one write that ends at `seq`. Under the lock. */
static __always_inline void late_append(struct late_state *state, __u32 seq, __u32 stamp)
{
	struct late_batch *b = state->batch;
	struct late_batch fresh = {.last_seq = seq, .stamp = stamp, .writes = 1};

	switch (state->batches) {
	case 0:
		b[0] = fresh;
		state->batches = 1;
		return;
	case 1:
		b[1] = fresh;
		state->batches = 2;
		return;
	case 2:
		b[2] = fresh;
		state->batches = 3;
		return;
	case 3:
		b[3] = fresh;
		state->batches = 4;
		return;
	}
	late_append_full(state, seq, stamp);
}

static __always_inline void late_drop_first(struct late_state *state)
{
	state->batch[0] = state->batch[1];
	state->batch[1] = state->batch[2];
	state->batch[2] = state->batch[3];
	state->batches--;
}

/* What left: `writes` of them `waited` units each. */
struct departure {
	__u64 writes;
	__u32 waited;
	bool unseen; /* it had left before this segment: the delay is not known */
};

/* Takes the first batch, or its share, out of the queue: bytes up to `end` leave now, those before
 * `begin` had left. Under the lock. True if a whole batch left and another may follow.
 */
static __always_inline bool late_take(struct late_state *state, __u32 begin, __u32 end, __u32 now,
				      struct departure *out)
{
	struct late_batch *first = &state->batch[0];
	__u32 width;

	out->writes = 0;
	if (!state->batches)
		return false;
	out->waited = now - first->stamp;
	out->unseen = !seq_before(begin, first->last_seq);
	if (!seq_before(end, first->last_seq)) {
		out->writes = first->writes;
		late_drop_first(state);
		return true;
	}
	/* The segment ends inside the batch and takes its share of the writes by bytes; the last
	 * write has not ended, so it always stays.
	 */
	width = first->last_seq - begin;
	if (first->writes > 1 && width) {
		out->writes = (__u64)(first->writes - 1) * (end - begin) / width;
		first->writes -= out->writes;
	}
	return false;
}

#endif
