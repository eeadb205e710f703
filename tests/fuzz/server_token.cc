// Any token: refused, unless the one key has signed it. And any claims, signed: taken only when
// they are whole.

#include <boost/json.hpp>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "server/auth/access_token.h"
#include "server/auth/jws.h"

namespace {

using namespace stafett;

const boost::json::object& key() {
  static const boost::json::object made = server::make_es256_jwk().value();
  return made;
}

server::TokenIssuer trust() {
  server::TokenIssuer issuer;
  issuer.issuer = "i";
  issuer.audience = "a";
  issuer.keys = {server::public_half(key())};
  issuer.algorithms = {"ES256"};
  return issuer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  const TimeUs now{1'000'000'000};
  CHECK(!server::open_access_token(text, trust(), now).has_value());

  boost::system::error_code error;
  const boost::json::value claims = boost::json::parse(text, error);
  if (error || !claims.is_object()) return 0;
  const auto token = server::sign_es256(key(), {{"typ", "at+jwt"}}, claims.as_object());
  if (!token) return 0;
  const auto opened = server::open_access_token(*token, trust(), now);
  if (opened) CHECK(!opened->subject.empty() && opened->expires_at > TimeUs{0});
  return 0;
}
