#pragma once
// An address to listen on, as people write it.

#include <boost/asio/ip/address.hpp>
#include <string>

#include "engine/base/result.h"

namespace stafett::server {

struct Endpoint {
  boost::asio::ip::address address;
  std::uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:8080", "localhost:8080". Errors: invalid_argument.
Result<Endpoint> parse_endpoint(const std::string& text);

}  // namespace stafett::server
