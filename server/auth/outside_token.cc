#include "server/auth/outside_token.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "server/auth/claims.h"

namespace stafett::server {
namespace {

using boost::json::object;

// What a label or a claim that names somebody may be at most.
constexpr std::size_t kNameBytesMax = 200;

Error no(const char* why) {
  return Error{Errc::refused, why};
}

bool is_digits(std::string_view text, std::size_t count) {
  return text.size() == count && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Some issuers promise no type; what others promise for other uses is refused.
bool is_access_token(const object& header) {
  constexpr std::array kTypes = {"at+jwt", "application/at+jwt", "JWT"};
  if (!header.contains("typ")) return true;
  const boost::json::string* type = text_claim(header, "typ");
  return type && std::ranges::any_of(kTypes, [&](const char* one) { return *type == one; });
}

Result<void> judge_audience(const object& claims, const IssuerProfile& profile) {
  if (profile.audience_rule == AudienceRule::named) {
    if (std::ranges::any_of(profile.audiences,
                            [&](const std::string& one) { return is_for(claims, one); }))
      return {};
    return no("for another audience");
  }
  if (!claims.contains("aud")) return {};
  const boost::json::string* said = text_claim(claims, "aud");
  if (said && *said == "unspecified") return {};
  return no("for another audience");
}

Result<void> judge_scopes(const object& claims, const IssuerProfile& profile) {
  const std::vector<std::string> said = words_claim(claims, profile.scope_claim);
  for (const std::string& scope : profile.scopes)
    if (std::ranges::find(said, scope) == said.end()) return no("without the scope");
  return {};
}

Result<void> judge_level(const object& claims, const IssuerProfile& profile) {
  if (profile.level_least.empty()) return {};
  const boost::json::string* said = text_claim(claims, "acr");
  if (!said) return no("without a level");
  const auto least = std::ranges::find(profile.levels, profile.level_least);
  if (std::find(least, profile.levels.end(), std::string_view{*said}) == profile.levels.end())
    return no("of too low a level");
  return {};
}

// "0192:" and nine digits: a Norwegian organisation (ISO 6523).
Result<std::string> organisation_of(const object& claims) {
  const boost::json::value* found = claims.if_contains("consumer");
  const object* consumer = found ? found->if_object() : nullptr;
  if (!consumer) return no("without a consumer");
  const boost::json::string* authority = text_claim(*consumer, "authority");
  const boost::json::string* id = text_claim(*consumer, "ID");
  if (!authority || *authority != "iso6523-actorid-upis" || !id || !id->starts_with("0192:") ||
      !is_digits(std::string_view{*id}.substr(5), 9))
    return no("the consumer is no organisation");
  return "0192-" + std::string{std::string_view{*id}.substr(5)};
}

// What the log takes as a label: nothing is written in another way, so that two never become one.
bool is_label(std::string_view text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

Result<std::string> person_text(const object& claims, const std::string& claim) {
  const boost::json::string* said = text_claim(claims, claim);
  if (!said || said->empty() || said->size() > kNameBytesMax) return no("without a subject");
  return std::string{*said};
}

Result<void> fill_subject(const object& claims, const IssuerProfile& profile, OutsideToken& token) {
  switch (profile.subject) {
    case SubjectRule::national_id: {
      ENGINE_TRY(number, person_text(claims, profile.claim));
      if (!is_digits(number, 11)) return no("without a subject");
      token.national_id = number;
      return {};
    }
    case SubjectRule::label: {
      ENGINE_TRY(name, person_text(claims, profile.claim));
      if (!is_label(name)) return no("without a subject");
      token.label = profile.label_prefix + name;
      return {};
    }
    case SubjectRule::consumer: {
      ENGINE_TRY(organisation, organisation_of(claims));
      token.label = profile.label_prefix + organisation;
      if (!claims.contains("pid")) return {};
      ENGINE_TRY(number, person_text(claims, "pid"));
      if (!is_digits(number, 11)) return no("bound to nobody");
      token.only_about = number;
      return {};
    }
  }
  return no("without a subject");
}

// How well somebody was identified, and who it is.
Result<void> judge_person(const object& claims, const IssuerProfile& profile, OutsideToken& token) {
  ENGINE_TRY_VOID(judge_level(claims, profile));
  for (const IssuerProfile::Needed& one : profile.needed) {
    const boost::json::string* said = text_claim(claims, one.claim);
    if (!said || std::string_view{*said} != one.value) return no("without a claim that it needs");
  }
  return fill_subject(claims, profile, token);
}

object evidence_of(const object& claims, const IssuerProfile& profile) {
  object kept;
  for (const std::string& name :
       {std::string{"iss"}, std::string{"sub"}, std::string{"acr"}, std::string{"auth_time"},
        std::string{"client_id"}, std::string{"consumer"}, std::string{"iat"}, profile.scope_claim})
    if (const boost::json::value* value = claims.if_contains(name)) kept[name] = *value;
  if (const boost::json::string* id = text_claim(claims, "jti"))
    kept["jti"] = to_hex(crypto::sha256(as_bytes(std::string_view{*id})).view());
  return kept;
}

// For this program alone: with others in the audience it says for whom it was asked.
bool is_for_client(const object& claims, const std::string& client) {
  if (!is_for(claims, client)) return false;
  const boost::json::array* several = claims.at("aud").if_array();
  if (!claims.contains("azp")) return !several || several->size() == 1;
  const boost::json::string* party = text_claim(claims, "azp");
  return party && std::string_view{*party} == client;
}

}  // namespace

Result<OutsideToken> judge(const object& header, const object& claims, const IssuerProfile& profile,
                           TimeUs now) {
  if (!is_access_token(header)) return no("not an access token");
  const boost::json::string* by = text_claim(claims, "iss");
  if (!by || std::string_view{*by} != profile.issuer) return no("of another issuer");
  // What an id token has: it tells a program who somebody is, and gives access to nothing.
  if (claims.contains("nonce") || claims.contains("at_hash")) return no("an id token");
  // Bound to a key (RFC 9449, RFC 8705) that whoever brings it does not show here.
  if (claims.contains("cnf")) return no("bound to a key");
  OutsideToken token;
  ENGINE_TRY(expires_at, expiry_of(claims, {profile.skew, profile.lifetime_max}, now));
  token.expires_at = expires_at;
  ENGINE_TRY_VOID(judge_audience(claims, profile));
  ENGINE_TRY_VOID(judge_scopes(claims, profile));
  ENGINE_TRY_VOID(judge_person(claims, profile, token));
  token.evidence = evidence_of(claims, profile);
  return token;
}

Result<OutsideToken> judge_id_token(const object& header, const object& claims,
                                    const IssuerProfile& profile, const IdTokenAsked& asked,
                                    TimeUs now) {
  const boost::json::string* type = text_claim(header, "typ");
  if (header.contains("typ") && (!type || *type != "JWT")) return no("not an id token");
  const boost::json::string* by = text_claim(claims, "iss");
  if (!by || std::string_view{*by} != profile.issuer) return no("of another issuer");
  const boost::json::string* nonce = text_claim(claims, "nonce");
  if (!nonce || asked.nonce.empty() || std::string_view{*nonce} != asked.nonce)
    return no("of another sign-in");
  OutsideToken token;
  ENGINE_TRY(expires_at, expiry_of(claims, {profile.skew, profile.lifetime_max}, now));
  token.expires_at = expires_at;
  if (!is_for_client(claims, asked.client_id)) return no("for another program");
  ENGINE_TRY_VOID(judge_person(claims, profile, token));
  token.evidence = evidence_of(claims, profile);
  token.evidence["client_id"] = asked.client_id;
  return token;
}

}  // namespace stafett::server
