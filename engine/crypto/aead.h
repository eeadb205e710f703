#pragma once
// XChaCha20-Poly1305 (IETF construction, 24-byte nonce) and key derivation, from libsodium.
// The cipher does not commit to its key: whoever needs to pin a plaintext also stores a commitment.

#include <string_view>

#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/crypto/secret.h"

namespace stafett::crypto {

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::size_t kNonceBytes = 24;
inline constexpr std::size_t kTagBytes = 16;
inline constexpr std::size_t kSealedOverheadBytes = kNonceBytes + kTagBytes;

// nonce || ciphertext || tag, with a random nonce.
Bytes seal(ByteView key32, ByteView plaintext, ByteView associated, Random& random);
// Errors: corrupt (too short, or not sealed with this key and associated data).
Result<Bytes> open(ByteView key32, ByteView sealed, ByteView associated);
// The same into a caller's buffer of sealed.size() - kSealedOverheadBytes bytes.
bool open_into(std::span<std::uint8_t> out, ByteView key32, ByteView sealed, ByteView associated);

// A subkey for a purpose: keyed BLAKE2b-256 over the context text and the given bytes.
void derive_key(std::span<std::uint8_t, 32> out, ByteView key32, std::string_view context,
                ByteView input);

}  // namespace stafett::crypto
