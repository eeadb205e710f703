#include "server/session/code_flow.h"

#include <boost/json.hpp>

#include "engine/crypto/sha256.h"
#include "server/auth/base64url.h"
#include "server/auth/claims.h"

namespace stafett::server {
namespace {

Error refused(const std::string& issuer, const std::string& why) {
  return Error{Errc::refused, issuer + ": " + why};
}

// An error's name as the issuer says it, if it has the form of one: it goes into the server's log.
std::string error_name(std::string_view said) {
  constexpr std::size_t kBytesMax = 40;
  const bool is_name = !said.empty() && said.size() <= kBytesMax &&
                       said.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == said.npos;
  return is_name ? std::string{said} : "an error without a name";
}

Result<boost::json::object> parse_answer(const std::string& body) {
  boost::json::parse_options options;
  options.max_depth = 8;
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(body, error, {}, options);
  if (error || !value.is_object()) return Error{Errc::malformed, "not a JSON object"};
  return std::move(value.as_object());
}

std::string challenge_of(const std::string& verifier) {
  return to_base64url(crypto::sha256(as_bytes(verifier)).view());
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

CodeFlow::CodeFlow(const OutsideIssuers& issuers, std::map<std::string, ClientSecrets> secrets,
                   PublicUrl here, Clock& clock, Random& random)
    : issuers_(issuers),
      secrets_(std::move(secrets)),
      here_(std::move(here)),
      clock_(clock),
      random_(random),
      seal_(random) {
  for (const auto& [name, secret] : secrets_) places_.try_emplace(name, kIssuerPlaces);
}

std::string CodeFlow::random_text() {
  return to_base64url(random_id<Hash>(random_).view());
}

Result<CodeFlow::Begun> CodeFlow::begin(const std::string& name, const std::string& return_to,
                                        const std::optional<Hash>& before) {
  IssuerKeys* issuer = issuers_.find_for_browsers(name);
  if (!issuer) return Error{Errc::not_found, "browsers do not sign in there"};
  ENGINE_TRY_VOID(issuer->at_hand());
  const auto endpoints = issuer->endpoints();
  if (!endpoints) return Error{Errc::queue_full, name + ": no endpoints that may be asked"};
  const IssuerProfile& profile = issuer->profile();
  const std::chrono::microseconds lasts = LoginSeal::kLoginTime;
  const LoginAttempt attempt{name,          random_text(),
                             random_text(), random_text(),
                             return_to,     TimeUs{clock_.now().value() + lasts.count()},
                             before};
  std::string query;
  add_field(query, "response_type", "code");
  add_field(query, "client_id", profile.browser->client_id);
  add_field(query, "redirect_uri", here_.callback(name));
  add_field(query, "scope", joined(profile.browser->scopes));
  add_field(query, "state", attempt.state);
  add_field(query, "nonce", attempt.nonce);
  add_field(query, "code_challenge", challenge_of(attempt.verifier));
  add_field(query, "code_challenge_method", "S256");
  if (!profile.level_least.empty()) add_field(query, "acr_values", profile.level_least);
  const char* joint = endpoints->authorization.find('?') == std::string::npos ? "?" : "&";
  return Begun{endpoints->authorization + joint + query, seal_.seal(attempt)};
}

Result<CodeFlow::Checked> CodeFlow::check(const Answer& answer, std::string_view sealed) {
  ENGINE_TRY(attempt, seal_.open(sealed, clock_.now()));
  const std::string& name = attempt.issuer;
  if (!answer.state || *answer.state != attempt.state)
    return refused(name, "an answer to another sign-in");
  if (answer.at != name) return refused(name, "an answer at another issuer's address");
  IssuerKeys* issuer = issuers_.find_for_browsers(name);
  if (!issuer) return refused(name, "browsers do not sign in there");
  const IssuerProfile& profile = issuer->profile();
  ENGINE_TRY_VOID(issuer->at_hand());
  const auto endpoints = issuer->endpoints();
  if (!endpoints) return Error{Errc::queue_full, name + ": no endpoints that may be asked"};
  if (answer.issuer ? *answer.issuer != profile.issuer : endpoints->names_itself)
    return refused(name, "an answer of another issuer");
  if (answer.error) return refused(name, "the issuer said " + error_name(*answer.error));
  if (!answer.code || answer.code->empty()) return refused(name, "an answer without a code");
  return Checked{std::move(attempt), issuer, *endpoints, *answer.code};
}

Result<CodeFlow::Ended> CodeFlow::end(const Checked& checked) {
  const LoginAttempt& attempt = checked.attempt;
  const std::string& name = attempt.issuer;
  const IssuerProfile& profile = checked.issuer->profile();
  ENGINE_TRY(id_token, exchange(checked));
  const Result<ReadJws> read = read_jws(id_token);
  if (!read) return refused(name, "id token: " + read.error().detail());
  const Result<OutsideToken> who = issuers_.open_id_token(
      *read, *checked.issuer, {profile.browser->client_id, attempt.nonce}, clock_.now());
  if (!who && who.error().code() == Errc::refused)
    return refused(name, "id token: " + who.error().detail());
  if (!who) return Error{Errc::outcome_unknown, name + ": " + who.error().detail()};
  return Ended{profile, *who, crypto::sha256(as_bytes(id_token)), attempt.return_to,
               attempt.before};
}

Result<std::string> CodeFlow::exchange(const Checked& checked) {
  const LoginAttempt& attempt = checked.attempt;
  const IssuerProfile& issuer = checked.issuer->profile();
  const WaitingRoom::Place of_issuer{places_.at(issuer.name)}, of_all{waiting_};
  if (!of_issuer || !of_all) return Error{Errc::queue_full, "too many wait for issuers"};
  if (!spent_.spend(attempt.state, attempt.ends_at, clock_.now()))
    return refused(issuer.name, "a sign-in that was answered before");
  WebForm form;
  add_field(form.body, "grant_type", "authorization_code");
  add_field(form.body, "code", checked.code);
  add_field(form.body, "redirect_uri", here_.callback(issuer.name));
  add_field(form.body, "code_verifier", attempt.verifier);
  ENGINE_TRY_VOID(authenticate(issuer, checked.endpoints, secrets_.at(issuer.name), clock_.now(),
                               random_, form));
  const Result<FormAnswer> answer = issuers_.web().post(checked.endpoints.token, form);
  if (!answer)
    return Error{Errc::outcome_unknown,
                 issuer.name + ": token endpoint: " + answer.error().detail()};
  const Result<boost::json::object> said = parse_answer(answer->body);
  if (answer->status != 200) {
    const boost::json::string* error = said ? text_claim(*said, "error") : nullptr;
    return refused(issuer.name, "the token endpoint answered " + std::to_string(answer->status) +
                                    ", " + error_name(error ? std::string_view{*error} : ""));
  }
  const boost::json::string* id_token = said ? text_claim(*said, "id_token") : nullptr;
  if (!id_token) return refused(issuer.name, "no id token");
  return std::string{*id_token};
}

}  // namespace stafett::server
