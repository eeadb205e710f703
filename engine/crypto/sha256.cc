#define OPENSSL_SUPPRESS_DEPRECATED  // the low-level calls: no allocation, copyable state
#include "engine/crypto/sha256.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "engine/base/check.h"

namespace stafett::crypto {
namespace {

static_assert(sizeof(SHA256_CTX) == 112);

SHA256_CTX* context(std::array<std::uint8_t, 112>& state) {
  return reinterpret_cast<SHA256_CTX*>(state.data());
}

}  // namespace

Sha256::Sha256() {
  CHECK(SHA256_Init(context(state_)) == 1);
}

Sha256& Sha256::update(ByteView bytes) {
  CHECK(SHA256_Update(context(state_), bytes.data(), bytes.size()) == 1);
  return *this;
}

Hash Sha256::finish() {
  Hash out;
  CHECK(SHA256_Final(out.data(), context(state_)) == 1);
  return out;
}

Hash sha256(ByteView bytes) {
  return Sha256{}.update(bytes).finish();
}

Hash sha256(std::initializer_list<ByteView> pieces) {
  Sha256 hash;
  for (const ByteView piece : pieces) hash.update(piece);
  return hash.finish();
}

Hash hmac_sha256(ByteView key32, std::initializer_list<ByteView> pieces) {
  CHECK(key32.size() == 32);
  std::array<std::uint8_t, 64> inner{};
  std::array<std::uint8_t, 64> outer{};
  for (std::size_t i = 0; i < 64; ++i) {
    const std::uint8_t byte = i < 32 ? key32[i] : std::uint8_t{0};
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  Sha256 hash;
  hash.update(inner);
  for (const ByteView piece : pieces) hash.update(piece);
  const Hash digest = hash.finish();
  const Hash mac = sha256({ByteView{outer}, digest.view()});
  OPENSSL_cleanse(inner.data(), inner.size());
  OPENSSL_cleanse(outer.data(), outer.size());
  return mac;
}

}  // namespace stafett::crypto
