#pragma once
// LoginSeal: a sign-in under way, kept by the browser itself, sealed: so nobody who has not signed
// in fills anything here, and only that browser can go on with it.
//
// Threads: any.
// Limits:  kLoginTime from its beginning; a restart ends those under way.

#include <chrono>
#include <optional>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/ids.h"
#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/crypto/secret.h"

namespace stafett::server {

struct LoginAttempt {
  std::string issuer;     // its name
  std::string state;      // what the issuer is to say again
  std::string nonce;      // what the id token is to say
  std::string verifier;   // of the challenge (RFC 7636)
  std::string return_to;  // a local path
  TimeUs ends_at;
  std::optional<Hash> before = std::nullopt;  // the session that the browser had (SessionTable)
};

class LoginSeal final {
 public:
  static constexpr std::chrono::seconds kLoginTime{600};

  explicit LoginSeal(Random& random);
  std::string seal(const LoginAttempt& attempt) const;
  // Errors: refused (not sealed here, or too old).
  Result<LoginAttempt> open(std::string_view sealed, TimeUs now) const;

 private:
  Random& random_;
  const crypto::SecretBytes<32> key_;
};

}  // namespace stafett::server
