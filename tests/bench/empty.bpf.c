// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The floor: a program that does nothing. What it adds to a write is what the kernel takes for
 * calling any program at all from that hook. The hook is chosen at run time
 * (bpf_program__set_attach_target), so one program stands for tp_btf, fentry and fexit.
 * No include: nothing here needs a type of the kernel.
 */
#define SEC(name) __attribute__((section(name), used))

SEC("tp_btf")
int empty(void *ctx)
{
	(void)ctx;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
