#include "server/auth/issuer_metadata.h"

#include <algorithm>
#include <boost/json.hpp>

#include "server/auth/claims.h"
#include "server/auth/web_url.h"

namespace stafett::server {
namespace {

// At home, or encrypted at a host that the profile names.
bool is_of(const WebUrl& url, const IssuerProfile& profile) {
  const auto home = parse_web_url(profile.metadata);
  if (!home || !is_safe(url)) return false;
  const bool allowed = std::ranges::find(profile.key_hosts, url.host) != profile.key_hosts.end();
  return is_same_place(url, *home) || (allowed && url.encrypted);
}

std::optional<IssuerEndpoints> endpoints_of(const boost::json::object& metadata,
                                            const IssuerProfile& profile) {
  const boost::json::string* authorization = text_claim(metadata, "authorization_endpoint");
  const boost::json::string* token = text_claim(metadata, "token_endpoint");
  const auto page = authorization ? parse_web_url(*authorization) : std::nullopt;
  const auto exchange = token ? parse_web_url(*token) : std::nullopt;
  // The page may lie elsewhere: nothing secret is sent there.
  if (!page || !exchange || !(page->encrypted || is_of(*page, profile)) ||
      !is_of(*exchange, profile))
    return std::nullopt;
  IssuerEndpoints found{std::string{*authorization}, std::string{*token}};
  const boost::json::value* named =
      metadata.if_contains("authorization_response_iss_parameter_supported");
  found.names_itself = named && named->is_bool() && named->as_bool();
  const char* methods = "token_endpoint_auth_methods_supported";
  if (metadata.contains(methods)) {
    const auto all = words_claim(metadata, methods);
    found.takes_basic = std::ranges::find(all, "client_secret_basic") != all.end();
  }
  return found;
}

}  // namespace

Result<IssuerMetadata> parse_metadata(const boost::json::object& metadata,
                                      const IssuerProfile& profile) {
  const boost::json::string* issuer = text_claim(metadata, "issuer");
  if (!issuer || std::string_view{*issuer} != profile.issuer)
    return Error{Errc::refused, "the configuration is another issuer's"};
  const boost::json::string* address = text_claim(metadata, "jwks_uri");
  const auto url = address ? parse_web_url(*address) : std::nullopt;
  if (!url || !is_safe(*url)) return Error{Errc::refused, "the keys are not at an https address"};
  if (!is_of(*url, profile)) return Error{Errc::refused, "the keys lie at another host"};
  return IssuerMetadata{std::string{*address}, endpoints_of(metadata, profile)};
}

}  // namespace stafett::server
