/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Writers without room. Non-blocking: from EAGAIN or a partial write to the next accepted byte. Blocking:
 * each sleep in sk_stream_wait_memory (net/core/stream.c), where that can be hooked.
 */
#ifndef WIREGAP_WRITER_BPF_H
#define WIREGAP_WRITER_BPF_H

#include "bpf/held.bpf.h"
#include "bpf/meter.bpf.h"

/* What the writer ran into: the buffer's limit, TCP_NOTSENT_LOWAT below it; or it sleeps. */
enum writer_wait { WAIT_NONE, WAIT_BUFFER, WAIT_LOWAT, WAIT_BLOCKED, WAIT_REFUSED };

/* A writer that may not sleep is refused at once, with the error of one whose time is up. */
#define REFUSED_UNITS (1000000 >> WG_STAMP_SHIFT)

static __always_inline __u32 delay_of_wait(__u32 wait)
{
	if (wait == WAIT_BLOCKED)
		return WG_DELAY_BLOCKED;
	return wait == WAIT_LOWAT ? WG_DELAY_LOWAT : WG_DELAY_WRITABLE;
}

/* sk_stream_memory_free (include/net/sock.h): room in the buffer, and notsent below the low-water mark. */
static __always_inline __u32 which_limit(struct tcp_sock *tp, bool typed)
{
	if (FIELD(typed, tp, SOCK(sk_wmem_queued)) >= FIELD(typed, tp, SOCK(sk_sndbuf)))
		return WAIT_BUFFER;
	return WAIT_LOWAT;
}

static __noinline int writer_mark(struct conn_view *view, __u32 service, __u32 limit)
{
	struct late_state *state;
	bool was_active;
	__u32 now = bpf_ktime_get_ns() >> WG_STAMP_SHIFT;

	if (!view || !can_hold(view->address))
		return 0;
	state = late_make(view);
	if (!state || !late_enter(state, view, &was_active)) {
		count_loss(WG_LOST_LATE_STATE);
		return 0;
	}
	if (!hold_wait(state)) {
		state->service = service;
		set_wait(state, limit);
		state->wait_since = now;
	}
	late_leave(state, view, was_active);
	return 0;
}

static __always_inline void writer_short(struct conn_view *view, struct tcp_sock *tp, bool typed,
					 __u32 service)
{
	writer_mark(view, service, which_limit(tp, typed));
}

/* A wait that has ended, to be recorded after the lock. */
struct writer_waited {
	__u32 wait;
	__u32 units;
};

/* Under the lock. */
static __always_inline struct writer_waited wait_end(struct late_state *state, __u32 now)
{
	struct writer_waited ended = {.wait = hold_wait(state), .units = now - state->wait_since};

	set_wait(state, WAIT_NONE);
	return ended;
}

static __always_inline void wait_record(__u32 service, const struct writer_waited *ended)
{
	if (ended->wait && ended->units <= WG_AGE_MAX)
		delay_add(service, delay_of_wait(ended->wait), (__u64)ended->units << WG_STAMP_SHIFT);
}

/* Ends a wait: of a sleeper (WAIT_BLOCKED, or WAIT_REFUSED: it may not have slept), or of one that tries
 * again (WAIT_NONE).
 */
static __noinline int writer_take(struct conn_view *view, __u32 sleeper)
{
	struct writer_waited ended;
	struct late_state *state;
	bool was_active;
	__u32 now, service;

	if (!view)
		return 0;
	state = late_find(view);
	if (!state || !hold_wait(state) || (hold_wait(state) == WAIT_BLOCKED) != (sleeper != WAIT_NONE))
		return 0;
	now = bpf_ktime_get_ns() >> WG_STAMP_SHIFT;
	if (!late_enter(state, view, &was_active))
		return 0;
	service = state->service;
	ended = wait_end(state, now);
	late_leave(state, view, was_active);
	if (sleeper != WAIT_REFUSED || ended.units >= REFUSED_UNITS)
		wait_record(service, &ended);
	return 0;
}

/* Bytes were accepted: if the writer had waited for that, its wait is over. */
static __always_inline void writer_served(struct conn_view *view)
{
	writer_take(view, WAIT_NONE);
}

/* A write that took nothing. */
static __always_inline void on_shortfall(struct conn_view *view, struct tcp_sock *tp, bool typed,
					 __u32 service, struct wg_counters *count, long ret)
{
	if (ret == -EAGAIN) {
		count->would_block++;
		writer_short(view, tp, typed, service);
	} else if (ret) {
		count->error++;
	} else {
		not_a_write();
	}
}

#endif
