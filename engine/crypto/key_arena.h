#pragma once
// Many short-lived content keys in one locked allocation: a bounded cache, least recently used out.
// A domain's slot also holds keys derived from its own, which come and go with it.
//
// Threads: any. A key is copied out under the lock into the caller's stack buffer, which the caller
//          wipes (WipeGuard): so no view outlives an eviction.
// Limits:  `slots` domains of 1 + kDerivedMax keys of 32 bytes.

#include <list>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/base/ids.h"
#include "engine/crypto/secret.h"

namespace stafett::crypto {

class KeyArena final {
 public:
  static constexpr std::size_t kSlotsDefault = 16'384;  // 3 MiB, of the 8 that may mostly be locked
  explicit KeyArena(std::size_t slots = kSlotsDefault);

  static constexpr unsigned kDerivedMax = 5;

  bool copy_out(const DomainId& id, std::span<std::uint8_t, 32> out);  // false: not here
  void put(const DomainId& id, std::span<const std::uint8_t, 32> key);
  // The `number`th key derived from the domain's own: 0 to kDerivedMax - 1. Passed over when the
  // domain's own is not here.
  bool copy_derived(const DomainId& id, unsigned number, std::span<std::uint8_t, 32> out);
  void put_derived(const DomainId& id, unsigned number, std::span<const std::uint8_t, 32> key);
  void forget(const DomainId& id);  // wiped at once
  void clear();

 private:
  struct Slot {
    DomainId id;
    std::size_t index;
    std::uint8_t derived = 0;  // bit n: the nth is here
  };
  static constexpr std::size_t kSlotBytes = 32 * (1 + kDerivedMax);
  std::span<std::uint8_t, 32> bytes(std::size_t index, unsigned key = 0) {
    return std::span<std::uint8_t, 32>{memory_.get() + index * kSlotBytes + key * 32, 32};
  }
  std::span<std::uint8_t> slot_bytes(std::size_t index) {
    return {memory_.get() + index * kSlotBytes, kSlotBytes};
  }
  Slot* touch(const DomainId& id);  // null: not here
  const std::size_t slots_;
  std::mutex mutex_;
  SecretMemory memory_;    // Guarded by mutex_.
  std::list<Slot> order_;  // Guarded; front = newest.
  std::unordered_map<DomainId, std::list<Slot>::iterator, IdHash> index_;  // Guarded.
  std::vector<std::size_t> free_;                                          // Guarded.
};

}  // namespace stafett::crypto
