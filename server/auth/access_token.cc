#include "server/auth/access_token.h"

#include <algorithm>
#include <boost/json.hpp>

#include "server/auth/jws.h"

namespace stafett::server {
namespace {

using boost::json::object;

const boost::json::string* text(const object& claims, std::string_view name) {
  const boost::json::value* found = claims.if_contains(name);
  return found ? found->if_string() : nullptr;
}

// Seconds since 1970, a whole number of a size that a clock can have.
std::optional<std::int64_t> seconds(const object& claims, std::string_view name) {
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  const boost::json::value* found = claims.if_contains(name);
  if (!found || !found->is_int64()) return std::nullopt;
  const std::int64_t value = found->as_int64();
  if (value < 0 || value > kYear9999) return std::nullopt;
  return value;
}

bool is_for(const object& claims, const std::string& audience) {
  const boost::json::value* found = claims.if_contains("aud");
  if (!found) return false;
  if (const boost::json::string* one = found->if_string()) return *one == audience;
  const boost::json::array* several = found->if_array();
  return several && std::ranges::any_of(*several, [&](const boost::json::value& one) {
           return one.if_string() && *one.if_string() == audience;
         });
}

Error no(const char* why) {
  return Error{Errc::refused, why};
}

}  // namespace

Result<AccessToken> open_access_token(std::string_view token, const TokenIssuer& issuer,
                                      TimeUs now) {
  ENGINE_TRY(opened, open_jws(token, issuer.keys, issuer.algorithms));
  const boost::json::string* type = text(opened.header, "typ");
  if (!type || *type != "at+jwt") return no("not an access token");
  const boost::json::string* by = text(opened.claims, "iss");
  if (!by || *by != issuer.issuer) return no("of another issuer");
  if (!is_for(opened.claims, issuer.audience)) return no("for another audience");
  const auto issued = seconds(opened.claims, "iat");
  const auto expires = seconds(opened.claims, "exp");
  if (!issued || !expires) return no("without times");
  const std::int64_t at = now.value() / 1'000'000;
  const std::int64_t skew = issuer.skew.count();
  if (*expires <= at - skew) return no("expired");
  if (*issued > at + skew) return no("issued in the future");
  if (*expires - *issued > issuer.lifetime_max.count()) return no("valid too long");
  if (opened.claims.contains("nbf")) {
    const auto begins = seconds(opened.claims, "nbf");
    if (!begins || *begins > at + skew) return no("not valid yet");
  }
  const boost::json::string* subject = text(opened.claims, "sub");
  if (!subject || subject->empty()) return no("without a subject");
  return AccessToken{std::string{*subject}, TimeUs{*expires * 1'000'000}};
}

}  // namespace stafett::server
