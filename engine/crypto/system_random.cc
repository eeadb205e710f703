#include "engine/crypto/system_random.h"

#include <sodium.h>

namespace stafett::crypto {

void SystemRandom::fill(std::span<std::uint8_t> out) {
  randombytes_buf(out.data(), out.size());
}

}  // namespace stafett::crypto
