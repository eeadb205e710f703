#include "engine/crypto/seeded_random.h"

#include <sodium.h>

#include <algorithm>

#include "engine/base/bytes.h"

namespace stafett::crypto {

void SeededRandom::fill(std::span<std::uint8_t> out) {
  std::uint64_t call;
  {
    const std::lock_guard lock{mutex_};
    call = calls_++;
  }
  std::array<std::uint8_t, 32> key{};
  std::ranges::copy(big_endian(seed_), key.begin());
  std::ranges::copy(big_endian(call), key.begin() + 8);
  const std::array<std::uint8_t, crypto_stream_chacha20_NONCEBYTES> nonce{};
  crypto_stream_chacha20(out.data(), out.size(), nonce.data(), key.data());
}

}  // namespace stafett::crypto
