#pragma once
// SignIn: from a request to the person, or the machine, who makes it.
//
// Source:   RFC 6750 (bearer tokens).
// Threads:  any; a call may wait for the disk, and a bounded time for an issuer's keys.
// Lifetime: the log and the issuers outlive it.

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "projections/gate/bti_gate.h"
#include "server/auth/access_token.h"
#include "server/auth/browser_identity.h"
#include "server/auth/outside_issuers.h"
#include "server/auth/person_index.h"

namespace stafett::server {

struct SignedIn {
  ActorId person;
  std::string label;
  TimeUs expires_at;  // what was begun ends then
  // A machine's token that is about one person: it is good for that person's own case alone.
  std::optional<ActorId> only_about = std::nullopt;
  // Of this sign-in, for what is signed after it (bti::EvidenceBook).
  std::optional<Hash> evidence = std::nullopt;
  // Of a browser's session, which may end before it expires. Null: of a token.
  std::shared_ptr<const std::atomic<bool>> is_over = nullptr;
};

// Whose tokens are taken.
struct SignInSources {
  std::optional<TokenIssuer> local;  // taken on loopback only
  const OutsideIssuers* outside = nullptr;
};

class SignIn final {
 public:
  SignIn(const log::Log& log, bti::BtiGate& gate, Clock& clock, SignInSources sources);

  // Reads whom the log knows by a number, so that no request has to wait for it. Errors: corrupt,
  // io.
  Result<void> prepare() const;

  // `authorization`: the header's value. Errors: not_found (there is no token), refused (the token
  // is not taken, or nobody is known by what it says), queue_full (its issuer's keys are not to be
  // had at present), corrupt, io. Why a token is not taken is in the detail, which names nobody and
  // is not for whoever sent it.
  Result<SignedIn> person_of(std::string_view authorization) const;

  // For whoever signs in with a browser: as what this log is to find the person again. Empty: the
  // log knows nobody by that. Errors: corrupt, io.
  Result<std::optional<KnownPerson>> known_as(const OutsideToken& token,
                                              const IssuerProfile& issuer) const;
  // The person, without when it ends. Errors: refused (nobody is known here by that, or not any
  // more), corrupt, io.
  Result<SignedIn> person_of(const BrowserIdentity& identity, const std::string& log) const;

 private:
  Result<SignedIn> by_local_token(const ReadJws& token) const;
  Result<SignedIn> by_outside_token(const ReadJws& token, IssuerKeys& issuer) const;
  boost::json::object named_here(boost::json::object claims) const;
  Hash keep_evidence(const Hash& token_hash, boost::json::object claims) const;
  Result<ActorId> by_key(const PersonKey& key) const;
  Result<ActorId> by_number(const std::string& national_id) const;
  Result<ActorId> by_label(const std::string& label) const;

  const log::Log& log_;
  bti::BtiGate& gate_;
  Clock& clock_;
  const SignInSources sources_;
  const std::unique_ptr<PersonIndex> numbers_;  // null: no issuer tells any
};

}  // namespace stafett::server
