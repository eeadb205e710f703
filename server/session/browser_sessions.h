#pragma once
// BrowserSessions: all that a server needs to know people by their browser.
//
// Threads: any.

#include "engine/crypto/secret.h"
#include "engine/crypto/sha256.h"
#include "server/limits/request_limits.h"
#include "server/session/code_flow.h"
#include "server/session/same_origin.h"
#include "server/session/session_cookies.h"
#include "server/session/session_table.h"

namespace stafett::server {

struct BrowserSessions {
  // Lifetime: issuers, clock and randomness outlive it.
  BrowserSessions(const PublicUrl& url, const SessionLimits& limits, const OutsideIssuers& issuers,
                  std::map<std::string, ClientSecrets> secrets, Clock& clock, Random& random)
      : here(url),
        cookies(url.is_encrypted),
        table(limits, clock, random),
        exchanges({1, 10}, clock),
        flow(issuers, std::move(secrets), url, clock, random),
        subject_key_([&](std::span<std::uint8_t, 32> key) { random.fill(key); }) {}

  // Of one person at one issuer always the same. Under a key that ends with this: a number of
  // eleven digits is soon found by its plain digest.
  Hash subject_of(const CodeFlow::Ended& ended) const {
    const std::string person = ended.issuer.name + '\0' + ended.who.national_id + ended.who.label;
    return crypto::hmac_sha256(subject_key_.view(), {as_bytes(person)});
  }

  const PublicUrl here;
  const SessionCookies cookies;
  SessionTable table;
  TokenBuckets exchanges;  // of codes, by the network_of() whoever sends them
  CodeFlow flow;

 private:
  const crypto::SecretBytes<32> subject_key_;
};

}  // namespace stafett::server
