#pragma once
// SignIn: from a request to the person who makes it.
//
// Source:   RFC 6750 (bearer tokens).
// Threads:  any.
// Lifetime: the log outlives it.

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "projections/gate/bti_gate.h"
#include "server/auth/access_token.h"

namespace stafett::server {

struct SignedIn {
  ActorId person;
  std::string label;
  TimeUs expires_at;  // what was begun ends then
};

class SignIn final {
 public:
  SignIn(bti::BtiGate& gate, Clock& clock, std::optional<TokenIssuer> local)
      : gate_(gate), clock_(clock), local_(std::move(local)) {}

  // `authorization`: the header's value. Errors: not_found (there is no token), refused (the token
  // is not taken, or nobody is known by what it says), corrupt, io. Why a token is not taken is in
  // the detail, and is not for whoever sent it.
  Result<SignedIn> person_of(std::string_view authorization) const;

 private:
  bti::BtiGate& gate_;
  Clock& clock_;
  const std::optional<TokenIssuer> local_;  // taken on loopback only
};

}  // namespace stafett::server
