#include "server/logs/sealed_cursor.h"

#include "engine/crypto/aead.h"
#include "server/auth/base64url.h"

namespace stafett::server {

void SealedCursor::derive(std::span<std::uint8_t, 32> key) const {
  Hash own = log_.index().name_for(person_, as_bytes(context_));
  const crypto::WipeGuard guard{{own.data(), Hash::kBytes}};
  crypto::derive_key(key, own.view(), context_, log_.origin_hash().view());
}

std::string SealedCursor::seal(ByteView place) const {
  std::array<std::uint8_t, crypto::kKeyBytes> key{};
  const crypto::WipeGuard guard{key};
  derive(key);
  return to_base64url(crypto::seal(key, place, as_bytes(context_), log_.random()));
}

Result<Bytes> SealedCursor::open(std::string_view text, std::size_t place_bytes) const {
  const Error refused{Errc::invalid_argument, "cursor: not one that this person was given"};
  if (text.size() > 2 * (place_bytes + crypto::kSealedOverheadBytes)) return refused;
  const auto sealed = from_base64url(text);
  if (!sealed) return refused;
  std::array<std::uint8_t, crypto::kKeyBytes> key{};
  const crypto::WipeGuard guard{key};
  derive(key);
  Result<Bytes> place = crypto::open(key, *sealed, as_bytes(context_));
  if (!place || place->size() != place_bytes) return refused;
  return place;
}

}  // namespace stafett::server
