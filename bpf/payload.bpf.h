/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which bytes of its stream a segment carries that is on its way to the device: by its TCP header, as the
 * control block is already overwritten there.
 */
#ifndef WIREGAP_PAYLOAD_BPF_H
#define WIREGAP_PAYLOAD_BPF_H

#include "bpf/drift.bpf.h"

/* False if it carries none, or the header can't be read. */
static __always_inline bool read_payload(struct sk_buff *skb, struct tcphdr *header, __u32 *begin,
					 __u32 *end)
{
	__u16 transport = skb->transport_header;
	__u32 payload_begin, payload_bytes;

	if (bpf_probe_read_kernel(header, sizeof(*header), skb->head + transport))
		return false;
	payload_begin = transport + (header->offset_byte >> 4) * 4;
	payload_bytes = skb->len - (payload_begin - (__u32)(__u16)skb->mac_header);
	if (!payload_bytes || payload_bytes > skb->len)
		return false;
	*begin = bpf_ntohl(header->seq);
	*end = *begin + payload_bytes;
	return true;
}

#endif
