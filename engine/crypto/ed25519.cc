#include "engine/crypto/ed25519.h"

#include <sodium.h>

#include <algorithm>

#include "engine/crypto/sha256.h"

namespace stafett::crypto {

SigningKey SigningKey::from_seed(ByteView seed32) {
  CHECK(seed32.size() == crypto_sign_SEEDBYTES);
  PublicKey public_key;
  auto secret = std::make_shared<const SecretBytes<64>>([&](std::span<std::uint8_t, 64> out) {
    CHECK(crypto_sign_seed_keypair(public_key.data(), out.data(), seed32.data()) == 0);
  });
  return SigningKey{public_key, std::move(secret)};
}

SigningKey SigningKey::generate(Random& random) {
  std::array<std::uint8_t, 32> seed;
  const WipeGuard guard{seed};
  random.fill(seed);
  return from_seed(seed);
}

KeyId SigningKey::id() const {
  return key_id(public_key_);
}

ByteView SigningKey::seed() const {
  return secret_->view().first<32>();
}

Signature SigningKey::sign(ByteView message) const {
  Signature signature;
  CHECK(crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                             secret_->view().data()) == 0);
  return signature;
}

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                     key.data()) == 0;
}

bool is_valid_public_key(const PublicKey& key) {
  return crypto_core_ed25519_is_valid_point(key.data()) == 1;
}

KeyId key_id(const PublicKey& key) {
  return KeyId{sha256(key.view()).array()};
}

}  // namespace stafett::crypto
