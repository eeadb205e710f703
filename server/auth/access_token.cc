#include "server/auth/access_token.h"

#include <boost/json.hpp>

#include "server/auth/claims.h"

namespace stafett::server {
namespace {

Error no(const char* why) {
  return Error{Errc::refused, why};
}

}  // namespace

Result<AccessToken> open_access_token(std::string_view token, const TokenIssuer& issuer,
                                      TimeUs now) {
  ENGINE_TRY(opened, read_jws(token));
  return open_access_token(opened, issuer, now);
}

Result<AccessToken> open_access_token(const ReadJws& opened, const TokenIssuer& issuer,
                                      TimeUs now) {
  ENGINE_TRY_VOID(verify_jws(opened, issuer.keys, issuer.algorithms));
  const boost::json::string* type = text_claim(opened.header, "typ");
  if (!type || *type != "at+jwt") return no("not an access token");
  const boost::json::string* by = text_claim(opened.claims, "iss");
  if (!by || *by != issuer.issuer) return no("of another issuer");
  if (!is_for(opened.claims, issuer.audience)) return no("for another audience");
  ENGINE_TRY(expires_at, expiry_of(opened.claims, {issuer.skew, issuer.lifetime_max}, now));
  const boost::json::string* subject = text_claim(opened.claims, "sub");
  if (!subject || subject->empty()) return no("without a subject");
  return AccessToken{std::string{*subject}, expires_at};
}

}  // namespace stafett::server
