#pragma once
// Secret memory: pages of their own, locked, guarded, left out of core dumps, wiped when freed
// (libsodium's sodium_malloc). Each object costs several pages: for few, long-lived keys. Many
// keys: key_arena.h. Has no copy, no comparison, no printing.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/base/bytes.h"
#include "engine/base/check.h"

namespace stafett::crypto {

// Must be called before anything else here; aborts when libsodium cannot start. Idempotent.
// Also turns core dumps off for the process.
void init();

struct SecretFree {
  void operator()(std::uint8_t* memory) const noexcept;
};
using SecretMemory = std::unique_ptr<std::uint8_t, SecretFree>;
SecretMemory allocate_secret(std::size_t bytes);
void make_read_only(std::uint8_t* memory);

void wipe(std::span<std::uint8_t> bytes);
bool equal_constant_time(ByteView a, ByteView b);  // false when sizes differ

template <std::size_t N>
class SecretBytes final {
 public:
  // `fill` writes all N bytes once; read-only from then on.
  template <std::invocable<std::span<std::uint8_t, N>> Fill>
  explicit SecretBytes(Fill&& fill) : memory_(allocate_secret(N)) {
    fill(std::span<std::uint8_t, N>{memory_.get(), N});
    make_read_only(memory_.get());
  }
  std::span<const std::uint8_t, N> view() const {
    return std::span<const std::uint8_t, N>{memory_.get(), N};
  }

 private:
  SecretMemory memory_;
};

// Wipes a transient buffer when the scope ends.
class WipeGuard final {
 public:
  explicit WipeGuard(std::span<std::uint8_t> bytes) : bytes_(bytes) {}
  ~WipeGuard() { wipe(bytes_); }
  WipeGuard(const WipeGuard&) = delete;
  WipeGuard& operator=(const WipeGuard&) = delete;

 private:
  std::span<std::uint8_t> bytes_;
};

}  // namespace stafett::crypto
