#pragma once
// A replayable stream of bytes (ChaCha20 of a seed): tests, scenarios, simulation. Never for keys
// that protect anything real.
//
// Threads: any, but the order of calls decides what each gets.

#include <mutex>

#include "engine/base/random.h"

namespace stafett::crypto {

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : seed_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  const std::uint64_t seed_;
  std::mutex mutex_;
  std::uint64_t calls_ = 0;  // Guarded by mutex_.
};

}  // namespace stafett::crypto
