// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/service_sums.h"
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {
namespace {

using model::Connection;
using model::Owner;

template <auto end>
void endpoint(const Connection& c, const Known&, Sink& sink) {
    give(sink, {}, to_string(c.*end));
}

void owner_text(const Connection& c, const Known&, Sink& sink) {
    if (c.owner.comm.empty()) return;
    give(sink, {},
         c.owner.pid == 0 ? c.owner.comm : c.owner.comm + "/" + std::to_string(c.owner.pid));
}

}  // namespace

// clang-format off
ConnectionFields connection_queues() {
    return {
    {text("service", "Name of the service it belongs to."), get<&Connection::service>},
    {count("service_port", "Port of the service it belongs to."), get<&Connection::service_port>},
    {text("role", "server: the connection was accepted here; client: it was made here."), get<&Connection::role>},
    {count("netns_inode", "Inode of its network namespace."), get<&Connection::netns_inode>},
    {count("cookie", "The kernel's socket cookie; absent if the kernel gave none."),
     [](const Connection& c, const Known&, Sink& sink) { if (c.cookie != 0) give(sink, {}, c.cookie); }},
    {text("state", "TCP state."),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, model::tcp_state_name(c.state)); }},
    {text("local", "Local address and port."), endpoint<&Connection::local>},
    {text("peer", "The peer's address and port."), endpoint<&Connection::peer>},
    {bytes("notsent_bytes", "Payload bytes that write() accepted and TCP has not transmitted."), get<&Connection::notsent_bytes>},
    {bytes("unacked_bytes", "Payload bytes transmitted and not acknowledged, including those in this host's egress queue."),
     get<&Connection::unacked_bytes>},
    {bytes("held_bytes", "Bytes waiting on this host: reply backlog, where it is known, plus notsent."),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, held_bytes(c)); }},
    {bytes("receive_queue_bytes", "Bytes received that the local application has not read."),
     get<&Connection::receive_queue_bytes>},
    {bytes("send_buffer_used_bytes", "Memory that the send queue uses (truesize)."),
     get<&Connection::send_buffer_used_bytes>},
    {bytes("send_buffer_limit_bytes", "Memory that the send queue may use (sk_sndbuf, truesize)."),
     get<&Connection::send_buffer_limit_bytes>},
    {ratio("send_buffer_fill_ratio", "Send buffer memory used divided by its limit; can exceed 1."),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, fill_ratio_of(c)); }},
    {count("cwnd_segments", "Congestion window, in segments."), get<&Connection::cwnd_segs>},
    {bytes("rwnd_bytes", "The peer's receive window."), get<&Connection::rwnd_bytes>},
    {bytes("mss_bytes", "Payload bytes of a full segment."), get<&Connection::mss_bytes>},
    {seconds("srtt_seconds", "Smoothed round-trip time."),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, static_cast<double>(c.srtt_us) / 1e6); }},
    {bytes("retransmitted_bytes", "Payload bytes retransmitted over the connection's life."), get<&Connection::retransmitted_bytes>},
    {bytes("acked_bytes", "Payload bytes that the peer acknowledged over the connection's life."), get<&Connection::acked_bytes>},
    {seconds("oldest_notsent_seconds", "How long the oldest notsent byte has waited; absent if none waits or the time is not known.")
     .if_known(knows<&Known::departures>),
     [](const Connection& c, const Known&, Sink& sink) {
         if (c.oldest_notsent_ns) give(sink, {}, seconds_of_ns(*c.oldest_notsent_ns));
     }},
    {count("owner.pid", "Id of a process that has the socket open; absent if none was found."),
     [](const Connection& c, const Known&, Sink& sink) { if (c.owner.pid != 0) give(sink, {}, c.owner.pid); }},
    {text("owner.comm", "Name of that process."), get<&Connection::owner, &Owner::comm>},
    {text("owner.unit", "Its systemd unit, without .service."), get<&Connection::owner, &Owner::unit>},
    {text("owner.container", "First 12 characters of its container's id."),
     get<&Connection::owner, &Owner::container>},
    {text("owner.name", "Process name and id, as far as they are known."), owner_text},
    };
}
// clang-format on

}  // namespace wiregap::view
