/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Before 6.5 no tracepoint tells of a write, so the tracepoint back end looks at the end of every
 * system call: which call, which descriptor, whose socket. It taxes every call of the host (measured:
 * 30 ns), and runs only where nothing better loads.
 */
#ifndef WIREGAP_SYSCALL_EXIT_BPF_H
#define WIREGAP_SYSCALL_EXIT_BPF_H

#include "bpf/syscalls.bpf.h"

/* write() and sendto() name a size; for the others it stands in the caller's memory.
 * A sendmmsg counts as one write.
 */
static __always_inline enum partial partial_of(long nr, long ret, long requested)
{
	if (nr != NR_write && nr != NR_sendto)
		return PARTIAL_GUESS;
	return ret < requested ? PARTIAL_YES : PARTIAL_NO;
}

/* sendmmsg answers with a number of messages; what each took stands in its msg_len. */
#define MMSG_BYTES 64
#define MMSG_LEN_AT 56
#define MMSG_MAX 64

static __always_inline long mmsg_bytes(__u64 messages, long count)
{
	long bytes = 0;

	for (int i = 0; i < MMSG_MAX && i < count; i++) {
		__u32 one = 0;

		bpf_probe_read_user(&one, sizeof(one),
				    (void *)(messages + i * MMSG_BYTES + MMSG_LEN_AT));
		bytes += one;
	}
	return bytes;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(wg_sys_exit, struct pt_regs *regs, long ret)
{
	__u64 began_ns = send_meter_begin();
	long nr = regs->orig_ax;
	struct conn_view view;
	struct write write;
	struct file *file;
	struct sock *sk;

	if (!is_write(nr) || !ret)
		return not_a_write();
	file = written_file(regs, nr);
	sk = file ? tcp_sock_of(file) : NULL;
	if (!sk || is_subflow((struct tcp_sock *)sk, false)) /* ahead.bpf.h counts those */
		return not_a_write();
	write = (struct write){.ret = ret,
			       .partial = partial_of(nr, ret, regs->dx),
			       .waits = BPF_CORE_READ(file, f_flags) & O_NONBLOCK,
			       .more = true};
	view_address(&view, sk);
	if (nr == NR_sendmmsg && ret > 0)
		write.ret = mmsg_bytes(regs->si, ret);
	on_write(sk, (struct tcp_sock *)sk, &view, write);
	send_meter_end(began_ns);
	return 0;
}

#endif
