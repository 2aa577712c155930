/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The few kernel types that wiregap reads, each with the few fields that it needs. libbpf relocates
 * every access against the running kernel's BTF (CO-RE), so neither order nor offsets matter here,
 * and no vmlinux.h of the build machine is needed. Drift between kernels is handled in drift.bpf.h.
 */
#ifndef WIREGAP_KERNEL_TYPES_H
#define WIREGAP_KERNEL_TYPES_H

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __s32 s32;
typedef __u64 u64;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

/* include/uapi/linux/bpf.h: only what is used. */
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_QUEUE = 22,
	BPF_MAP_TYPE_SK_STORAGE = 24,
};
enum bpf_func_id {
	BPF_FUNC_get_current_task_btf = 158,
};
enum { BPF_ANY = 0, BPF_NOEXIST = 1, BPF_EXIST = 2 };
enum { BPF_F_NO_PREALLOC = 1U, BPF_F_MMAPABLE = 1U << 10 };
enum { BPF_SK_STORAGE_GET_F_CREATE = 1U, BPF_LOCAL_STORAGE_GET_F_CREATE = 1U };
struct bpf_spin_lock {
	__u32 val;
};

/* include/net/tcp_states.h */
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_CLOSE,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_LISTEN,
	TCP_CLOSING,
	TCP_NEW_SYN_RECV,
};
enum { AF_INET = 2, AF_INET6 = 10, IPPROTO_TCP = 6, IPPROTO_MPTCP = 262 };
enum { EPIPE = 32, EAGAIN = 11, ECONNABORTED = 103, ECONNRESET = 104, ECONNREFUSED = 111 };
enum { S_IFMT = 0170000, S_IFSOCK = 0140000 };
enum { O_NONBLOCK = 00004000 };
enum { SOCK_NOSPACE_BIT = 2 };                          /* include/linux/net.h: SOCK_NOSPACE */
enum { TSQ_THROTTLED_FLAG = 1U, TSQ_QUEUED_FLAG = 2U }; /* include/linux/tcp.h: TSQF_* */
enum { TCP_NAGLE_CORK = 2 };                            /* include/net/tcp.h */
enum { SK_PACING_NONE, SK_PACING_NEEDED };              /* include/net/sock.h; 2 is SK_PACING_FQ */
enum { TCP_CA_RECOVERY = 3 };                           /* include/uapi/linux/tcp.h; 4 is Loss */
enum { MSG_MORE = 0x8000, MSG_DONTWAIT = 0x40 };        /* include/linux/socket.h */

#define CORE __attribute__((preserve_access_index))

struct list_head;
struct pt_regs {
	long unsigned int di, si, dx, orig_ax;
} CORE;

struct ns_common {
	unsigned int inum;
} CORE;
struct local_ports {
	int range[2];
} CORE;
struct netns_ipv4 {
	struct local_ports ip_local_ports;
	u8 sysctl_tcp_retries2; /* an int before 5.16: its first byte */
} CORE;
struct local_ports___packed { /* from 6.8: high << 16 | low */
	u32 range;
} CORE;
struct netns_ipv4___packed {
	struct local_ports___packed ip_local_ports;
} CORE;
struct net___packed {
	struct netns_ipv4___packed ipv4;
} CORE;
struct net {
	struct ns_common ns;
	struct netns_ipv4 ipv4;
	u64 net_cookie; /* an atomic64_t before 5.12: then it does not exist for us */
	u32 hash_mix;
} CORE;
typedef struct {
	struct net *net;
} CORE possible_net_t;
struct in6_addr {
	union {
		__u8 u6_addr8[16];
	} in6_u;
} CORE;
typedef struct {
	__s64 counter;
} CORE atomic64_t;

typedef struct {
	int counter;
} CORE atomic_t;
typedef struct {
	atomic_t refs;
} CORE refcount_t;

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	unsigned int skc_hash;
	__be16 skc_dport;
	__u16 skc_num;
	short unsigned int skc_family;
	volatile unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
} CORE;

struct sk_buff;
struct sk_buff_head {
	struct sk_buff *next;
	struct sk_buff *prev;
} CORE;

struct file;
struct socket {
	long unsigned int flags;
	struct file *file;
	struct sock *sk;
} CORE;

struct sock {
	struct sock_common __sk_common;
	int sk_wmem_queued;
	int sk_sndbuf;
	int sk_write_pending;
	struct sk_buff_head sk_write_queue;
	refcount_t sk_wmem_alloc;
	long unsigned int sk_pacing_rate;
	long unsigned int sk_max_pacing_rate;
	u32 sk_pacing_status;
	u8 sk_pacing_shift;
	u32 sk_ack_backlog;
	u32 sk_max_ack_backlog;
	atomic_t sk_drops;
	u16 sk_protocol;
	int sk_err;
	struct socket *sk_socket;
	long unsigned int sk_tsq_flags;
} CORE;

struct inet_sock {
	struct sock sk;
	__be16 inet_sport;
} CORE;
struct inet_connection_sock {
	struct inet_sock icsk_inet;
	u8 icsk_ca_state : 5;
	u8 icsk_backoff;
	u8 icsk_probes_out;
	u32 icsk_user_timeout; /* ms */
	void *icsk_ulp_data;
} CORE;

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	u32 write_seq;
	u32 snd_nxt;
	u32 snd_una;
	u32 snd_wnd;
	u32 snd_cwnd;
	u32 srtt_us; /* times 8 */
	u32 rttvar_us;
	u32 rcv_nxt;
	u32 copied_seq;
	u32 rcv_wnd;
	u32 rcv_wup;
	u32 mss_cache;
	u16 gso_segs;
	u32 packets_out;
	u32 sacked_out;
	u32 lost_out;
	u32 retrans_out;
	u32 snd_sml;
	u8 nonagle : 4;
	u8 is_mptcp : 1;
	u64 tcp_wstamp_ns;
	u64 bytes_sent;
	u64 bytes_acked;
	u64 bytes_retrans;
	u64 tcp_clock_cache;
} CORE;

struct mptcp_sock {
	struct sock *first;
} CORE;

struct mptcp_subflow_context {
	struct sock *conn;
} CORE;

struct sk_buff {
	struct sk_buff *next;
	struct sock *sk;
	unsigned int len;
	unsigned int data_len;
	unsigned int end; /* offset from head, on 64 bits */
	unsigned char *head;
	__u16 transport_header;
	__u16 mac_header;
	char cb[48];
} CORE;

struct skb_shared_info {
	__u8 nr_frags;
	u16 gso_segs;
} CORE;

struct tcphdr {
	__be16 source;
	__be16 dest;
	__be32 seq;
	__be32 ack_seq;
	__u8 offset_byte; /* data offset in the upper four bits */
	__u8 flags;
};

struct tcp_skb_cb {
	__u32 ack_seq;
} CORE;

struct msghdr {
	unsigned int msg_flags;
} CORE;
struct page;
struct Qdisc;
struct netdev_queue;

struct inode {
	short unsigned int i_mode;
} CORE;
struct file {
	struct inode *f_inode;
	unsigned int f_flags;
	void *private_data;
} CORE;
struct fdtable {
	unsigned int max_fds;
	struct file **fd;
} CORE;
struct files_struct {
	struct fdtable *fdt;
} CORE;
struct kernfs_node {
	u64 id;
} CORE;
struct cgroup {
	struct kernfs_node *kn;
} CORE;
struct css_set {
	struct cgroup *dfl_cgrp;
} CORE;
struct new_utsname {
	char nodename[65];
} CORE;
struct uts_namespace {
	struct new_utsname name;
	struct ns_common ns;
} CORE;
struct nsproxy {
	struct uts_namespace *uts_ns;
	struct net *net_ns;
} CORE;
typedef struct {
	u32 val;
} CORE kuid_t;
struct cred {
	kuid_t uid;
} CORE;
struct task_struct {
	int pid;
	int tgid;
	unsigned int flags;
	u64 start_boottime;
	char comm[16];
	struct task_struct *group_leader;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct css_set *cgroups;
	const struct cred *cred;
} CORE;

struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
	u64 session_id;
	u64 seq_num;
} CORE;
struct bpf_map;
struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
} CORE;
struct bpf_iter__bpf_sk_storage_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	struct sock *sk;
	void *value;
} CORE;
struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
} CORE;
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	u32 fd;
	struct file *file;
} CORE;

#endif
