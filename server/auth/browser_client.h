#pragma once
// BrowserClient: as whom this server signs people in at an issuer, for their browsers, and how it
// proves to the issuer that it is who it says.
//
// Source:  RFC 6749 section 2.3 (client secret), RFC 7523 section 3 (private_key_jwt), OpenID
//          Connect Core 1.0 section 9.
// Threads: values.

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "server/auth/issuer_metadata.h"
#include "server/auth/web_fetch.h"

namespace stafett::server {

// What of the configuration is secret, as it lies in files.
struct ClientSecrets {
  std::string secret;       // empty: a key
  boost::json::object key;  // a private JWK with `alg`
};
// Reads the profile's file. REQUIRES: profile.browser. Errors: not_found, io, refused (others may
// read or write it), malformed (not a key or secret).
Result<ClientSecrets> read_secrets(const BrowserClient& client);

// What is added to a form for the token endpoint. Errors: invalid_argument (the key cannot sign).
Result<void> authenticate(const IssuerProfile& profile, const IssuerEndpoints& endpoints,
                          const ClientSecrets& secrets, TimeUs now, Random& random, WebForm& form);

// `name=value`, in the form's own encoding, behind what is there.
void add_field(std::string& form, std::string_view name, std::string_view value);

}  // namespace stafett::server
