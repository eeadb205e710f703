#include "tools/served_sessions.h"

namespace stafett::tools {

Result<std::optional<SessionSettings>> session_settings(const server::SignInSection& section,
                                                        const server::IssuerFile& issuers) {
  std::map<std::string, server::ClientSecrets> secrets;
  for (const server::IssuerProfile& issuer : issuers.issuers) {
    if (!issuer.browser) continue;
    ENGINE_TRY(read, server::read_secrets(*issuer.browser));
    secrets.emplace(issuer.name, std::move(read));
  }
  if (secrets.empty() && section.public_url.empty()) return std::optional<SessionSettings>{};
  if (secrets.empty())
    return Error{Errc::invalid_argument,
                 "sign_in.public_url: no issuer has [issuer.browser], where browsers sign in"};
  if (section.public_url.empty())
    return Error{Errc::invalid_argument,
                 "sign_in.public_url is missing: where an issuer sends browsers back to"};
  const Result<server::PublicUrl> here = server::parse_public_url(section.public_url);
  if (!here) return Error{here.error().code(), "sign_in.public_url: " + here.error().detail()};
  return std::optional{
      SessionSettings{*here,
                      {section.session_idle, section.session_time, section.sessions_max},
                      std::move(secrets)}};
}

}  // namespace stafett::tools
