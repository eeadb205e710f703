#pragma once
// Access tokens: who a request comes from, as an issuer says.
//
// Source:  RFC 9068 (JWT access tokens), RFC 8725.
// Threads: any.

#include <boost/json/array.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/result.h"
#include "server/auth/jws.h"

namespace stafett::server {

// An issuer and what is believed of it.
struct TokenIssuer {
  std::string issuer;    // exactly as in `iss`
  std::string audience;  // must be in `aud`
  boost::json::array keys;
  std::vector<std::string_view> algorithms;
  std::chrono::seconds skew{60};            // of clocks
  std::chrono::seconds lifetime_max{3600};  // from `iat` to `exp`
};

struct AccessToken {
  std::string subject;
  TimeUs expires_at;
};

// Errors: malformed, too_large, not_found (no key), bad_signature, refused (of another issuer, for
// another audience, expired, not yet valid, valid too long).
Result<AccessToken> open_access_token(std::string_view token, const TokenIssuer& issuer,
                                      TimeUs now);
Result<AccessToken> open_access_token(const ReadJws& token, const TokenIssuer& issuer, TimeUs now);

}  // namespace stafett::server
