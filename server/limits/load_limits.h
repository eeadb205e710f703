#pragma once
// LoadLimits: how much one person, or one address, may ask of a server.

#include <cstddef>
#include <cstdint>

namespace stafett::server {

struct LoadLimits {
  // Requests of somebody who has signed in: so many a second, and so many at once after a pause.
  std::uint32_t person_rate = 200;
  std::uint32_t person_burst = 1'000;
  // Requests that nobody signed in for, by the address that they come from.
  std::uint32_t address_rate = 500;
  std::uint32_t address_burst = 2'000;
  std::size_t streams_per_person_max = 32;  // at once, and takes that wait
  std::size_t streams_max = 2'000;          // of all persons
};

}  // namespace stafett::server
