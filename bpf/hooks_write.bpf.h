/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a write() is seen to return, a writer to sleep, a connection to be accepted. */
#ifndef WIREGAP_HOOKS_WRITE_BPF_H
#define WIREGAP_HOOKS_WRITE_BPF_H

#include "bpf/accept.bpf.h"
#include "bpf/ack.bpf.h"
#include "bpf/send.bpf.h"

static __always_inline int sent(struct sock *sk, struct write write)
{
	__u64 began_ns = send_meter_begin();
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (!tp) {
		not_a_write();
		return 0;
	}
	on_write(sk, tp, NULL, write);
	send_meter_end(began_ns);
	return 0;
}

/* 6.5 and later: every kind of write passes here, io_uring and sendfile too. net/socket.c */
SEC("tp_btf/sock_send_length")
int BPF_PROG(wg_send_length, struct sock *sk, int ret)
{
	return sent(sk,
		    (struct write){.ret = ret, .partial = PARTIAL_GUESS, .waits = true, .more = true});
}

/* The locked variant: it returns under the socket's lock, as all transmission happens, and kTLS passes
 * here too.
 */
SEC("fexit/tcp_sendmsg_locked")
int BPF_PROG(wg_sendmsg, struct sock *sk, struct msghdr *msg, long size, int ret)
{
	__u32 flags = msg->msg_flags;

	return sent(sk, (struct write){.ret = ret,
				       .partial = ret < size ? PARTIAL_YES : PARTIAL_NO,
				       .waits = flags & MSG_DONTWAIT,
				       .more = flags & MSG_MORE});
}

/* Up to 6.4, sendfile and splice come here, a page at a time. */
SEC("fexit/do_tcp_sendpages")
int BPF_PROG(wg_sendpage, struct sock *sk, struct page *page, int offset, long size, int flags, int ret)
{
	return sent(sk, (struct write){.ret = ret,
				       .partial = ret < size ? PARTIAL_YES : PARTIAL_NO,
				       .waits = flags & MSG_DONTWAIT,
				       .more = true});
}

/* A writer goes to sleep, and its bytes are held although no write() has returned. The timeout would tell
 * whether it may sleep at all, but 5.10 lets no program touch a pointer to a plain long.
 */
SEC("fentry/sk_stream_wait_memory")
int BPF_PROG(wg_wait_begin, struct sock *sk)
{
	struct meter meter = meter_begin(WG_PROG_BLOCKED);
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct conn_view view;
	__u32 service;

	if (tp) {
		view_socket(&view, sk);
		service = service_of(view.address, true);
		if (service != WG_NOT_OBSERVED) {
			writer_mark(&view, service, WAIT_BLOCKED);
			ack_look(&view, tp);
		}
	}
	meter_end(&meter);
	return 0;
}

SEC("fexit/sk_stream_wait_memory")
int wg_wait_end(unsigned long long *ctx)
{
	struct sock *sk = (struct sock *)ctx[0];
	int error = (int)ctx[2]; /* behind the two arguments */
	struct conn_view view;

	if (late_filter[sk->__sk_common.skc_hash % WG_FILTER_SLOTS] && sk->sk_protocol == IPPROTO_TCP) {
		view_socket(&view, sk);
		writer_take(&view, error == -EAGAIN ? WAIT_REFUSED : WAIT_BLOCKED);
	}
	return 0;
}

/* Its arguments changed in 6.10 (struct proto_accept_arg); the accepted socket follows them. */
SEC("fexit/inet_csk_accept")
int wg_accept(unsigned long long *ctx)
{
	struct meter meter = meter_begin(WG_PROG_ACCEPT);
	struct sock *sk;

	/* Two loads with fixed offsets: the verifier takes no computed one. */
	if (accept_arguments == 2) {
		sk = (struct sock *)ctx[2];
		barrier_var(sk);
	} else {
		sk = (struct sock *)ctx[4];
		barrier_var(sk);
	}

	if (sk)
		accepted(address_of(sk), address_of((struct sock *)ctx[0]));
	meter_end(&meter);
	return 0;
}

#endif
