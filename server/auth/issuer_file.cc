#include "server/auth/issuer_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <functional>
#include <map>

namespace stafett::server {
namespace {

Error wrong(const std::string& where, const std::string& what) {
  return Error{Errc::invalid_argument, where + ": " + what};
}

Result<std::string> text_of(const std::string& where, const toml::node& node) {
  constexpr std::size_t kBytesMax = 2048;
  const auto* text = node.as_string();
  if (!text || text->get().empty() || text->get().size() > kBytesMax)
    return wrong(where, "is to be a text");
  return text->get();
}

Result<std::vector<std::string>> texts_of(const std::string& where, const toml::node& node) {
  constexpr std::size_t kCountMax = 32;
  const auto* list = node.as_array();
  if (!list || list->empty() || list->size() > kCountMax)
    return wrong(where, "is to be a list of texts");
  std::vector<std::string> texts;
  for (const toml::node& one : *list) {
    ENGINE_TRY(text, text_of(where, one));
    texts.push_back(text);
  }
  return texts;
}

// One [[issuer]]: what its kind brings along, and what the file says instead.
struct Reading {
  IssuerProfile profile;
  bool other;  // no kind that brings rules along
};
using Key = std::function<Result<void>(const std::string& where, const toml::node&, Reading&)>;

Key text_into(std::string IssuerProfile::*field) {
  return [field](const std::string& where, const toml::node& node, Reading& to) -> Result<void> {
    ENGINE_TRY(text, text_of(where, node));
    to.profile.*field = text;
    return {};
  };
}

Key texts_into(std::vector<std::string> IssuerProfile::*field) {
  return [field](const std::string& where, const toml::node& node, Reading& to) -> Result<void> {
    ENGINE_TRY(texts, texts_of(where, node));
    to.profile.*field = std::move(texts);
    return {};
  };
}

Result<void> read_audience(const std::string& where, const toml::node& node, Reading& to) {
  ENGINE_TRY(texts, texts_of(where, node));
  to.profile.audiences = std::move(texts);
  to.profile.audience_rule = AudienceRule::named;
  return {};
}

Result<void> read_lifetime(const std::string& where, const toml::node& node, Reading& to) {
  const auto* seconds = node.as_integer();
  if (!seconds || seconds->get() < 1 || seconds->get() > 86'400)
    return wrong(where, "is to be from 1 to 86400 seconds");
  to.profile.lifetime_max = std::chrono::seconds{seconds->get()};
  return {};
}

Result<void> read_person(const std::string& where, const toml::node& node, Reading& to) {
  ENGINE_TRY(text, text_of(where, node));
  if (text == "national-id")
    to.profile.subject = SubjectRule::national_id;
  else if (text == "label")
    to.profile.subject = SubjectRule::label;
  else
    return wrong(where, "is to be \"national-id\" or \"label\"");
  return {};
}

// [issuer.browser]
Result<void> read_browser(const std::string& where, const toml::node& node, Reading& to) {
  const toml::table* table = node.as_table();
  if (!table) return wrong(where, "is to be a table: [issuer.browser]");
  BrowserClient& client = to.profile.browser.emplace();
  const std::map<std::string_view, std::string*> texts = {
      {"client-id", &client.client_id},
      {"client-secret-file", &client.secret_file},
      {"client-key-file", &client.key_file}};
  for (const auto& [key, value] : *table) {
    const std::string name = where + "." + std::string{key.str()};
    if (const auto found = texts.find(key.str()); found != texts.end()) {
      ENGINE_TRY(text, text_of(name, value));
      *found->second = text;
    } else if (key.str() == "scope") {
      ENGINE_TRY(scopes, texts_of(name, value));
      client.scopes = std::move(scopes);
    } else {
      return wrong(name, "is no key here");
    }
  }
  return {};
}

// A known issuer's rules are its own: a file may ask for more, and say what it alone knows.
const std::map<std::string_view, Key>& keys() {
  static const std::map<std::string_view, Key> all = {
      {"name", text_into(&IssuerProfile::name)},
      {"metadata", text_into(&IssuerProfile::metadata)},
      {"key-hosts", texts_into(&IssuerProfile::key_hosts)},
      {"audience", read_audience},
      {"scope", texts_into(&IssuerProfile::scopes)},
      {"level", text_into(&IssuerProfile::level_least)},
      {"label-prefix", text_into(&IssuerProfile::label_prefix)},
      {"lifetime-max-seconds", read_lifetime},
      {"browser", read_browser},
  };
  return all;
}
const std::map<std::string_view, Key>& keys_of_others() {
  static const std::map<std::string_view, Key> all = {
      {"algorithms", texts_into(&IssuerProfile::algorithms)},
      {"levels", texts_into(&IssuerProfile::levels)},
      {"person", read_person},
      {"claim", text_into(&IssuerProfile::claim)},
      {"scope-claim", text_into(&IssuerProfile::scope_claim)},
  };
  return all;
}

Result<std::string> optional_text(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (!node) return std::string{};
  return text_of(std::string{key}, *node);
}

Result<Reading> begin(const toml::table& table) {
  KnownIssuer which;
  ENGINE_TRY(kind, optional_text(table, "kind"));
  ENGINE_TRY(place, optional_text(table, "environment"));
  ENGINE_TRY(url, optional_text(table, "url"));
  ENGINE_TRY(tenant, optional_text(table, "tenant"));
  if (kind.empty()) return wrong("kind", "is missing");
  if (!place.empty() && place != "production" && place != "test")
    return wrong("environment", "is to be \"production\" or \"test\"");
  if (!tenant.empty() && kind != "entra") return wrong("tenant", "is of entra only");
  if (!place.empty() && (kind == "other" || !url.empty()))
    return wrong("environment", "is not for an issuer with a url");
  if (kind == "other") {
    if (url.empty()) return wrong("url", "is missing");
    Reading reading{{}, true};
    reading.profile.issuer = url;
    reading.profile.metadata =
        url + (url.ends_with('/') ? "" : "/") + ".well-known/openid-configuration";
    return reading;
  }
  which.kind = kind;
  if (!place.empty()) which.place = place == "test" ? IssuerPlace::test : IssuerPlace::production;
  which.url = url;
  which.tenant = tenant;
  ENGINE_TRY(profile, known_issuer(which));
  return Reading{std::move(profile), false};
}

// Tokens that do not say how well somebody was identified are not taken because nobody thought of
// it: the file says so.
Result<void> settle_level(IssuerProfile& profile) {
  if (!profile.levels.empty() || profile.subject == SubjectRule::consumer) return {};
  if (profile.level_least != "unsaid")
    return wrong("level", "its tokens say none: \"unsaid\" takes them all the same");
  profile.level_least.clear();
  return {};
}

Result<IssuerProfile> read_issuer(const toml::table& table) {
  ENGINE_TRY(reading, begin(table));
  for (const auto& [key, node] : table) {
    const std::string name{key.str()};
    if (name == "kind" || name == "environment" || name == "url" || name == "tenant") continue;
    auto found = keys().find(name);
    bool known = found != keys().end();
    if (!known && reading.other) {
      found = keys_of_others().find(name);
      known = found != keys_of_others().end();
    }
    if (!known) return wrong(name, "is no key here");
    ENGINE_TRY_VOID(found->second(name, node, reading));
  }
  ENGINE_TRY_VOID(settle_level(reading.profile));
  ENGINE_TRY_VOID(check(reading.profile));
  return std::move(reading.profile);
}

}  // namespace

Result<IssuerFile> parse_issuers(std::string_view text) {
  if (text.size() > kIssuerFileBytesMax) return Error{Errc::malformed, "too large a file"};
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return Error{Errc::malformed, "line " + std::to_string(error.source().begin.line) + ": " +
                                      std::string{error.description()}};
  }
  IssuerFile file;
  for (const auto& [key, node] : table) {
    if (key.str() == "ca-file") {
      ENGINE_TRY(path, text_of("ca-file", node));
      file.ca_file = path;
      continue;
    }
    const auto* list = node.as_array();
    if (key.str() != "issuer" || !list) return wrong(std::string{key.str()}, "is no key here");
    for (const toml::node& one : *list) {
      if (!one.as_table()) return wrong("issuer", "is to be a table each: [[issuer]]");
      Result<IssuerProfile> profile = read_issuer(*one.as_table());
      if (!profile) {
        const std::string line = "line " + std::to_string(one.source().begin.line) + ": ";
        return Error{profile.error().code(), line + profile.error().detail()};
      }
      file.issuers.push_back(std::move(*profile));
    }
  }
  return file;
}

}  // namespace stafett::server
