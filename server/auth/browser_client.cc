#include "server/auth/browser_client.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/storage/files.h"
#include "server/auth/jws.h"
#include "server/auth/web_url.h"
#include "server/tls/key_file.h"

namespace stafett::server {
namespace {

constexpr std::size_t kSecretFileBytesMax = 16 * 1024;
constexpr std::int64_t kAssertionSeconds = 60;  // issuers take 120 at most
constexpr const char* kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

Result<std::string> assertion(const IssuerProfile& profile, const boost::json::object& key,
                              TimeUs now, Random& random) {
  const std::string& client = profile.browser->client_id;
  const std::int64_t at = now.value() / 1'000'000;
  // Nothing more: some issuers refuse claims that they do not know.
  return sign_jws(key, {{"typ", "JWT"}},
                  {{"iss", client},
                   {"sub", client},
                   {"aud", profile.issuer},
                   {"iat", at},
                   {"exp", at + kAssertionSeconds},
                   {"jti", to_uuid_text(random_id<EventId>(random).view())}});
}

}  // namespace

void add_field(std::string& form, std::string_view name, std::string_view value) {
  if (!form.empty()) form += '&';
  form += std::string{name} + '=' + percent_encoded(value);
}

Result<ClientSecrets> read_secrets(const BrowserClient& client) {
  const bool is_key = !client.key_file.empty();
  const std::string& path = is_key ? client.key_file : client.secret_file;
  ENGINE_TRY_VOID(look_at_key_file(path));
  ENGINE_TRY(bytes, storage::posix_files().read(path, kSecretFileBytesMax));
  ClientSecrets secrets;
  if (!is_key) {
    std::string_view text = as_text(bytes);
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty() || text.find_first_of("\n\r") != std::string_view::npos)
      return Error{Errc::malformed, path + " is no secret: one line"};
    secrets.secret = text;
    return secrets;
  }
  boost::system::error_code error;
  boost::json::value jwk = boost::json::parse(as_text(bytes), error);
  if (error || !jwk.is_object() || !can_sign(jwk.as_object()))
    return Error{Errc::malformed, path + " is no private JWK with `alg`"};
  secrets.key = std::move(jwk.as_object());
  return secrets;
}

Result<void> authenticate(const IssuerProfile& profile, const IssuerEndpoints& endpoints,
                          const ClientSecrets& secrets, TimeUs now, Random& random, WebForm& form) {
  const std::string& client = profile.browser->client_id;
  if (secrets.secret.empty()) {
    ENGINE_TRY(signed_by_us, assertion(profile, secrets.key, now, random));
    add_field(form.body, "client_id", client);
    add_field(form.body, "client_assertion_type", kAssertionType);
    add_field(form.body, "client_assertion", signed_by_us);
  } else if (endpoints.takes_basic) {
    const std::string both = percent_encoded(client) + ':' + percent_encoded(secrets.secret);
    form.authorization = "Basic " + to_base64(as_bytes(both));
  } else {
    add_field(form.body, "client_id", client);
    add_field(form.body, "client_secret", secrets.secret);
  }
  return {};
}

}  // namespace stafett::server
