/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The walk over all processes' files: who owns which socket, in every network namespace. It costs as
 * much as there are open files, so it runs at the start and then rarely. It knows the process of a
 * connection that existed before us, and it is the only look at another namespace's quiet sockets.
 */
#ifndef WIREGAP_FILES_BPF_H
#define WIREGAP_FILES_BPF_H

#include "bpf/iterators.bpf.h"

/* bpf_sock_from_file exists since 5.11; a socket's file has had its struct socket in private_data
 * for longer than that (net/socket.c, sock_alloc_file).
 */
static __always_inline struct sock *tcp_sock_of(struct file *file)
{
	struct socket *socket;
	struct sock *sk;
	__u16 protocol;

	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	sk = socket ? BPF_CORE_READ(socket, sk) : NULL;
	if (!sk)
		return NULL;
	protocol = BPF_CORE_READ(sk, sk_protocol);
	if (protocol == IPPROTO_MPTCP)
		return tcp_of_mptcp(sk);
	return protocol == IPPROTO_TCP ? sk : NULL;
}

/* The very first record of the first walk, before any hook is attached. */
static __always_inline void begin_watch(void)
{
	if (attached_ns)
		return;
	learn_anchor();
	own_netns =
		netns_id(BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), nsproxy, net_ns));
	attached_ns = bpf_ktime_get_ns();
}

/* A connection that nobody saw being born: its listener's, else this process' that has it open. */
__noinline __u32 meet_connection(__u64 address, __u64 task_address)
{
	struct task_struct *task = (struct task_struct *)task_address;
	__u32 service = home_service(address);
	struct owner owner = {};

	if (service != WG_UNKNOWN)
		return service;
	service = listener_of(address);
	if (service == WG_UNKNOWN) {
		owner_of_task(&owner, task);
		service = service_by_ports(address, &owner, task);
	}
	adopted(address, service);
	return service;
}

static __always_inline void fill_listener(struct wg_owned *owned, struct sock *sk)
{
	struct net *net = net_of((__u64)sk);

	owned->connection.sk = (__u64)sk;
	owned->connection.state = TCP_LISTEN;
	owned->connection.netns = netns_id(net);
	owned->connection.netns_inode = BPF_CORE_READ(net, ns.inum);
	owned->accept_queue_length = BPF_CORE_READ(sk, sk_ack_backlog);
	owned->accept_queue_limit = BPF_CORE_READ(sk, sk_max_ack_backlog);
	owned->accept_drops = BPF_CORE_READ(sk, sk_drops.counter);
}

/* A function of its own for the sake of the stack, as account_typed(). */
static __noinline int tell(struct bpf_iter__task_file *ctx, struct sock *sk, __u32 service)
{
	struct task_struct *task = ctx->task;
	struct wg_owned owned = {};
	struct conn_view view;

	if (!task)
		return 0;
	if (BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_LISTEN) {
		fill_listener(&owned, sk);
	} else {
		view_address(&view, sk);
		fill_connection(&owned.connection, &view, (struct tcp_sock *)sk, false);
		if (!watching)
			resent_before_us((__u64)sk, (struct tcp_sock *)sk, false);
		resent_read(&owned.connection);
	}
	owned.connection.service = service;
	owned.tgid = BPF_CORE_READ(task, tgid);
	BPF_CORE_READ_INTO(&owned.comm, task, group_leader, comm);
	bpf_seq_write(ctx->meta->seq, &owned, sizeof(owned));
	return 0;
}

/* An MPTCP connection's: in other namespaces no other walk meets it. */
static __always_inline void count_path(struct sock *sk, __u32 service)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;

	if (is_subflow(tp, false))
		count_ahead((__u64)sk, service, BPF_CORE_READ(tp, write_seq),
			    BPF_CORE_READ(sk, __sk_common.skc_state));
}

SEC("iter/task_file")
int wg_iter_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct sock *sk;
	__u32 service;

	if (ctx->meta->seq_num == 0)
		begin_watch();
	if (!task || !file)
		return 0;
	sk = tcp_sock_of(file);
	if (!sk)
		return 0;
	if (BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_LISTEN)
		service = meet_listener((__u64)sk, address_of(task));
	else if (!listeners_only &&
		 was_connected((__u64)sk)) /* listeners first: a connection is its listener's */
		service = meet_connection((__u64)sk, address_of(task));
	else
		return 0;
	if (service == WG_NOT_OBSERVED)
		return 0;
	count_path(sk, service);
	tell(ctx, sk, service);
	return 0;
}

#endif
