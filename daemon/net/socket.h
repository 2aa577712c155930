// SPDX-License-Identifier: Apache-2.0
// What accept() and connect() give and a Stream takes, so that stream.h need not know asio.
#pragma once

#include <boost/asio/ip/tcp.hpp>

namespace wiregap::net {

struct Socket {
    boost::asio::ip::tcp::socket asio;
};

}  // namespace wiregap::net
