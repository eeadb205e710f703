#pragma once
// TcpWire: a plain TCP socket, for loopback.
//
// Threads: as Wire.

#include <boost/beast/core/tcp_stream.hpp>
#include <memory>

#include "server/native/wire.h"

namespace stafett::server::native {

// The socket's executor is the strand.
std::unique_ptr<Wire> make_tcp_wire(boost::asio::ip::tcp::socket socket);

}  // namespace stafett::server::native
