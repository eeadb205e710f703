#pragma once
// Tokens of outside issuers: what one says, once its issuer's key has signed it and everything that
// the issuer's profile asks for is there.
//
// Source:  RFC 9068, RFC 8725; the profiles (issuer_profile.h).
// Threads: any.

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "engine/base/clock.h"
#include "server/auth/issuer_profile.h"

namespace stafett::server {

struct OutsideToken {
  std::string national_id;  // with SubjectRule::national_id; 11 digits
  std::string label;        // with the others
  // Of a machine whose token is about one person only: that person's national identity number.
  std::optional<std::string> only_about;
  TimeUs expires_at;
  // What is kept of the sign-in: iss, sub (here still as it was said), jti hashed, acr, auth_time,
  // client_id, consumer, scope and iat, as far as they are there.
  boost::json::object evidence;
};

// `claims`: of a token whose signature has been verified with a key of this issuer.
// Errors: refused; the detail names what is wrong and nothing that the token says.
Result<OutsideToken> judge(const boost::json::object& header, const boost::json::object& claims,
                           const IssuerProfile& profile, TimeUs now);

// What a program asked for that signs somebody in, and the id token must answer.
struct IdTokenAsked {
  std::string client_id;
  std::string nonce;
};
// The same of an id token (OpenID Connect Core 1.0 section 3.1.3.7), which signs somebody in here
// and is never taken as an access token. It has no scope.
Result<OutsideToken> judge_id_token(const boost::json::object& header,
                                    const boost::json::object& claims, const IssuerProfile& profile,
                                    const IdTokenAsked& asked, TimeUs now);

}  // namespace stafett::server
