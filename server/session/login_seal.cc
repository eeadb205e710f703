#include "server/session/login_seal.h"

#include <boost/json.hpp>

#include "engine/base/check.h"
#include "engine/base/encoding.h"
#include "engine/crypto/aead.h"
#include "server/auth/base64url.h"

namespace stafett::server {
namespace {

constexpr std::string_view kContext = "stafett/v1/login";
constexpr std::size_t kSealedBytesMax = 4096;

}  // namespace

LoginSeal::LoginSeal(Random& random)
    : random_(random), key_([&](std::span<std::uint8_t, 32> key) { random.fill(key); }) {}

std::string LoginSeal::seal(const LoginAttempt& attempt) const {
  boost::json::object plain{{"issuer", attempt.issuer},    {"state", attempt.state},
                            {"nonce", attempt.nonce},      {"verifier", attempt.verifier},
                            {"return", attempt.return_to}, {"until", attempt.ends_at.value()}};
  if (attempt.before) plain["before"] = to_hex(attempt.before->view());
  return to_base64url(crypto::seal(key_.view(), as_bytes(boost::json::serialize(plain)),
                                   as_bytes(kContext), random_));
}

Result<LoginAttempt> LoginSeal::open(std::string_view sealed, TimeUs now) const {
  const Error refused{Errc::refused, "no sign-in that this browser began"};
  if (sealed.size() > kSealedBytesMax) return refused;
  const auto bytes = from_base64url(sealed);
  if (!bytes) return refused;
  const Result<Bytes> plain = crypto::open(key_.view(), *bytes, as_bytes(kContext));
  if (!plain) return refused;
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(as_text(*plain), error);
  CHECK(!error && value.is_object());  // sealed here
  const boost::json::object& said = value.as_object();
  const auto text = [&](const char* name) { return std::string{said.at(name).as_string()}; };
  LoginAttempt attempt{text("issuer"),   text("state"),  text("nonce"),
                       text("verifier"), text("return"), TimeUs{said.at("until").as_int64()}};
  if (said.contains("before")) {
    const auto before = from_hex(text("before"));
    CHECK(before);
    attempt.before = Hash::from(*before);
  }
  if (now >= attempt.ends_at) return Error{Errc::refused, "begun too long ago"};
  return attempt;
}

}  // namespace stafett::server
