#pragma once
// RequestLimits: who asks for more than LoadLimits allow is told when to come again.
//
// Threads:  any.
// Lifetime: the clock outlives it.
// Limits:   TokenBuckets; who has streams open is remembered, which connections bound.
//
// A person has one bucket whatever the address, so nobody is held back by what others send from the
// same one; an address pays only for what nobody signed in for.

#include <memory>

#include "server/limits/load_limits.h"
#include "server/limits/token_buckets.h"

namespace stafett::server {

// A stream that is open, or a take that waits, until it is let go.
using StreamLease = std::shared_ptr<const void>;

class RequestLimits final {
 public:
  RequestLimits(const LoadLimits& limits, Clock& clock);

  // Empty: go on. Else after how many seconds to come again. `person`: as one server knows one
  // person of one log. `address`: any text of one; of IPv6 the network counts.
  std::optional<std::uint32_t> ask_as_person(const std::string& person);
  std::optional<std::uint32_t> ask_from(const std::string& address);

  // Null: the person has as many as there may be, or all together have.
  StreamLease begin_stream(const std::string& person);
  std::string streams_allowed() const;  // in words

 private:
  struct Streams {
    std::mutex mutex;
    std::map<std::string, std::size_t> open;  // Guarded by mutex. None is 0.
    std::size_t count = 0;                    // Guarded by mutex. Of all.
  };
  const LoadLimits limits_;
  TokenBuckets persons_, addresses_;
  const std::shared_ptr<Streams> streams_;  // outlives this with the leases
};

// What of an address counts: all of an IPv4 address, also where it is written as IPv6, and the
// first 64 bits of others, as whoever has one has them all. What is no address counts as it is.
std::string network_of(const std::string& address);

}  // namespace stafett::server
