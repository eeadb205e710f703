#pragma once
// A key table on a disk in memory, with everything it needs.

#include "engine/crypto/seeded_random.h"
#include "engine/crypto/sha256.h"
#include "engine/log/keeping/key_table.h"
#include "tests/engine/log/keeping/memory_files.h"

namespace stafett::log {

inline RootKey root_of(std::uint8_t fill) {
  return RootKey{[fill](std::span<std::uint8_t, kRootKeyBytes> out) {
    std::fill(out.begin(), out.end(), fill);
  }};
}

inline DomainId domain(std::uint64_t n) {
  DomainId id;
  const Hash spread = crypto::sha256(big_endian(n));
  std::copy_n(spread.data(), DomainId::kBytes, id.data());
  return id;
}

inline std::vector<NewDomain> domains(std::uint64_t first, std::uint64_t end,
                                      DomainKind kind = DomainKind::content) {
  std::vector<NewDomain> out;
  for (std::uint64_t n = first; n < end; ++n) out.push_back({domain(n), kind});
  return out;
}

struct KeyTableFixture {
  std::unique_ptr<MemoryFiles> files = std::make_unique<MemoryFiles>();
  crypto::SeededRandom random{11};
  crypto::KeyArena arena{4096};
  RootKey root = root_of(1);
  Hash origin = crypto::sha256(as_bytes("stafett.example/9901"));
  std::string path = "keys/table";

  KeyTablePlace place() { return {*files, random, arena, path, origin}; }
  // As after a restart: nothing in the arena.
  Result<std::unique_ptr<KeyTable>> open() {
    arena.clear();
    return KeyTable::open(place(), root);
  }
};

using Key = std::array<std::uint8_t, crypto::kKeyBytes>;
// Empty: not_found.
inline std::optional<Key> key_of(KeyTable& table, std::uint64_t n) {
  Key key;
  const auto unwrapped = table.unwrap(domain(n), key);
  if (unwrapped) return key;
  CHECK(unwrapped.error().code() == Errc::not_found);
  return std::nullopt;
}

}  // namespace stafett::log
