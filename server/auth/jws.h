#pragma once
// Signed tokens: JSON Web Signatures in compact form, and the keys that make and check them.
//
// Source:  RFC 7515 (JWS), RFC 7517 (JWK), RFC 8725 (what a verifier must not believe). libjose
//          signs and verifies.
// Threads: any.
// Limits:  kTokenBytesMax.
//
// The algorithm is never the token's choice: the verifier says which it takes, and a key of another
// type does not fit. Keys in a header (jwk, jku, x5c, x5u) are not looked at; `crit` is refused.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
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

struct OpenedJws {
  boost::json::object header;
  boost::json::object claims;
};
// `keys`: of a JWKS. Errors: malformed, too_large, not_found (no key of that id and kind),
// bad_signature.
Result<OpenedJws> open_jws(std::string_view token, const boost::json::array& keys,
                           std::span<const std::string_view> algorithms);

}  // namespace stafett::server
