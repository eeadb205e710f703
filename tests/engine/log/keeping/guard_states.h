#pragma once
// States for guard tests: the root says its size, so that a mix-up shows.

#include "engine/crypto/sha256.h"
#include "engine/log/keeping/guard.h"

namespace stafett::log {

inline const Hash kOrigin = crypto::sha256(as_bytes("stafett.example/9901"));
inline const std::string kGuardPath = "log.guard";

inline TreeState state_at(std::uint64_t size) {
  return {TreeSize{size}, crypto::sha256(big_endian(size))};
}
inline GuardedCheckpoint checkpoint_at(std::uint64_t size) {
  const std::string note = "a signed note of size " + std::to_string(size) + "\n";
  return {state_at(size), Bytes(note.begin(), note.end())};
}

}  // namespace stafett::log
