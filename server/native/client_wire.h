#pragma once
// The wire to one client: a TCP socket, in clear on loopback, or TLS 1.3 over it.
//
// Threads: as Wire.

#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "server/native/wire.h"

namespace stafett::server {
class TlsIdentity;
}

namespace stafett::server::native {

// The socket's executor is one thread or a strand. `identity`: null: in clear.
std::unique_ptr<Wire> make_client_wire(boost::asio::ip::tcp::socket socket,
                                       std::shared_ptr<TlsIdentity> identity);

}  // namespace stafett::server::native
