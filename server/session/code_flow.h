#pragma once
// CodeFlow: signs somebody in at an issuer by way of the browser, and learns who it is.
//
// Source:   OpenID Connect Core 1.0 section 3.1, RFC 6749 section 4.1, RFC 7636 (PKCE, S256), RFC
//           9207 (who answers), RFC 9700 section 4.4.2.2 (each issuer has its own address).
// Threads:  any; check() and end() wait for the issuer, a bounded time.
// Lifetime: issuers, clock and randomness outlive it.
// Limits:   as many as a WaitingRoom has places wait for issuers at once, and kIssuerPlaces for
// one;
//           the others are turned away. A sign-in is good for one exchange (SpentStates).

#include <map>
#include <optional>

#include "server/auth/browser_client.h"
#include "server/auth/outside_issuers.h"
#include "server/session/login_seal.h"
#include "server/session/public_url.h"
#include "server/session/spent_states.h"

namespace stafett::server {

class CodeFlow final {
 public:
  static constexpr std::size_t kIssuerPlaces = 2;

  // `secrets`: of each issuer where browsers sign in, by name.
  CodeFlow(const OutsideIssuers& issuers, std::map<std::string, ClientSecrets> secrets,
           PublicUrl here, Clock& clock, Random& random);

  struct Begun {
    std::string address;  // of the issuer's page
    std::string sealed;   // what the browser is to bring back with the answer
  };
  // `before`: the session that the browser has, by SessionTable::name_of().
  // REQUIRES: is_local_path(return_to). Errors: not_found (browsers do not sign in there),
  // queue_full (the issuer is not reached).
  Result<Begun> begin(const std::string& issuer, const std::string& return_to,
                      const std::optional<Hash>& before);

  // What the issuer sent the browser back with; empty: not there. `at`: the name of the issuer
  // whose address it came to.
  struct Answer {
    std::string at;
    std::optional<std::string> state, code, issuer, error;
  };
  // The answer of a sign-in that this browser began, in its form; the issuer has not been asked.
  struct Checked {
    LoginAttempt attempt;
    IssuerKeys* issuer;
    IssuerEndpoints endpoints;
    std::string code;
  };
  // Errors: refused (with a reason that names nobody), queue_full (the issuer is not reached).
  Result<Checked> check(const Answer& answer, std::string_view sealed);

  struct Ended {
    const IssuerProfile& issuer;
    OutsideToken who;
    Hash token;  // SHA-256 of the id token
    std::string return_to;
    std::optional<Hash> before;
  };
  // Exchanges the code. Errors: queue_full (too many wait for issuers: the code has not been sent,
  // the same may come again), refused (as check()), outcome_unknown (the code has been sent, and
  // the issuer has not told who it is).
  Result<Ended> end(const Checked& checked);

 private:
  Result<std::string> exchange(const Checked& checked);
  std::string random_text();

  const OutsideIssuers& issuers_;
  const std::map<std::string, ClientSecrets> secrets_;
  const PublicUrl here_;
  Clock& clock_;
  Random& random_;
  const LoginSeal seal_;
  WaitingRoom waiting_;                        // of all issuers
  std::map<std::string, WaitingRoom> places_;  // of each; constant but for who is in there
  SpentStates spent_;
};

}  // namespace stafett::server
