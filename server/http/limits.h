#pragma once
// HttpLimits: bounds on what a client can make the server hold or wait for.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace stafett::server {

struct HttpLimits {
  std::size_t connections_max = 4096;  // more are told 503 and closed
  std::size_t turned_away_max = 64;    // at once; then nobody is accepted until one has gone
  std::size_t handshakes_max = 1024;   // of TLS, in progress at once; more are closed
  std::uint32_t header_bytes_max = 16 * 1024;
  std::uint64_t body_bytes_max = 1024 * 1024;
  std::uint32_t requests_max = 10'000;  // on one connection
  // From the first wait to the last header byte; a TLS handshake has as much before it.
  std::chrono::milliseconds header_time{10'000};
  std::chrono::milliseconds idle_time{60'000};     // between two requests of a connection
  std::chrono::milliseconds body_time{30'000};     // of a body; of a streamed one: without a byte
  std::chrono::milliseconds upload_time{600'000};  // of a streamed body, in all
  std::chrono::milliseconds write_time{30'000};    // of one response
  std::chrono::milliseconds drain_time{20'000};    // of a stop, for what is being answered
};

}  // namespace stafett::server
