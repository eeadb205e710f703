#pragma once
// TokenKey: an AES key inside a PKCS#11 token that wraps other keys and never leaves the token.
//
// Source:   PKCS#11 2.40 (CKM_AES_GCM), RFC 7512 for the URI; p11-kit loads the module.
// Threads:  any. A process has one at a time: open() waits until the one before it is gone, as a
//           module that ends for one ends for all. So no thread may open a second one.
// Lifetime: the session ends with it.
// Limits:   kTokenUriBytesMax, 64 slots, 16 modules.
//
//   wrapped = iv (12, random) || ciphertext (32) || tag (16)

#include <memory>
#include <string>

#include "engine/base/random.h"
#include "engine/base/result.h"

namespace stafett::crypto {

inline constexpr std::size_t kTokenUriBytesMax = 2048;
inline constexpr std::size_t kTokenWrappedBytes = 12 + 32 + 16;

// The file that the URI's `pin-source` names. Errors: malformed (no PKCS#11 URI; it has a PIN in
// it, or no pin-source that is a file).
Result<std::string> token_pin_file(const std::string& uri);

class TokenKey final {
 public:
  // Looks for exactly one secret key. Errors: malformed (URI), not_found (no such module, token or
  // key), refused (the token does not take the PIN, or is locked), conflict (several tokens or keys
  // fit: no PIN is tried), io.
  static Result<std::unique_ptr<TokenKey>> open(const std::string& uri, ByteView pin);
  ~TokenKey();
  TokenKey(const TokenKey&) = delete;
  TokenKey& operator=(const TokenKey&) = delete;

  // `what` is bound to it: only the same opens it. Errors: refused (the key can be read out of the
  // token), unsupported (no AES-GCM), io.
  Result<Bytes> wrap(std::span<const std::uint8_t, 32> key, std::string_view what, Random& random);
  // Errors: corrupt (not wrapped by this key, or altered), io.
  Result<void> unwrap(ByteView wrapped, std::string_view what, std::span<std::uint8_t, 32> out);

 private:
  struct Session;
  explicit TokenKey(std::unique_ptr<Session> session);
  const std::unique_ptr<Session> session_;
};

}  // namespace stafett::crypto
