/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who a process is: its control group (cgroup v2), its start, its name. Never a bare pid, which the kernel uses again. */
#ifndef WIREGAP_OWNER_BPF_H
#define WIREGAP_OWNER_BPF_H

#include "bpf/drift.bpf.h"

#define ROOT_CGROUP 1 /* a host with cgroup v1 has everything there (kernfs ids begin with 1) */

/* A process' name, not its thread's. */
union process_name {
	char text[WG_COMM_BYTES];
	__u64 word[WG_COMM_BYTES / 8];
};

struct owner {
	union process_name name;
	__u64 cgroup; /* 0: none of its own */
};

static __always_inline void owner_of_task(struct owner *owner, struct task_struct *task)
{
	owner->cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	if (owner->cgroup == ROOT_CGROUP)
		owner->cgroup = 0;
	BPF_CORE_READ_INTO(&owner->name.text, task, group_leader, comm);
}

/* 0 as well where there is no task. */
static __always_inline __u32 uid_of(struct task_struct *task)
{
	return task ? BPF_CORE_READ(task, cred, uid.val) : 0;
}

#define PF_KTHREAD 0x00200000 /* include/linux/sched.h */

/* The kernel's own sockets (NFS, Ceph) are made by workers whose names change. */
static __always_inline bool is_kernel(void)
{
	return current_task_flags() & PF_KTHREAD;
}

static __always_inline void owner_current(struct owner *owner, bool in_kernel)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();

	if (in_kernel) {
		__builtin_memcpy(owner->name.text, "kernel", sizeof("kernel"));
		return;
	}
	owner->cgroup = bpf_get_current_cgroup_id();
	if (owner->cgroup == ROOT_CGROUP)
		owner->cgroup = 0;
	if ((__u32)pid_tgid == pid_tgid >> 32) {
		bpf_get_current_comm(owner->name.text, sizeof(owner->name.text));
	} else {
		struct task_struct *task = (struct task_struct *)bpf_get_current_task();

		BPF_CORE_READ_INTO(&owner->name.text, task, group_leader, comm);
	}
}

/* What user space needs to name a service; read once, when the service is made. */
static __always_inline void describe(struct wg_description *description, struct task_struct *task)
{
	description->tgid = BPF_CORE_READ(task, tgid);
	description->start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	description->uts_inode = BPF_CORE_READ(task, nsproxy, uts_ns, ns.inum);
	BPF_CORE_READ_STR_INTO(&description->node_name, task, nsproxy, uts_ns, name.nodename);
}

#endif
