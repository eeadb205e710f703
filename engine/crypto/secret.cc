#include "engine/crypto/secret.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace stafett::crypto {

void init() {
  // The library's own generator for each thread, seeded by the operating system: a nonce then costs
  // no system call.
  CHECK(randombytes_set_implementation(&randombytes_internal_implementation) == 0);
  CHECK(sodium_init() >= 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void SecretFree::operator()(std::uint8_t* memory) const noexcept {
  sodium_free(memory);
}

SecretMemory allocate_secret(std::size_t bytes) {
  SecretMemory memory{static_cast<std::uint8_t*>(sodium_malloc(bytes))};
  CHECK(memory != nullptr);
  return memory;
}

void make_read_only(std::uint8_t* memory) {
  CHECK(sodium_mprotect_readonly(memory) == 0);
}

void wipe(std::span<std::uint8_t> bytes) {
  sodium_memzero(bytes.data(), bytes.size());
}

bool equal_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace stafett::crypto
