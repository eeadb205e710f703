#pragma once
// The browsers that `serve` lets people sign in with.

#include <memory>

#include "server/auth/issuer_file.h"
#include "server/config/server_config.h"
#include "server/session/browser_sessions.h"

namespace stafett::tools {

// What of the configuration belongs together; the issuers' secrets are read. Errors:
// invalid_argument (one without the other, or an address that is none), and those of
// server::read_secrets().
struct SessionSettings {
  server::PublicUrl here;
  server::SessionLimits limits;
  std::map<std::string, server::ClientSecrets> secrets;
};
// Empty: browsers do not sign in.
Result<std::optional<SessionSettings>> session_settings(const server::SignInSection& section,
                                                        const server::IssuerFile& issuers);

}  // namespace stafett::tools
