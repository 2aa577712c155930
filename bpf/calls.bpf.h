/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The write calls themselves, on demand (syscalls: true): which call, how many, how long it took, joined to
 * the socket. Two programs on every system call of the host: that is their price.
 */
#ifndef WIREGAP_CALLS_BPF_H
#define WIREGAP_CALLS_BPF_H

#include "bpf/syscalls.bpf.h"

static __always_inline __u32 call_of(long nr)
{
	switch (nr) {
	case NR_write: return WG_CALL_WRITE;
	case NR_writev: return WG_CALL_WRITEV;
	case NR_sendto: return WG_CALL_SENDTO;
	case NR_sendmsg: return WG_CALL_SENDMSG;
	case NR_sendmmsg: return WG_CALL_SENDMMSG;
	case NR_sendfile: return WG_CALL_SENDFILE;
	case NR_splice: return WG_CALL_SPLICE;
	}
	return WG_CALLS;
}

static __always_inline void call_add(__u32 service, __u32 call, __u64 ns)
{
	__u32 index = service * WG_CALLS + call;

	histogram_record(bpf_map_lookup_elem(&call_delays, &index), ns);
}

static __always_inline void call_returned(struct sock *sk, __u32 call)
{
	__u64 thread = bpf_get_current_pid_tgid();
	__u64 *began = bpf_map_lookup_elem(&calls_begun, &thread);
	__u32 service;

	if (!began) {
		count_loss(WG_LOST_WRITE_CALLS);
		return;
	}
	service = service_of((__u64)sk, true);
	if (service != WG_NOT_OBSERVED)
		call_add(service, call, bpf_ktime_get_ns() - *began);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(wg_call_enter, struct pt_regs *regs, long nr)
{
	__u64 thread, now;

	if (!is_write(nr))
		return 0;
	thread = bpf_get_current_pid_tgid();
	now = bpf_ktime_get_ns();
	bpf_map_update_elem(&calls_begun, &thread, &now, BPF_ANY);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(wg_call_exit, struct pt_regs *regs, long ret)
{
	struct meter meter = meter_begin(WG_PROG_CALL);
	long nr = regs->orig_ax;
	__u32 call = call_of(nr);
	struct file *file;
	struct sock *sk;

	if (call < WG_CALLS) {
		file = written_file(regs, nr);
		sk = file ? tcp_sock_of(file) : NULL;
		if (sk)
			call_returned(sk, call);
	}
	meter_end(&meter);
	return 0;
}

#endif
