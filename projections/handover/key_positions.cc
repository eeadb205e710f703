#include "projections/handover/key_positions.h"

namespace stafett::bti {

Result<std::set<Position>> positions_of_keys(const log::Log& log, const std::set<KeyId>& keys,
                                             TreeSize size) {
  std::set<Position> positions{Position{0}};
  std::set<KeyId> seen{keys};
  std::vector<KeyId> open{keys.begin(), keys.end()};
  while (!open.empty()) {
    const auto key = log.keyring().find(open.back());
    open.pop_back();
    if (!key) return Error{Errc::corrupt, "a key that signed was never enrolled"};
    if (key->revoked_at && key->revoked_at->value() < size.value())
      positions.insert(*key->revoked_at);
    positions.insert(key->enrolled_at);
    ENGINE_TRY(bytes, log.store().entry(key->enrolled_at));
    ENGINE_TRY(entry, format::decode_own_entry(bytes));
    ENGINE_TRY(event, format::decode_engine_event(entry.public_part));
    // Whose the new key is, the old one tells.
    if (const auto* rotated = std::get_if<format::KeyRotated>(&event);
        rotated && seen.insert(rotated->old_key).second)
      open.push_back(rotated->old_key);
  }
  return positions;
}

}  // namespace stafett::bti
