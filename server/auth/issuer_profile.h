#pragma once
// IssuerProfile: an issuer of tokens outside this program, and what is believed of it, as data.
//
// Source:  OpenID Connect Discovery 1.0, RFC 8414, RFC 9068; for each known issuer its own
//          documentation, as docs/how-to/sign-in.md says.
// Threads: values.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace stafett::server {

// Who a token is of, in the log.
enum class SubjectRule {
  national_id,  // the person whose details have the national identity number in `claim`
  label,        // whoever is called `label_prefix` and the text in `claim`
  // A machine: whoever is called `label_prefix` and the organisation in `consumer`: "0192-" and its
  // number.
  consumer,
};

enum class AudienceRule {
  named,        // one of `audiences` must be in `aud`
  unspecified,  // there is no `aud`, or it is the text "unspecified": the scope alone says for what
};

// As whom this server signs people in there for their browsers, and where the proof of it lies.
struct BrowserClient {
  std::string client_id;
  std::string secret_file, key_file;  // one of them: a secret, or a private JWK
  std::vector<std::string> scopes{"openid"};
};

struct IssuerProfile {
  std::string name;      // in the server's own log; unique
  std::string issuer;    // exactly as in `iss`
  std::string metadata;  // URL of its configuration
  // Hosts that keys may be fetched from beside the issuer's own.
  std::vector<std::string> key_hosts;
  std::vector<std::string> algorithms;
  AudienceRule audience_rule = AudienceRule::named;
  std::vector<std::string> audiences;
  // From the weakest; a token's must be among them, and not before `level_least`.
  std::vector<std::string> levels;
  std::string level_least;  // empty: the token does not say how well the person was identified
  std::string scope_claim = "scope";
  std::vector<std::string> scopes;  // all of them must be there; at least one
  struct Needed {
    std::string claim, value;
  };
  std::vector<Needed> needed;  // texts that must be exactly so
  SubjectRule subject = SubjectRule::national_id;
  std::string claim;
  std::string label_prefix;
  std::optional<BrowserClient> browser;     // empty: browsers do not sign in there
  std::chrono::seconds lifetime_max{3600};  // from `iat` to `exp`
  std::chrono::seconds skew{30};            // of clocks
};

// The issuers that are known by kind: their own rules, without what a municipality has to say
// itself (audience, scope).
enum class IssuerPlace { production, test };
struct KnownIssuer {
  std::string_view kind;  // "idporten", "ansattporten", "maskinporten", "entra", "feide"
  // Absent: production. Not with a url, and not of those that have no other: entra, feide.
  std::optional<IssuerPlace> place = std::nullopt;
  std::string url = {};     // instead of the place's: exactly the issuer
  std::string tenant = {};  // of entra: which directory
};
// Errors: invalid_argument (no such kind; one whose rules cannot be kept here; a tenant missing; a
// place that it does not have).
Result<IssuerProfile> known_issuer(const KnownIssuer& which);

// A profile that says everything a verifier has to know, and nothing that contradicts it.
// Errors: invalid_argument.
Result<void> check(const IssuerProfile& profile);

}  // namespace stafett::server
