#pragma once
// NativeLimits: bounds on what a client of the native stream can make the server hold or wait for.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace stafett::server::native {

struct NativeLimits {
  std::size_t connections_max = 1024;       // more are closed at once
  std::size_t subscriptions_max = 16;       // of one connection
  std::size_t looks_max = 2;                // of one connection, at once
  std::size_t appends_max = 64;             // of one connection, not answered yet
  std::size_t append_bytes_max = 4 << 20;   // of them; the one that goes beyond is taken
  std::size_t piece_bytes = 256 * 1024;     // of events, sent at once; the last may go beyond
  std::size_t control_bytes_max = 4 << 20;  // of answers not taken, and to come: no more is read
  std::uint64_t behind_max = 10'000;        // entries, before a caught-up reader has fallen behind
  std::chrono::milliseconds sign_in_time{10'000};  // from the connection on, TLS with it
  std::chrono::milliseconds idle_time{300'000};    // nothing asked for and no subscription
  std::chrono::milliseconds frame_time{30'000};    // from a frame's first byte to its last
  std::chrono::milliseconds write_time{30'000};    // of one piece
  std::chrono::milliseconds heartbeat_time{15'000};
  std::chrono::milliseconds progress_time{1'000};  // at least, between two heartbeats
  std::chrono::hours session_time{12};             // of a connection
  std::chrono::milliseconds linger_time{1'000};    // after the last word, for the client to go
  std::chrono::milliseconds drain_time{20'000};    // of a stop
};

}  // namespace stafett::server::native
