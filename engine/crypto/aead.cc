#include "engine/crypto/aead.h"

#include <sodium.h>

namespace stafett::crypto {

Bytes seal(ByteView key32, ByteView plaintext, ByteView associated, Random& random) {
  CHECK(key32.size() == kKeyBytes);
  Bytes out(plaintext.size() + kSealedOverheadBytes);
  random.fill({out.data(), kNonceBytes});
  unsigned long long written = 0;
  CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
            out.data() + kNonceBytes, &written, plaintext.data(), plaintext.size(),
            associated.data(), associated.size(), nullptr, out.data(), key32.data()) == 0);
  CHECK(written + kNonceBytes == out.size());
  return out;
}

bool open_into(std::span<std::uint8_t> out, ByteView key32, ByteView sealed, ByteView associated) {
  CHECK(key32.size() == kKeyBytes);
  if (sealed.size() < kSealedOverheadBytes) return false;
  CHECK(out.size() == sealed.size() - kSealedOverheadBytes);
  unsigned long long written = 0;
  return crypto_aead_xchacha20poly1305_ietf_decrypt(
             out.data(), &written, nullptr, sealed.data() + kNonceBytes,
             sealed.size() - kNonceBytes, associated.data(), associated.size(), sealed.data(),
             key32.data()) == 0;
}

Result<Bytes> open(ByteView key32, ByteView sealed, ByteView associated) {
  if (sealed.size() < kSealedOverheadBytes) return Error{Errc::corrupt, "sealed bytes too short"};
  Bytes out(sealed.size() - kSealedOverheadBytes);
  if (!open_into(out, key32, sealed, associated))
    return Error{Errc::corrupt, "does not open with this key"};
  return out;
}

void derive_key(std::span<std::uint8_t, 32> out, ByteView key32, std::string_view context,
                ByteView input) {
  CHECK(key32.size() == kKeyBytes);
  crypto_generichash_state state;
  CHECK(crypto_generichash_init(&state, key32.data(), key32.size(), out.size()) == 0);
  const auto length = static_cast<unsigned char>(context.size());
  CHECK(context.size() < 256);
  crypto_generichash_update(&state, &length, 1);
  crypto_generichash_update(&state, as_bytes(context).data(), context.size());
  crypto_generichash_update(&state, input.data(), input.size());
  CHECK(crypto_generichash_final(&state, out.data(), out.size()) == 0);
  sodium_memzero(&state, sizeof state);
}

}  // namespace stafett::crypto
