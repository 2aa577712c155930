/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One accessor per thing that differs between kernels or between kinds of pointers; nothing else
 * knows of the difference.
 */
#ifndef WIREGAP_DRIFT_BPF_H
#define WIREGAP_DRIFT_BPF_H

#include "bpf/maps.bpf.h"

/* A pointer as a number. The verifier forbids to shift or multiply a kernel pointer, but the
 * difference of two pointers is a plain number (kernel/bpf/verifier.c, adjust_reg_min_max_vals).
 */
static __always_inline __u64 address_of(const void *pointer)
{
	__u64 difference = (__u64)pointer;
	asm("%0 -= %1" : "+r"(difference) : "r"(&address_anchor)); /* not volatile: may be sunk */
	return difference + anchor_address;
}

/* Learns where address_anchor lies: what is spilled to the stack can be read back as a number. */
static __always_inline void learn_anchor(void)
{
	void *pointer = &address_anchor;
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), &pointer);
	anchor_address = address;
}

/* Reads a field by a plain load where the verifier knows the pointer, else by a probe read. */
#define FIELD(typed, pointer, field) ((typed) ? (pointer)->field : BPF_CORE_READ(pointer, field))

/* A port as an index: some verifiers (5.10 to 6.12) forget the bound at a byte swap or a narrow store,
 * and some compilers drop a mask that they can prove to be needless.
 */
static __always_inline __u32 port_index(__u16 port)
{
	__u64 index = port;
	asm volatile("%0 &= 0xffff" : "+r"(index));
	return index;
}

/* Serial arithmetic: `a` lies before `b` (RFC 793, include/net/tcp.h). */
static __always_inline bool seq_before(__u32 a, __u32 b)
{
	return (__s32)(a - b) < 0;
}

static __always_inline __u32 seq_bytes(__u32 from, __u32 to)
{
	return seq_before(from, to) ? to - from : 0;
}


#endif
