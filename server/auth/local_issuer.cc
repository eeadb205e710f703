#include "server/auth/local_issuer.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "server/auth/jws.h"

namespace stafett::server {
namespace {

constexpr std::size_t kKeyFileBytesMax = 4096;

std::string issuer_name(const std::string& origin) {
  return "urn:stafett:local:" + origin;
}

}  // namespace

Result<LocalIssuer> LocalIssuer::open(storage::Files& files, const log::LogPaths& paths,
                                      const std::string& origin) {
  const std::string path = paths.keys + "/local-issuer.jwk";
  ENGINE_TRY(is_there, files.exists(path));
  if (!is_there) {
    ENGINE_TRY(made, make_es256_jwk());
    ENGINE_TRY_VOID(files.replace(path, as_bytes(boost::json::serialize(made))));
  }
  ENGINE_TRY(bytes, files.read(path, kKeyFileBytesMax));
  boost::system::error_code error;
  boost::json::value jwk = boost::json::parse(as_text(bytes), error);
  if (error || !jwk.is_object() || !jwk.as_object().contains("d"))
    return Error{Errc::corrupt, path + " is no private key"};
  return LocalIssuer{std::move(jwk.as_object()), origin};
}

TokenIssuer LocalIssuer::trust() const {
  TokenIssuer trust;
  trust.issuer = issuer_name(origin_);
  trust.audience = origin_;
  trust.keys = {public_half(jwk_)};
  trust.algorithms = {"ES256"};
  trust.lifetime_max = kLifetime;
  return trust;
}

Result<std::string> LocalIssuer::token_for(const std::string& person, TimeUs now,
                                           Random& random) const {
  const std::int64_t at = now.value() / 1'000'000;
  const boost::json::object claims{{"iss", issuer_name(origin_)},
                                   {"aud", origin_},
                                   {"sub", person},
                                   {"iat", at},
                                   {"exp", at + kLifetime.count()},
                                   {"jti", to_uuid_text(random_id<EventId>(random).view())}};
  return sign_es256(jwk_, {{"typ", "at+jwt"}}, claims);
}

}  // namespace stafett::server
