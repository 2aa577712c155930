/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kernel programs and user space say to each other: fixed-width fields, explicit padding,
 * sizes asserted on both sides. Units stand in the names.
 */
#ifndef WIREGAP_SHARED_H
#define WIREGAP_SHARED_H

#ifdef __cplusplus
#include <cstdint>
#define WG_ASSERT_SIZE(type, bytes) static_assert(sizeof(struct type) == (bytes))
using __u8 = std::uint8_t;
using __u16 = std::uint16_t;
using __u32 = std::uint32_t;
using __u64 = unsigned long long;
#else
#define WG_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(struct type) == (bytes), #type)
#endif

enum {
	WG_COMM_BYTES = 16,
	WG_PORTS = 65536,
	WG_HIST_SLOTS = 280, /* eight per octave of 32 ns units; daemon/model/histogram.h */
	WG_HIST_UNIT_SHIFT = 5,
	WG_STAMP_SHIFT = 8, /* late writes are stamped in units of 256 ns: 32 bits last 18 minutes */
	WG_LATE_BATCHES = 4,
	WG_FILTER_SLOTS = 1024,
	WG_OWNER_TAG_SLOTS = 256,
	WG_LISTENERS = 8192,
	WG_UIDS = 1024, /* user ids share a place from there on */
	WG_HOME_SLOTS = 5,
	WG_NODE_NAME_BYTES = 64,
	WG_UNBOUND = 16,
	WG_TCP_STATES = 13,
	WG_REASON_SLOTS = 16, /* a power of two: indices are masked */
	WG_ACK_SAMPLES = 256,
	WG_ACCEPT_SAMPLES = 4096,
	WG_RESENT = 16384,
	WG_UNDECIDED = 1024,
	WG_DROP_REASONS = 256,
};

/* Ages in stamp units are pinned here (16 minutes), so that a stamp never wraps. */
#define WG_AGE_MAX 0xe0000000U
#define WG_AGE_AHEAD 0xf0000000U /* an "age" beyond this is a stamp a hair in the future */

/* Service ids: 0 collects what found no place; WG_NOT_OBSERVED is counted nowhere. */
enum { WG_SERVICE_OTHER = 0, WG_NOT_OBSERVED = 0x3fffU };
enum wg_role { WG_ROLE_SERVER = 0, WG_ROLE_CLIENT = 1 };
enum wg_cause {
	WG_CAUSE_FIN,
	WG_CAUSE_RESET_BY_PEER,
	WG_CAUSE_RESET_BY_US,
	WG_CAUSE_TIMEOUT,
	WG_CAUSES,
	WG_CAUSE_UNDECIDED = WG_CAUSES, /* resets.bpf.h: for some milliseconds */
	WG_CAUSE_SLOTS
};

/* Where this host drops a segment of its own, by the kernel's reason (include/net/dropreason-core.h). */
enum wg_drop {
	WG_DROP_QUEUE,     /* a queueing discipline: a shaper, a limit, a full queue */
	WG_DROP_FILTER,    /* netfilter, a traffic control action, a BPF program, IPsec */
	WG_DROP_ROUTE,     /* no route to the peer */
	WG_DROP_NEIGHBOUR, /* the next hop does not resolve, or too much waits for it */
	WG_DROP_OTHER,
	WG_DROPS
};

/* Why bytes are held, in the order of the kernel's tests: model::Reason plus one, so that a fresh state
 * is not held. A peer's window that is closed altogether is counted apart and shown as rwnd.
 */
enum wg_reason {
	WG_REASON_NOT_HELD,
	WG_REASON_PACING,
	WG_REASON_CWND,
	WG_REASON_RWND,
	WG_REASON_NAGLE,
	WG_REASON_CORK,
	WG_REASON_AUTOCORK,
	WG_REASON_TSQ,
	WG_REASON_TSO_DEFER,
	WG_REASON_UNKNOWN,
	WG_REASON_ZERO_WINDOW,
	WG_REASON_END,
	WG_REASON_NONE = 13, /* nothing binds: a segment that MSG_MORE held back, or one that waits for more to fill it */
	WG_REASON_PENDING = 14, /* held, and not looked at since the last transmission */
};
/* As leaves_unread() of daemon/model/connection.h. */
enum { WG_MUCH_UNREAD_BYTES = 16384 };
enum { WG_REASONS = WG_REASON_END - 1 }; /* those that are one: arrays begin with PACING */

/* Histograms of one service, in the order of `delays`. */
enum wg_delay {
	WG_DELAY_TRANSMIT, /* write to first transmission, late writes only */
	WG_DELAY_EGRESS,   /* qdisc to driver, sampled */
	WG_DELAY_ACK,      /* first transmission to ACK, sampled */
	WG_DELAY_BLOCKED,  /* a writer asleep for want of room */
	WG_DELAY_WRITABLE, /* EAGAIN or a partial write to the next accepted byte, buffer full */
	WG_DELAY_LOWAT,    /* the same, held back by TCP_NOTSENT_LOWAT */
	WG_DELAY_ACCEPT,   /* ESTABLISHED to accept() */
	WG_DELAYS,
};

/* The system calls that write; io_uring needs none. */
enum wg_call {
	WG_CALL_WRITE,
	WG_CALL_WRITEV,
	WG_CALL_SENDTO,
	WG_CALL_SENDMSG,
	WG_CALL_SENDMMSG,
	WG_CALL_SENDFILE,
	WG_CALL_SPLICE,
	WG_CALLS,
};

/* Losses: each is counted where it happens and exported as bpf_lost_total{what}. */
enum wg_lost {
	WG_LOST_SERVICES,     /* a service found no id: it is counted under "other" */
	WG_LOST_LATE_STATE,   /* no memory for a late write's stamp: counted, delay not known */
	WG_LOST_DELAYS,       /* a late write left unseen: counted, delay not known */
	WG_LOST_SOCKETS,      /* a socket found no place in the table of who it belongs to */
	WG_LOST_LISTENERS,    /* the same for a listener */
	WG_LOST_CONNECTIONS,  /* a connection with held bytes was not listed; sums include it */
	WG_LOST_WRITE_CALLS,  /* a write call's beginning was forgotten: too many at once */
	WG_LOST_ACCEPT_WAITS, /* two connections waited in one slot: one's wait is not known */
	WG_LOST_RESENT, /* a connection's retransmissions found no place: a part of them is not counted */
	WG_LOSSES,
};

/* Programs, in the order of prog_runs. */
enum wg_program {
	WG_PROG_SEND,
	WG_PROG_TRANSMIT,
	WG_PROG_STATE,
	WG_PROG_RETRANSMIT,
	WG_PROG_ACK,
	WG_PROG_DEQUEUE,
	WG_PROG_BLOCKED,
	WG_PROG_ACCEPT,
	WG_PROG_CALL,
	WG_PROG_DROP,
	WG_PROGRAMS,
};

/* One service's identity: an owner on a port. */
struct wg_service_key {
	__u64 netns;  /* the namespace's cookie (drift.bpf.h, netns_id) */
	__u64 cgroup; /* the owner's control group; 0: it has none of its own */
	char comm[WG_COMM_BYTES]; /* the program; empty for clients of a group that is one whole, and if unknown */
	__u16 port; /* host order; the listener's (server) or the remote one (client); 0: ephemeral */
	__u8 role; /* enum wg_role */
	__u8 pad[5];
};
WG_ASSERT_SIZE(wg_service_key, 40);

struct wg_service {
	__u64 since_ns;
	__u32 id;
	__u32 netns_inode;
	__u32 uid; /* of the process for which it was made */
	__u32 pad;
};
WG_ASSERT_SIZE(wg_service, 24);

/* By which user space names a service: the process that listens, or made the first connection. */
struct wg_description {
	__u64 start_ns; /* CLOCK_BOOTTIME: with tgid it is one process and no other */
	__u32 tgid;     /* 0: not known */
	__u32 uts_inode;
	char node_name[WG_NODE_NAME_BYTES];
};
WG_ASSERT_SIZE(wg_description, 80);

/* Where somebody listens; several sockets may, with SO_REUSEPORT. */
struct wg_listener_key {
	__u64 netns;
	__u8 address[16]; /* IPv4 in the first four bytes */
	__u16 port;
	__u16 family;
	__u32 pad;
};
WG_ASSERT_SIZE(wg_listener_key, 32);

struct wg_listener {
	__u32 service;
	__u32 sockets;
	__u32 is_provisional; /* of a service manager, or of nobody known: who accepts takes it over */
	__u32 is_left; /* its owner's socket is closed; another one that still listens takes it over */
	__u32 uid;     /* whose place in the table it is */
	__u32 pad;
};
WG_ASSERT_SIZE(wg_listener, 24);

/* Listeners that had no port yet when they began to listen: listen() without bind(). */
struct wg_unbound {
	__u64 sk;
	__u64 cgroup;
	char comm[WG_COMM_BYTES];
	struct wg_description description;
	__u32 netns_inode;
	__u32 is_provisional;
	__u32 uid;
	__u32 claims; /* 1: taken */
};
WG_ASSERT_SIZE(wg_unbound, 128);

/* An owner's service on a port, found without a hash. */
struct wg_owner_tag {
	__u64 netns;
	__u64 cgroup;
	__u64 comm[WG_COMM_BYTES / 8];
	__u32 role_port;
	__u32 service;
	__u32 seal; /* of all the above */
	__u32 pad;
};
WG_ASSERT_SIZE(wg_owner_tag, 48);

/* Per CPU and service. The first cache line is all that a write touches. */
struct wg_counters {
	__u64 written_bytes;
	__u64 writes_at_once;
	__u64 writes_late;
	__u64 partial;
	__u64 would_block;
	__u64 error;
	__u64 opened;
	__u64 retransmitted_bytes;
	__u64 closed[WG_CAUSE_SLOTS];
	__u64 undelivered_bytes[WG_CAUSE_SLOTS];
	__u64 undelivered_connections[WG_CAUSE_SLOTS];
	__u64 died_notsent_bytes; /* the part of undelivered_bytes that was never transmitted */
	__u64 delay_sum_ns;
	__u64 sockets; /* that belong to it, listeners too; a sum over CPUs, of which one may be below 0 */
	__u64 dropped_segments[WG_DROPS];
	__u64 pad;
	__u64 held_units[WG_REASON_SLOTS];      /* connection time with notsent > 0, in 256 ns */
	__u64 held_byte_units[WG_REASON_SLOTS]; /* the same times the bytes held */
};
WG_ASSERT_SIZE(wg_counters, 512);

/* A death of which it is not known yet who has reset it. */
struct wg_death {
	__u64 at_ns;
	__u32 service;
	__u32 undelivered_bytes;
};
WG_ASSERT_SIZE(wg_death, 16);

/* A connection that sent again, or of which this host dropped a segment. */
struct wg_resent {
	__u64 counted_bytes; /* of bytes_retrans: those that are in its service's counter, or from before us */
	__u32 dropped_segments;
	__u32 drop; /* enum wg_drop of the last of them */
};
WG_ASSERT_SIZE(wg_resent, 16);

struct wg_histogram {
	__u64 slot[WG_HIST_SLOTS];
	__u64 sum_ns; /* WG_DELAY_TRANSMIT has its sum in wg_counters */
};
WG_ASSERT_SIZE(wg_histogram, 2248);

/* Sums over live connections, made by the iterators; user space zeroes them before a pass. */
struct wg_gauges {
	__u64 notsent_bytes;
	__u64 unacked_bytes;
	__u64 send_buffer_used_bytes;
	__u64 send_buffer_limit_bytes;
	__u64 fill_max_ppm;
	__u64 listeners;
	__u64 connections[WG_TCP_STATES];
	__u64 egress_bytes;
	__u64 receive_queue_bytes;
	__u64 own_zero_windows; /* connections whose window we closed */
	__u64 accept_queue_length;
	__u64 accept_queue_limit;
	__u64 accept_drops; /* since each listener began */
	__u64 ahead_bytes;  /* of writes that sleep, counted as written in this walk */
	__u64 egress_payload_bytes;
	__u64 oldest_notsent_ns; /* 0: none waits */
	__u64 accept_fill_max_ppm;
};
WG_ASSERT_SIZE(wg_gauges, 232);

enum {
	WG_CONN_IPV6 = 1,
	WG_CONN_OLDEST_KNOWN = 2,
	WG_CONN_REASON_KNOWN = 4,
	WG_CONN_OWN_ZERO_WINDOW = 8,
	WG_CONN_PEER_ZERO_WINDOW = 16,
	WG_CONN_RECOVERY = 32,
	WG_CONN_WRITER_WAITS = 64,
	WG_CONN_PACED_BY_CC = 128, /* the pacing rate is below its cap: nobody set it */
};

/* One connection as an iterator saw it. Sequence arithmetic is done: these are bytes. */
struct wg_connection {
	__u64 sk; /* the kernel's address: identity while it lives, never shown */
	__u64 cookie;
	__u64 acked_bytes;
	__u64 sent_bytes;
	__u64 retransmitted_bytes;
	__u64 oldest_notsent_ns;
	__u64 pacing_rate; /* bytes per second; ~0: none */
	__u64 netns;
	__u32 service;
	__u32 netns_inode;
	__u32 notsent_bytes;
	__u32 unacked_bytes;
	__u32 receive_queue_bytes;
	__u32 send_buffer_used_bytes;
	__u32 send_buffer_limit_bytes;
	__u32 cwnd_segs;
	__u32 rwnd_bytes;
	__u32 mss_bytes;
	__u32 srtt_us;
	__u32 egress_bytes; /* truesize */
	__u32 held_units[WG_REASONS];
	__u32 rto_us;           /* without the back-off */
	__u32 user_timeout_ms;  /* TCP_USER_TIMEOUT; 0: none */
	__u32 dropped_segments; /* by this host */
	__u16 local_port;
	__u16 remote_port;
	__u8 local[16];
	__u8 remote[16];
	__u8 state;
	__u8 flags;   /* WG_CONN_* */
	__u8 reason;  /* enum wg_reason */
	__u8 drop;    /* enum wg_drop of the last dropped segment */
	__u8 probes;  /* of a closed window, that nobody has answered */
	__u8 backoff; /* how often the timer of retransmission or probe was doubled */
	__u8 retries; /* tcp_retries2: after so many the kernel gives up */
	__u8 pad;
};
WG_ASSERT_SIZE(wg_connection, 208);

/* What the walk over all processes' files says of one TCP socket. */
struct wg_owned {
	struct wg_connection connection;
	__u32 tgid;
	__u32 accept_queue_length; /* of a listener, as the next two */
	__u32 accept_queue_limit;
	__u32 accept_drops;
	char comm[WG_COMM_BYTES];
};
WG_ASSERT_SIZE(wg_owned, 240);

/* One segment of which the whole way is watched: transmission, leaving the qdisc, ACK. */
struct wg_ack_sample {
	__u64 sk;
	__u64 transmit_ns; /* 0: free */
	__u32 end_seq;
	__u32 service;
	__u32 dequeued; /* 1: it waited in a qdisc, and that is recorded */
	__u32 pad;
};
WG_ASSERT_SIZE(wg_ack_sample, 32);

struct wg_accept_sample {
	__u64 sk;
	__u64 established_ns;
};
WG_ASSERT_SIZE(wg_accept_sample, 16);

struct wg_runs {
	__u64 runs;
	__u64 timed_runs;
	__u64 timed_ns;
};
WG_ASSERT_SIZE(wg_runs, 24);

#endif
