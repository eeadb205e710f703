#include "server/auth/jws.h"

#include <jansson.h>
extern "C" {
#include <jose/jose.h>
}

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdlib>
#include <memory>

#include "engine/base/check.h"
#include "engine/crypto/ed25519.h"
#include "server/auth/base64url.h"

namespace stafett::server {
namespace {

struct Release {
  void operator()(json_t* json) const { json_decref(json); }
};
using Jansson = std::unique_ptr<json_t, Release>;

// The two libraries' values, by way of text.
Jansson to_jansson(const boost::json::value& json) {
  return Jansson{json_loads(boost::json::serialize(json).c_str(), JSON_DECODE_ANY, nullptr)};
}
std::optional<boost::json::object> from_jansson(const json_t* json) {
  const std::unique_ptr<char, decltype(&std::free)> text{json_dumps(json, JSON_COMPACT),
                                                         &std::free};
  if (!text) return std::nullopt;
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text.get(), error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

std::string_view text_at(const boost::json::object& json, std::string_view name) {
  const boost::json::value* found = json.if_contains(name);
  const boost::json::string* text = found ? found->if_string() : nullptr;
  return text ? std::string_view{*text} : std::string_view{};
}

struct KeyKind {
  std::string_view algorithm, type, curve;
};
constexpr std::array kKinds = {
    KeyKind{"ES256", "EC", "P-256"}, KeyKind{"RS256", "RSA", ""},
    KeyKind{"RS384", "RSA", ""},     KeyKind{"RS512", "RSA", ""},
    KeyKind{"PS256", "RSA", ""},     KeyKind{"PS384", "RSA", ""},
    KeyKind{"PS512", "RSA", ""},     KeyKind{"EdDSA", "OKP", "Ed25519"},
};

constexpr std::size_t kRsaBytesMin = 2048 / 8;
constexpr std::size_t kRsaBytesMax = 8192 / 8;

bool allows_verifying(const boost::json::object& key) {
  if (key.contains("use") && text_at(key, "use") != "sig") return false;
  const boost::json::value* operations = key.if_contains("key_ops");
  if (!operations) return true;
  const boost::json::array* all = operations->if_array();
  return all && std::ranges::any_of(*all, [](const boost::json::value& one) {
           return one.if_string() && *one.if_string() == "verify";
         });
}

bool fits(const boost::json::object& key, std::string_view algorithm) {
  const auto kind = std::ranges::find(kKinds, algorithm, &KeyKind::algorithm);
  if (kind == kKinds.end() || text_at(key, "kty") != kind->type) return false;
  if (!kind->curve.empty() && text_at(key, "crv") != kind->curve) return false;
  if (key.contains("alg") && text_at(key, "alg") != algorithm) return false;
  if (!allows_verifying(key)) return false;
  if (kind->type != "RSA") return true;
  const auto modulus = from_base64url(text_at(key, "n"));
  return modulus && modulus->size() >= kRsaBytesMin && modulus->size() <= kRsaBytesMax;
}

// A token without a key id can only be of the one key that there is.
const boost::json::object* key_for(const boost::json::array& keys,
                                   const boost::json::object& header, std::string_view algorithm) {
  const bool is_named = header.contains("kid");
  const std::string_view id = text_at(header, "kid");
  if (is_named ? id.empty() : keys.size() != 1) return nullptr;
  for (const boost::json::value& one : keys) {
    const boost::json::object* key = one.if_object();
    if (key && (!is_named || text_at(*key, "kid") == id) && fits(*key, algorithm)) return key;
  }
  return nullptr;
}

std::optional<boost::json::object> decode_object(std::string_view part) {
  const auto bytes = from_base64url(part);
  if (!bytes) return std::nullopt;
  boost::json::parse_options options;
  options.max_depth = 8;
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(as_text(*bytes), error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  // Two claims of one name: which of them counts is a matter of taste, so neither does.
  const Jansson strict{json_loadb(as_text(*bytes).data(), bytes->size(),
                                  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, nullptr)};
  if (!strict) return std::nullopt;
  return std::move(value.as_object());
}

struct Pieces {
  std::string_view header, payload, signature;
};
std::optional<Pieces> pieces_of(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  return Pieces{token.substr(0, first), token.substr(first + 1, second - first - 1),
                token.substr(second + 1)};
}

// RFC 8037, which libjose does not know.
bool verifies_ed25519(const Pieces& pieces, const boost::json::object& key) {
  const auto point = from_base64url(text_at(key, "x"));
  const auto bytes = from_base64url(pieces.signature);
  const auto public_key = crypto::PublicKey::from(point ? ByteView{*point} : ByteView{});
  const auto signature = crypto::Signature::from(bytes ? ByteView{*bytes} : ByteView{});
  if (!public_key || !signature || !crypto::is_valid_public_key(*public_key)) return false;
  const std::string message = std::string{pieces.header} + '.' + std::string{pieces.payload};
  return crypto::verify(*public_key, as_bytes(message), *signature);
}

bool verifies(const Pieces& pieces, const boost::json::object& key, std::string_view algorithm) {
  if (algorithm == "EdDSA") return verifies_ed25519(pieces, key);
  const Jansson jws = to_jansson(boost::json::object{{"protected", std::string{pieces.header}},
                                                     {"payload", std::string{pieces.payload}},
                                                     {"signature", std::string{pieces.signature}}});
  const Jansson jwk = to_jansson(key);
  return jws && jwk && jose_jws_ver(nullptr, jws.get(), nullptr, jwk.get(), false);
}

}  // namespace

bool is_known_algorithm(std::string_view algorithm) {
  return std::ranges::find(kKinds, algorithm, &KeyKind::algorithm) != kKinds.end();
}

boost::json::array usable_keys(const boost::json::array& keys,
                               std::span<const std::string_view> algorithms) {
  constexpr std::size_t kNameBytesMax = 256;
  boost::json::array usable;
  for (const boost::json::value& one : keys) {
    const boost::json::object* key = one.if_object();
    if (!key || text_at(*key, "kid").size() > kNameBytesMax) continue;
    if (std::ranges::none_of(algorithms, [&](std::string_view each) { return fits(*key, each); }))
      continue;
    boost::json::object half;
    for (const char* name : {"kty", "crv", "x", "y", "n", "e", "alg", "kid", "use", "key_ops"})
      if (const boost::json::value* value = key->if_contains(name)) half[name] = *value;
    usable.push_back(std::move(half));
  }
  return usable;
}

bool can_sign(const boost::json::object& jwk) {
  boost::json::object half = jwk;  // to be verified with, whatever its own use
  half.erase("key_ops");
  half.erase("use");
  const std::string_view algorithm = text_at(jwk, "alg");
  return algorithm != "EdDSA" && fits(half, algorithm) && !text_at(jwk, "d").empty();
}

Result<boost::json::object> make_es256_jwk() {
  const Jansson jwk{json_pack("{s:s}", "alg", "ES256")};
  if (!jwk || !jose_jwk_gen(nullptr, jwk.get())) return Error{Errc::io, "no key was made"};
  const Jansson thumbprint{jose_jwk_thp(nullptr, jwk.get(), "S256")};
  const char* id = json_string_value(thumbprint.get());
  auto made = from_jansson(jwk.get());
  if (!made || !id) return Error{Errc::io, "no key was made"};
  (*made)["kid"] = id;
  return std::move(*made);
}

boost::json::object public_half(const boost::json::object& jwk) {
  boost::json::object half;
  for (const char* name : {"kty", "crv", "x", "y", "alg", "kid"})
    if (const boost::json::value* value = jwk.if_contains(name)) half[name] = *value;
  return half;
}

Result<std::string> sign_jws(const boost::json::object& jwk, boost::json::object header,
                             const boost::json::object& claims) {
  if (!can_sign(jwk)) return Error{Errc::invalid_argument, "the key cannot sign"};
  header["alg"] = jwk.at("alg");
  if (const boost::json::value* id = jwk.if_contains("kid")) header["kid"] = *id;
  const std::string payload = to_base64url(as_bytes(boost::json::serialize(claims)));
  const Jansson jws = to_jansson(boost::json::object{{"payload", payload}});
  const Jansson signature = to_jansson(boost::json::object{{"protected", header}});
  const Jansson key = to_jansson(jwk);
  if (!jws || !signature || !key || !jose_jws_sig(nullptr, jws.get(), signature.get(), key.get()))
    return Error{Errc::invalid_argument, "the key cannot sign"};
  const auto made = from_jansson(jws.get());
  if (!made) return Error{Errc::invalid_argument, "the key cannot sign"};
  return std::string{text_at(*made, "protected")} + '.' + payload + '.' +
         std::string{text_at(*made, "signature")};
}

Result<std::string> sign_es256(const boost::json::object& jwk, boost::json::object header,
                               const boost::json::object& claims) {
  boost::json::object key = jwk;
  key["alg"] = "ES256";
  return sign_jws(key, std::move(header), claims);
}

Result<ReadJws> read_jws(std::string_view token) {
  if (token.size() > kTokenBytesMax) return Error{Errc::too_large, "the token is too long"};
  const auto pieces = pieces_of(token);
  if (!pieces) return Error{Errc::malformed, "not three parts"};
  auto header = decode_object(pieces->header);
  auto claims = decode_object(pieces->payload);
  if (!header || !claims || !from_base64url(pieces->signature))
    return Error{Errc::malformed, "a part is not what it must be"};
  return ReadJws{std::string{token}, std::move(*header), std::move(*claims)};
}

Result<void> verify_jws(const ReadJws& token, const boost::json::array& keys,
                        std::span<const std::string_view> algorithms) {
  if (token.header.contains("crit") || token.header.contains("b64"))
    return Error{Errc::malformed, "the header asks for what is not known here"};
  const std::string_view algorithm = text_at(token.header, "alg");
  if (std::ranges::find(algorithms, algorithm) == algorithms.end())
    return Error{Errc::bad_signature, "the algorithm is not one that is taken"};
  const boost::json::object* key = key_for(keys, token.header, algorithm);
  if (!key) return Error{Errc::not_found, "no key fits"};
  const auto pieces = pieces_of(token.text);
  CHECK(pieces);  // read_jws() saw them
  if (!verifies(*pieces, *key, algorithm))
    return Error{Errc::bad_signature, "the signature does not verify"};
  return {};
}

}  // namespace stafett::server
