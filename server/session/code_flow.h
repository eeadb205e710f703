#pragma once
// CodeFlow: signs somebody in at an issuer by way of the browser, and learns who it is.
//
// Source:   OpenID Connect Core 1.0 section 3.1, RFC 6749 section 4.1, RFC 7636 (PKCE, S256), RFC
//           9207 (who answers), RFC 9700.
// Threads:  any; end() waits for the issuer, a bounded time.
// Lifetime: issuers, clock and randomness outlive it.
// Limits:   as many as a WaitingRoom has places wait for issuers at once; the others are turned
// away.

#include <map>
#include <optional>

#include "server/auth/browser_client.h"
#include "server/auth/outside_issuers.h"
#include "server/session/login_seal.h"
#include "server/session/public_url.h"

namespace stafett::server {

class CodeFlow final {
 public:
  // `secrets`: of each issuer where browsers sign in, by name.
  CodeFlow(const OutsideIssuers& issuers, std::map<std::string, ClientSecrets> secrets,
           PublicUrl here, Clock& clock, Random& random);

  struct Begun {
    std::string address;  // of the issuer's page
    std::string sealed;   // what the browser is to bring back with the answer
  };
  // REQUIRES: is_local_path(return_to). Errors: not_found (browsers do not sign in there),
  // queue_full (the issuer is not reached).
  Result<Begun> begin(const std::string& issuer, const std::string& return_to);

  // What the issuer sent the browser back with; empty: not there.
  struct Answer {
    std::optional<std::string> state, code, issuer, error;
  };
  struct Ended {
    const IssuerProfile& issuer;
    OutsideToken who;
    Hash token;  // SHA-256 of the id token
    std::string return_to;
  };
  // Errors: refused (with a reason that names nobody), queue_full (the issuer is not reached, or
  // too many wait for issuers).
  Result<Ended> end(const Answer& answer, std::string_view sealed);

 private:
  Result<std::string> exchange(const std::string& code, const LoginAttempt& attempt,
                               const IssuerProfile& issuer, const IssuerEndpoints& endpoints);
  std::string random_text();

  const OutsideIssuers& issuers_;
  const std::map<std::string, ClientSecrets> secrets_;
  const PublicUrl here_;
  Clock& clock_;
  Random& random_;
  const LoginSeal seal_;
  WaitingRoom waiting_;
};

}  // namespace stafett::server
