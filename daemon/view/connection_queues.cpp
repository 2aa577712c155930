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
    {text("service", "Its service's name."), get<&Connection::service>},
    {count("service_port", "Its service's port."), get<&Connection::service_port>},
    {text("role", "server: it was accepted; client: it was made here."), get<&Connection::role>},
    {count("netns_inode", "Inode of its network namespace."), get<&Connection::netns_inode>},
    {count("cookie", "The kernel's number of the socket; absent where it gave none."),
     [](const Connection& c, const Known&, Sink& sink) { if (c.cookie != 0) give(sink, {}, c.cookie); }},
    {text("state", "TCP state."),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, model::tcp_state_name(c.state)); }},
    {text("local", "Address and port of this end."), endpoint<&Connection::local>},
    {text("peer", "Address and port of the other end."), endpoint<&Connection::peer>},
    {bytes("notsent_bytes", "Payload bytes written and not sent yet."), get<&Connection::notsent_bytes>},
    {bytes("unacked_bytes", "Payload bytes sent and not acknowledged; those in this host's egress queue are among them."),
     get<&Connection::unacked_bytes>},
    {bytes("held_bytes", "Bytes that wait on this host: reply backlog, where it is known, and notsent."),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, held_bytes(c)); }},
    {bytes("receive_queue_bytes", "Bytes that arrived and the local application has not read."),
     get<&Connection::receive_queue_bytes>},
    {bytes("send_buffer_used_bytes", "Memory that the send queue takes (truesize)."),
     get<&Connection::send_buffer_used_bytes>},
    {bytes("send_buffer_limit_bytes", "Memory that it may take (sk_sndbuf, truesize)."),
     get<&Connection::send_buffer_limit_bytes>},
    {ratio("send_buffer_fill_ratio", "Used by limit; can exceed 1."),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, fill_ratio_of(c)); }},
    {count("cwnd_segments", "Congestion window."), get<&Connection::cwnd_segs>},
    {bytes("rwnd_bytes", "The peer's window."), get<&Connection::rwnd_bytes>},
    {bytes("mss_bytes", "Payload of a full segment."), get<&Connection::mss_bytes>},
    {seconds("srtt_seconds", "Round trip time, smoothed."),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, static_cast<double>(c.srtt_us) / 1e6); }},
    {bytes("retransmitted_bytes", "Payload bytes sent again, in its life."), get<&Connection::retransmitted_bytes>},
    {bytes("acked_bytes", "Payload bytes that the peer acknowledged, in its life."), get<&Connection::acked_bytes>},
    {seconds("oldest_notsent_seconds", "How long the oldest byte that is not sent yet has waited; absent if none waits or nobody knows.")
     .if_known(knows<&Known::departures>),
     [](const Connection& c, const Known&, Sink& sink) {
         if (c.oldest_notsent_ns) give(sink, {}, seconds_of_ns(*c.oldest_notsent_ns));
     }},
    {count("owner.pid", "A process that has its file, where one was found."),
     [](const Connection& c, const Known&, Sink& sink) { if (c.owner.pid != 0) give(sink, {}, c.owner.pid); }},
    {text("owner.comm", "That process' name."), get<&Connection::owner, &Owner::comm>},
    {text("owner.unit", "Its systemd unit, without .service."), get<&Connection::owner, &Owner::unit>},
    {text("owner.container", "First 12 characters of its container's id."),
     get<&Connection::owner, &Owner::container>},
    {text("owner.name", "Process name and id, or as much of it as is known."), owner_text},
    };
}
// clang-format on

}  // namespace wiregap::view
