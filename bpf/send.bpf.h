/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* write() has returned: what it took, what it did not take, and whether all of it has left.
 *
 * When snd_nxt has caught up with write_seq, everything left inside the call: count and go, no clock,
 * no per-socket state, and nothing read of the socket that this does not need. Only a late write is stamped.
 */
#ifndef WIREGAP_SEND_BPF_H
#define WIREGAP_SEND_BPF_H

#include "bpf/ahead.bpf.h"
#include "bpf/late_write.bpf.h"
#include "bpf/meter.bpf.h"
#include "bpf/partial.bpf.h"
#include "bpf/writer.bpf.h"

/* What a hook can say of a write beyond its return value. */
enum partial { PARTIAL_NO, PARTIAL_YES, PARTIAL_GUESS };

struct write {
	long ret; /* bytes, or -errno */
	enum partial partial;
	bool waits; /* non-blocking: what was not taken will be tried again */
	bool more; /* MSG_MORE; a hook that can't see it says yes: it is what remains when nothing binds */
};

static __always_inline void write_took_nothing(struct sock *sk, struct tcp_sock *tp,
					       const struct conn_view *known, __u32 service,
					       struct wg_counters *count, long ret)
{
	struct conn_view view;

	view_of(&view, sk, known);
	on_shortfall(&view, tp, !known, service, count, ret);
}

static __always_inline void write_cut_short(struct sock *sk, struct tcp_sock *tp,
					    const struct conn_view *known, __u32 service)
{
	struct conn_view view;

	view_of(&view, sk, known);
	writer_short(&view, tp, !known, service);
}

/* All of it has left. If the writer had waited for room, that is over. */
static __always_inline void write_left_at_once(struct sock *sk, struct tcp_sock *tp,
					       const struct conn_view *known)
{
	struct conn_view view;

	if (!late_filter[filter_slot_of(sk, known)])
		return;
	view_of(&view, sk, known);
	writer_served(&view);
}

/* known: as for view_of. Without it the verifier knows sk and tp, which are the same address. It trusts sk
 * alone, the hook's own argument, which is then read by plain loads; a load from tp is checked at run time.
 */
static __always_inline void on_write(struct sock *sk, struct tcp_sock *tp,
				     const struct conn_view *known, struct write write)
{
	const bool typed = !known;
	__u32 write_seq = FIELD(typed, tp, write_seq);
	__u32 service =
		service_of_writer(known ? known->address : address_of(sk), write.ret, write_seq);
	struct wg_counters *count = counters_of(service);
	__u32 snd_nxt;

	if (!count) {
		not_a_write();
		return;
	}
	if (write.ret <= 0) {
		write_took_nothing(sk, tp, known, service, count, write.ret);
		return;
	}
	count->written_bytes += write.ret;
	snd_nxt = read_snd_nxt(tp, typed);
	if (!seq_before(snd_nxt, write_seq)) {
		write_left_at_once(sk, tp, known);
		if (++count->writes_at_once % WG_TIME_ONE_IN == 0)
			time_next_write = 1;
	} else {
		if (++count->writes_late % WG_TIME_ONE_IN == 0)
			time_next_write = 1;
		on_late_write(sk, tp, known,
			      (struct late_mark){.service = service,
						 .write_seq = write_seq,
						 .notsent = write_seq - snd_nxt,
						 .more = write.more});
	}
	if (write.partial == PARTIAL_YES ||
	    (write.partial == PARTIAL_GUESS && looks_partial(sk, typed))) {
		count->partial++;
		if (write.waits)
			write_cut_short(sk, tp, known, service);
	}
}

#endif
