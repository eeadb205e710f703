#pragma once
// Randomness is given, never taken: the operating system's in production (crypto/system_random.h),
// a seeded one in tests and simulation.

#include <cstdint>
#include <span>

#include "engine/base/ids.h"

namespace stafett {

// Threads: fill() from any thread.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

template <class Id>
Id random_id(Random& random) {
  Id id;
  random.fill({id.data(), Id::kBytes});
  return id;
}

// UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds, then random.
EventId make_event_id(TimeUs now, Random& random);

}  // namespace stafett
