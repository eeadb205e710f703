#pragma once
// Ed25519 (RFC 8032) from libsodium, whose verdict is ours: small-order and non-canonical keys are
// refused at enrolment (is_valid_public_key), so that other verifiers agree.
//
// Threads: sign and verify from any thread.

#include "engine/base/ids.h"
#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/crypto/secret.h"

namespace stafett::crypto {

using PublicKey = FixedBytes<32, struct PublicKeyTag>;
using Signature = FixedBytes<64, struct SignatureTag>;

class SigningKey final {
 public:
  static SigningKey from_seed(ByteView seed32);  // REQUIRES: 32 bytes
  static SigningKey generate(Random& random);
  const PublicKey& public_key() const { return public_key_; }
  KeyId id() const;
  ByteView seed() const;  // to be stored under another key or in a 0600 file; never printed
  Signature sign(ByteView message) const;

 private:
  SigningKey(PublicKey public_key, std::shared_ptr<const SecretBytes<64>> secret)
      : public_key_(public_key), secret_(std::move(secret)) {}
  PublicKey public_key_;
  std::shared_ptr<const SecretBytes<64>> secret_;
};

bool verify(const PublicKey& key, ByteView message, const Signature& signature);

// A canonical point of the prime-order subgroup.
bool is_valid_public_key(const PublicKey& key);

KeyId key_id(const PublicKey& key);  // SHA-256 of the key

}  // namespace stafett::crypto
