#include "server/auth/sign_in.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "server/auth/claims.h"

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

Error no(const std::string& issuer, const std::string& why) {
  return Error{Errc::refused, issuer + ": " + why};
}

std::unique_ptr<PersonIndex> index_for(const log::Log& log, const bti::BtiGate& gate,
                                       const SignInSources& sources) {
  if (!sources.outside || !sources.outside->any_by_national_id()) return nullptr;
  return std::make_unique<PersonIndex>(log, gate);
}

}  // namespace

SignIn::SignIn(const log::Log& log, bti::BtiGate& gate, Clock& clock, SignInSources sources)
    : log_(log),
      gate_(gate),
      clock_(clock),
      sources_(std::move(sources)),
      numbers_(index_for(log, gate, sources_)) {}

Result<void> SignIn::prepare() const {
  if (!numbers_) return {};
  return numbers_->catch_up();
}

Result<SignedIn> SignIn::person_of(std::string_view authorization) const {
  if (authorization.empty()) return Error{Errc::not_found, "no token"};
  const auto text = bearer_token(authorization);
  if (!text) return Error{Errc::refused, "not a token"};
  const Result<ReadJws> token = read_jws(*text);
  if (!token) return Error{Errc::refused, "not a token"};
  const boost::json::string* by = text_claim(token->claims, "iss");
  const std::string_view issuer = by ? std::string_view{*by} : std::string_view{};
  if (sources_.local && issuer == sources_.local->issuer) return by_local_token(*token);
  IssuerKeys* outside = sources_.outside ? sources_.outside->find(issuer) : nullptr;
  if (!outside) return Error{Errc::refused, "not a token of an issuer known here"};
  return by_outside_token(*token, *outside);
}

Result<SignedIn> SignIn::by_local_token(const ReadJws& token) const {
  const Result<AccessToken> opened = open_access_token(token, *sources_.local, clock_.now());
  if (!opened) return no("local", opened.error().detail());
  const Result<ActorId> person = by_label(opened->subject);
  if (!person && person.error().code() == Errc::refused) return no("local", "nobody known here");
  if (!person) return person.error();
  SignedIn who{*person, opened->subject, opened->expires_at};
  who.evidence =
      keep_evidence(crypto::sha256(as_bytes(token.text)), {{"iss", sources_.local->issuer}});
  return who;
}

Result<SignedIn> SignIn::by_outside_token(const ReadJws& token, IssuerKeys& issuer) const {
  const std::string& name = issuer.profile().name;
  const Result<OutsideToken> opened = sources_.outside->open(token, issuer, clock_.now());
  if (!opened) return Error{opened.error().code(), name + ": " + opened.error().detail()};
  const bool by_national_id = issuer.profile().subject == SubjectRule::national_id;
  const Result<ActorId> person =
      by_national_id ? by_number(opened->national_id) : by_label(opened->label);
  if (!person && person.error().code() == Errc::refused) return no(name, "nobody known here");
  if (!person) return person.error();
  SignedIn who{*person, gate_.labels().label_of(log::LabelSpace::person, person->array()),
               opened->expires_at};
  who.evidence = keep_evidence(crypto::sha256(as_bytes(token.text)), named_here(opened->evidence));
  if (!opened->only_about) return who;
  const Result<ActorId> about = by_number(*opened->only_about);
  if (!about && about.error().code() == Errc::refused) return no(name, "about nobody known here");
  if (!about) return about.error();
  who.only_about = *about;
  return who;
}

// The subject is told by a name that means something with the log's own key only.
boost::json::object SignIn::named_here(boost::json::object claims) const {
  if (const boost::json::string* subject = text_claim(claims, "sub")) {
    const std::string whole =
        "subject:" + std::string{claims.at("iss").as_string()} + '\0' + std::string{*subject};
    claims["sub"] = to_hex(log_.index().name_for(ActorId{}, as_bytes(whole)).view());
  }
  return claims;
}

// Of one token always the same, so that all that is signed after it names one sign-in.
Hash SignIn::keep_evidence(const Hash& token_hash, boost::json::object claims) const {
  claims["token"] = to_hex(token_hash.view());
  const std::string salt = "sign-in:" + to_hex(token_hash.view());
  return gate_.evidence().keep(log_.index().name_for(ActorId{}, as_bytes(salt)).view(), claims);
}

Result<std::optional<KnownPerson>> SignIn::known_as(const OutsideToken& token,
                                                    const IssuerProfile& issuer) const {
  const std::optional<KnownPerson> nobody;
  PersonKey key = token.label;
  if (issuer.subject == SubjectRule::national_id) {
    const auto digest = numbers_ ? numbers_->digest(token.national_id) : std::nullopt;
    if (!digest) return nobody;
    key = *digest;
  }
  const Result<ActorId> person = by_key(key);
  if (!person && person.error().code() == Errc::refused) return nobody;
  if (!person) return person.error();
  return std::optional{KnownPerson{key, named_here(token.evidence)}};
}

Result<SignedIn> SignIn::person_of(const BrowserIdentity& identity, const std::string& log) const {
  const auto key = identity.known.find(log);
  if (key == identity.known.end()) return no(identity.issuer, "nobody known here");
  const Result<ActorId> person = by_key(key->second.key);
  if (!person && person.error().code() == Errc::refused)
    return no(identity.issuer, "nobody known here");
  if (!person) return person.error();
  SignedIn who{*person, gate_.labels().label_of(log::LabelSpace::person, person->array()), {}};
  who.evidence = keep_evidence(identity.token, key->second.evidence);
  return who;
}

Result<ActorId> SignIn::by_key(const PersonKey& key) const {
  if (const auto* label = std::get_if<std::string>(&key)) return by_label(*label);
  ENGINE_TRY(person, numbers_->person_with(std::get<Hash>(key)));
  if (!person) return Error{Errc::refused, "nobody has that number"};
  return *person;
}

Result<ActorId> SignIn::by_number(const std::string& national_id) const {
  ENGINE_TRY(person, numbers_->person_of(national_id));
  if (!person) return Error{Errc::refused, "nobody has that number"};
  return *person;
}

Result<ActorId> SignIn::by_label(const std::string& label) const {
  ENGINE_TRY(id, gate_.labels().find(log::LabelSpace::person, label));
  if (!id) return Error{Errc::refused, "nobody is called that"};
  return ActorId{*id};
}

}  // namespace stafett::server
