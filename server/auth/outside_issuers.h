#pragma once
// OutsideIssuers: the issuers outside this program whose tokens are taken, each with its keys.
//
// Threads:  open() from any, and waits only for a key that is not at hand, for a bounded time;
//           start(), stop(): owner only.
// Lifetime: the clock outlives it.
// Limits:   kIssuersMax, each with a thread that fetches its keys.

#include <memory>
#include <vector>

#include "server/auth/issuer_keys.h"
#include "server/auth/jws.h"
#include "server/auth/outside_token.h"

namespace stafett::server {

class OutsideIssuers final {
 public:
  static constexpr std::size_t kIssuersMax = 16;

  // Errors: invalid_argument (too many; two of one name or url, or whose labels
  // could be the same; one that check() refuses).
  static Result<std::unique_ptr<OutsideIssuers>> make(std::vector<IssuerProfile> profiles,
                                                      std::unique_ptr<WebFetch> fetch, Clock& clock,
                                                      IssuerKeys::Note note);
  ~OutsideIssuers();

  void start();
  void stop();
  bool any_by_national_id() const;

  // By a token's `iss`, exactly. Null: not one of these.
  IssuerKeys* find(std::string_view issuer) const;

  // Errors: refused (with a reason that says nothing of the token's content), queue_full (the
  // issuer's keys are not to be had at present).
  Result<OutsideToken> open(const ReadJws& token, IssuerKeys& issuer, TimeUs now) const;

  // The same of an id token, for a program that signs people in.
  Result<OutsideToken> open_id_token(const ReadJws& token, IssuerKeys& issuer,
                                     const IdTokenAsked& asked, TimeUs now) const;

  // By its name, where browsers sign in. Null: no such issuer.
  IssuerKeys* find_for_browsers(std::string_view name) const;
  WebFetch& web() const { return *fetch_; }

 private:
  Result<void> verify(const ReadJws& token, IssuerKeys& issuer) const;
  explicit OutsideIssuers(std::unique_ptr<WebFetch> fetch) : fetch_(std::move(fetch)) {}
  const std::unique_ptr<WebFetch> fetch_;
  WaitingRoom waiting_for_keys_;
  std::vector<std::unique_ptr<IssuerKeys>> issuers_;
};

}  // namespace stafett::server
