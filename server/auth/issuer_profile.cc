#include "server/auth/issuer_profile.h"

#include <algorithm>

#include "server/auth/jws.h"
#include "server/auth/web_url.h"

namespace stafett::server {
namespace {

constexpr std::string_view kOpenIdPath = ".well-known/openid-configuration";
constexpr std::string_view kOAuthPath = ".well-known/oauth-authorization-server";

std::string below(const std::string& issuer, std::string_view path) {
  return issuer + (issuer.ends_with('/') ? "" : "/") + std::string{path};
}

std::string either(const KnownIssuer& which, const char* production, const char* test) {
  if (!which.url.empty()) return which.url;
  return which.place == IssuerPlace::test ? test : production;
}

IssuerProfile idporten(const KnownIssuer& which) {
  IssuerProfile profile;
  profile.issuer = either(which, "https://idporten.no", "https://test.idporten.no");
  profile.algorithms = {"RS256"};
  profile.levels = {"idporten-loa-low", "idporten-loa-substantial", "idporten-loa-high"};
  profile.level_least = "idporten-loa-high";
  profile.claim = "pid";
  return profile;
}

IssuerProfile ansattporten(const KnownIssuer& which) {
  IssuerProfile profile;
  profile.issuer = either(which, "https://ansattporten.no", "https://test.ansattporten.no");
  profile.algorithms = {"RS256"};
  profile.levels = {"substantial", "high"};
  profile.level_least = "high";
  profile.claim = "pid";
  return profile;
}

IssuerProfile maskinporten(const KnownIssuer& which) {
  IssuerProfile profile;
  profile.issuer = either(which, "https://maskinporten.no/", "https://test.maskinporten.no/");
  profile.metadata = below(profile.issuer, kOAuthPath);
  profile.algorithms = {"RS256", "RS384", "RS512"};
  profile.audience_rule = AudienceRule::unspecified;
  profile.subject = SubjectRule::consumer;
  profile.label_prefix = "maskinporten-";
  return profile;
}

IssuerProfile entra(const KnownIssuer& which) {
  IssuerProfile profile;
  profile.issuer =
      which.url.empty() ? "https://login.microsoftonline.com/" + which.tenant + "/v2.0" : which.url;
  profile.algorithms = {"RS256"};
  profile.scope_claim = "scp";
  profile.needed = {{"tid", which.tenant}, {"ver", "2.0"}};
  profile.subject = SubjectRule::label;
  profile.claim = "oid";
  profile.label_prefix = "entra-";
  profile.lifetime_max = std::chrono::hours{2};
  return profile;
}

IssuerProfile feide(const KnownIssuer& which) {
  IssuerProfile profile;
  profile.issuer = which.url.empty() ? "https://auth.dataporten.no" : which.url;
  profile.algorithms = {"RS256"};
  profile.claim = "https://n.feide.no/claims/nin";
  return profile;
}

bool has_test_place(std::string_view kind) {
  return kind == "idporten" || kind == "ansattporten" || kind == "maskinporten";
}

Error wrong(const IssuerProfile& profile, const char* what) {
  return Error{Errc::invalid_argument, "issuer '" + profile.name + "': " + what};
}

// As a segment of a path, without any escaping.
bool is_part_of_an_address(std::string_view text) {
  return text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == text.npos;
}

}  // namespace

Result<IssuerProfile> known_issuer(const KnownIssuer& which) {
  IssuerProfile profile;
  // Else whoever means people of a test would be believing the real ones.
  if (which.place && (!which.url.empty() || !has_test_place(which.kind)))
    return Error{Errc::invalid_argument, "which of its environments is not for this kind to say"};
  if (which.kind == "idporten") {
    profile = idporten(which);
  } else if (which.kind == "ansattporten") {
    profile = ansattporten(which);
  } else if (which.kind == "maskinporten") {
    profile = maskinporten(which);
  } else if (which.kind == "entra") {
    if (which.tenant.empty())
      return Error{Errc::invalid_argument, "entra needs a tenant: whose directory is believed"};
    profile = entra(which);
  } else if (which.kind == "feide") {
    profile = feide(which);
  } else if (which.kind == "helseid") {
    // A token that is bound to its holder's key is not to be taken from whoever brings it.
    return Error{Errc::invalid_argument, "helseid binds its tokens by DPoP, which is not checked"};
  } else {
    return Error{Errc::invalid_argument, "there is no kind '" + std::string{which.kind} + "'"};
  }
  profile.name = which.kind;
  if (profile.metadata.empty()) profile.metadata = below(profile.issuer, kOpenIdPath);
  return profile;
}

Result<void> check(const IssuerProfile& profile) {
  const bool named = profile.audience_rule == AudienceRule::named;
  if (profile.name.empty() || profile.issuer.empty()) return wrong(profile, "no name, or no url");
  const auto url = parse_web_url(profile.metadata);
  if (!url || !is_safe(*url)) return wrong(profile, "its metadata are not at an https address");
  if (profile.algorithms.empty() || !std::ranges::all_of(profile.algorithms, [](const auto& one) {
        return is_known_algorithm(one);
      }))
    return wrong(profile, "an algorithm that is not taken");
  if (named == profile.audiences.empty()) return wrong(profile, "no audience");
  // An id token has no scope, and of some issuers nothing else that tells it from an access token.
  if (profile.scopes.empty()) return wrong(profile, "no scope");
  if (profile.levels.empty() != profile.level_least.empty() ||
      (!profile.level_least.empty() &&
       std::ranges::find(profile.levels, profile.level_least) == profile.levels.end()))
    return wrong(profile, "the least level is not one of its levels");
  if ((profile.subject == SubjectRule::consumer) != profile.claim.empty())
    return wrong(profile, "no claim says who it is");
  if (profile.browser &&
      (profile.subject == SubjectRule::consumer || profile.browser->client_id.empty() ||
       profile.browser->secret_file.empty() == profile.browser->key_file.empty()))
    return wrong(profile, "browser: of people, with a client-id and one file of a secret or a key");
  if (profile.browser && !is_part_of_an_address(profile.name))
    return wrong(profile, "browser: its name is part of an address: letters, digits, '-' and '_'");
  // Else the issuer could name anybody of the log by what they are called in it.
  if (profile.subject != SubjectRule::national_id && !profile.label_prefix.ends_with('-'))
    return wrong(profile, "labels need a prefix that ends with a dash");
  return {};
}

}  // namespace stafett::server
