/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which system calls write, and to which socket. */
#ifndef WIREGAP_SYSCALLS_BPF_H
#define WIREGAP_SYSCALLS_BPF_H

#include "bpf/files.bpf.h"

/* arch/x86/entry/syscalls/syscall_64.tbl; include/uapi/asm-generic/unistd.h for arm64 */
#if defined(__TARGET_ARCH_x86)
enum {
	NR_write = 1,
	NR_writev = 20,
	NR_sendfile = 40,
	NR_sendto = 44,
	NR_sendmsg = 46,
	NR_splice = 275,
	NR_sendmmsg = 307
};
#else
enum {
	NR_write = 64,
	NR_writev = 66,
	NR_sendfile = 71,
	NR_sendto = 206,
	NR_sendmsg = 211,
	NR_splice = 76,
	NR_sendmmsg = 269
};
#endif

static __always_inline bool is_write(long nr)
{
	return nr == NR_write || nr == NR_writev || nr == NR_sendfile || nr == NR_sendto ||
	       nr == NR_sendmsg || nr == NR_splice || nr == NR_sendmmsg;
}

static __always_inline struct file *file_of(__u32 fd)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **slots = BPF_CORE_READ(table, fd);
	struct file *file = NULL;

	if (fd < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), slots + fd);
	return file;
}

/* The socket of a write call that is returning, or NULL. */
static __always_inline struct file *written_file(struct pt_regs *regs, long nr)
{
	return file_of(nr == NR_splice ? regs->dx : regs->di);
}

#endif
