#pragma once
// Signed tokens: JSON Web Signatures in compact form, and the keys that make and check them.
//
// Source:  RFC 7515 (JWS), RFC 7517 (JWK), RFC 8725 (what a verifier must not believe), RFC 8037
//          (Ed25519). libjose signs and verifies, libsodium what it does not know.
// Threads: any.
// Limits:  kTokenBytesMax.
//
// The algorithm is never the token's choice: the verifier says which it takes, and a key of another
// type does not fit. Keys in a header (jwk, jku, x5c, x5u) are not looked at; `crit` is refused,
// and so is a name that comes twice.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace stafett::server {

inline constexpr std::size_t kTokenBytesMax = 8192;

// A private key on P-256, with a key id (its thumbprint, RFC 7638). Errors: io (of the library).
Result<boost::json::object> make_es256_jwk();
boost::json::object public_half(const boost::json::object& jwk);

// REQUIRES: `jwk` is a private one for ES256. Errors: invalid_argument (the key cannot be used).
Result<std::string> sign_es256(const boost::json::object& jwk, boost::json::object header,
                               const boost::json::object& claims);

// A private key whose `alg` says what it signs with: ES256, or one of RSA.
bool can_sign(const boost::json::object& jwk);
// With that. Errors: invalid_argument (the key cannot be used).
Result<std::string> sign_jws(const boost::json::object& jwk, boost::json::object header,
                             const boost::json::object& claims);

// ES256, RS256, RS384, RS512, PS256, PS384, PS512, EdDSA; never `none` or a shared secret.
bool is_known_algorithm(std::string_view algorithm);

// Of a JWKS those that verify signatures of one of these kinds, without anything secret or unknown.
boost::json::array usable_keys(const boost::json::array& keys,
                               std::span<const std::string_view> algorithms);

// A token in its parts, which nobody has checked: its `iss` says whose keys to check it with.
struct ReadJws {
  std::string text;
  boost::json::object header;
  boost::json::object claims;
};
// Errors: malformed, too_large.
Result<ReadJws> read_jws(std::string_view token);

// `keys`: of a JWKS. Errors: malformed (the header asks for what is not known here), not_found (no
// key of that id and kind), bad_signature.
Result<void> verify_jws(const ReadJws& token, const boost::json::array& keys,
                        std::span<const std::string_view> algorithms);

}  // namespace stafett::server
