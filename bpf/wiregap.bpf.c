/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The entry points. Each is small: it turns its hook's arguments into a view of the connection and
 * calls the one handler that all back ends share. User space decides, program by program and by
 * trying, which of them are loaded (daemon/kernel/bpf/hooks.cpp).
 */
#include "bpf/kernel_types.h"

#include "bpf/hooks_segment.bpf.h"
#include "bpf/hooks_write.bpf.h"
#include "bpf/socket_state.bpf.h"
#include "bpf/meter.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(wg_set_state, struct sock *sk, int old_state, int new_state)
{
	struct meter meter;

	if (old_state == TCP_ESTABLISHED)
		sample_forget(sk);
	if (!matters(new_state))
		return 0;
	meter = meter_begin(WG_PROG_STATE);
	on_state(sk, old_state, new_state);
	meter_end(&meter);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(wg_destroy_sock, struct sock *sk)
{
	struct meter meter = meter_begin(WG_PROG_STATE);

	on_destroy(sk);
	meter_end(&meter);
	return 0;
}

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(wg_retransmit, struct sock *sk, struct sk_buff *skb)
{
	struct meter meter = meter_begin(WG_PROG_RETRANSMIT);
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	/* Since 6.15 it also tells of failed attempts, and says so. */
	bool failed = retransmit_has_error && (int)ctx[2];

	if (tp)
		on_retransmit(address_of(sk), tp->bytes_retrans, failed ? 0 : skb->len);
	meter_end(&meter);
	return 0;
}

/* Hot only where a host drops much; what has no socket, or only came to its end, is let go at once. Loaded where the
 * tracepoint has a third argument, the reason.
 */
SEC("tp_btf/kfree_skb")
int BPF_PROG(wg_drop, struct sk_buff *skb)
{
	struct sock *sk = skb->sk;
	struct meter meter;
	__u32 drop;

	if (!sk)
		return 0;
	drop = drop_of(ctx[2]);
	if (drop >= WG_DROPS || !is_live_tcp(sk))
		return 0;
	meter = meter_begin(WG_PROG_DROP);
	if (goes_out(skb, sk))
		count_drop(address_of(sk), segments_of(skb), drop);
	meter_end(&meter);
	return 0;
}

#include "bpf/calls.bpf.h"
#include "bpf/files.bpf.h"
#include "bpf/iterators.bpf.h"
#include "bpf/syscall_exit.bpf.h"
