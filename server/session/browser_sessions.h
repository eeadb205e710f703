#pragma once
// BrowserSessions: all that a server needs to know people by their browser.
//
// Threads: any.

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
        flow(issuers, std::move(secrets), url, clock, random) {}
  const PublicUrl here;
  const SessionCookies cookies;
  SessionTable table;
  TokenBuckets exchanges;  // of codes, by the network_of() whoever sends them
  CodeFlow flow;
};

}  // namespace stafett::server
