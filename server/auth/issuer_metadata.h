#pragma once
// What an issuer's configuration says of where to ask it for what.
//
// Source:  OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2, RFC 9207 section 3.
// Threads: any.

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "server/auth/issuer_profile.h"

namespace stafett::server {

// Where browsers sign in, and where what they bring back is exchanged.
struct IssuerEndpoints {
  std::string authorization;
  std::string token;
  bool names_itself = false;  // in its answers (`iss`)
  bool takes_basic = true;    // a secret in the header; else in the form
};

struct IssuerMetadata {
  std::string keys;
  std::optional<IssuerEndpoints> endpoints;  // empty: none that may be asked
};

// Errors: refused (another issuer's, or its keys lie elsewhere). What is secret goes to the
// issuer's own host, or to one that the profile names.
Result<IssuerMetadata> parse_metadata(const boost::json::object& metadata,
                                      const IssuerProfile& profile);

}  // namespace stafett::server
