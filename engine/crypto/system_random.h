#pragma once
// The operating system's randomness through libsodium.

#include "engine/base/random.h"

namespace stafett::crypto {

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace stafett::crypto
