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

	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	sk = socket ? BPF_CORE_READ(socket, sk) : NULL;
	if (!sk || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return NULL;
	return sk;
}

/* The very first record of the first walk, before any hook is attached. */
static __always_inline void begin_watch(void)
{
	if (attached_ns)
		return;
	learn_anchor();
	attached_ns = bpf_ktime_get_ns();
}

SEC("iter/task_file")
int wg_iter_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct wg_owned owned = {};
	struct conn_view view;
	struct sock *sk;
	__u8 state;

	if (ctx->meta->seq_num == 0)
		begin_watch();
	if (!task || !file)
		return 0;
	sk = tcp_sock_of(file);
	if (!sk)
		return 0;
	owned.tgid = task->tgid;
	BPF_CORE_READ_INTO(&owned.comm, task, group_leader, comm);
	view_address(&view, sk);
	state = BPF_CORE_READ(sk, __sk_common.skc_state);
	if (state == TCP_LISTEN) {
		owned.connection.service = meet_listener(&view, owned.tgid, owned.comm);
		owned.connection.state = state;
		owned.connection.netns_inode = netns_inode_at(view.netns);
		owned.accept_queue_length = BPF_CORE_READ(sk, sk_ack_backlog);
		owned.accept_queue_limit = BPF_CORE_READ(sk, sk_max_ack_backlog);
		owned.accept_drops = BPF_CORE_READ(sk, sk_drops.counter);
		if (owned.connection.netns_inode != own_netns_inode)
			bpf_seq_write(ctx->meta->seq, &owned, sizeof(owned));
		return 0;
	}
	if (state == TCP_CLOSE || !view.remote_port)
		return 0;
	if (!is_server(&view) && !client_find(view.address))
		client_remember(view.address, client_service(netns_inode_at(view.netns),
							     view.remote_port, owned.comm,
							     owned.tgid));
	fill_connection(&owned.connection, &view, (struct tcp_sock *)sk, false);
	owned.connection.service = service_of(&view, false);
	owned.connection.role = is_server(&view) ? WG_ROLE_SERVER : WG_ROLE_CLIENT;
	bpf_seq_write(ctx->meta->seq, &owned, sizeof(owned));
	return 0;
}

#endif
