#pragma once
// SHA-256 (FIPS 180-4) and HMAC-SHA256 (RFC 2104) from OpenSSL, whose SHA-NI code is several times
// libsodium 1.0.18's portable one.
//
// Threads: values; a Sha256 is used by one thread at a time.

#include <array>
#include <cstdint>
#include <initializer_list>

#include "engine/base/ids.h"

namespace stafett::crypto {

class Sha256 final {
 public:
  Sha256();
  Sha256& update(ByteView bytes);
  Hash finish();  // once

 private:
  // SHA256_CTX without its header: 112 bytes, checked in the source file.
  alignas(8) std::array<std::uint8_t, 112> state_;
};

Hash sha256(ByteView bytes);
Hash sha256(std::initializer_list<ByteView> pieces);  // of the concatenation

// HMAC with a 32-byte key, over the concatenation of the pieces.
Hash hmac_sha256(ByteView key32, std::initializer_list<ByteView> pieces);

}  // namespace stafett::crypto
