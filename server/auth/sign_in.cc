#include "server/auth/sign_in.h"

namespace stafett::server {
namespace {

// The scheme's name in any case of letters (RFC 9110 11.1).
std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() <= kScheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < kScheme.size(); ++i)
    if ((authorization[i] | 0x20) != kScheme[i]) return std::nullopt;
  return authorization.substr(kScheme.size());
}

}  // namespace

Result<SignedIn> SignIn::person_of(std::string_view authorization) const {
  if (authorization.empty()) return Error{Errc::not_found, "no token"};
  const auto token = bearer_token(authorization);
  if (!token || !local_) return Error{Errc::refused, "not a token of an issuer known here"};
  const Result<AccessToken> opened = open_access_token(*token, *local_, clock_.now());
  if (!opened) return Error{Errc::refused, opened.error().detail()};
  ENGINE_TRY(id, gate_.labels().find(log::LabelSpace::person, opened->subject));
  if (!id) return Error{Errc::refused, "nobody is called that"};
  return SignedIn{ActorId{*id}, opened->subject, opened->expires_at};
}

}  // namespace stafett::server
