#pragma once
// Randomness from libsodium: the operating system's, stretched by libsodium's generator once
// crypto::init() has run.
//
// Threads: any.

#include "engine/base/random.h"

namespace stafett::crypto {

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace stafett::crypto
