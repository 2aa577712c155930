/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The verifier walks every path through a program, and what it walks is most of the daemon's start. A function
 * that is not static is walked once, whatever its callers know (kernel/bpf/verifier.c, check_func_call): so
 * those that record a result, and take plain numbers only, are not static.
 */
#ifndef WIREGAP_VERIFIER_BPF_H
#define WIREGAP_VERIFIER_BPF_H

#include "bpf/maps.bpf.h"

/* The same value, of which the verifier knows nothing any more: where each branch before has set another
 * constant, one path goes on instead of many. Not for hot code: it is a call.
 */
__noinline __u32 forget_path(__u32 value)
{
	barrier_var(value);
	return value;
}

#endif
