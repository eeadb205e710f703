#include "projections/gate/evidence_book.h"

#include <boost/json.hpp>

#include "engine/base/check.h"
#include "engine/crypto/sha256.h"

namespace stafett::bti {
namespace {

constexpr std::size_t kSaltBytes = 32;

Hash digest_of(ByteView salt, ByteView claims) {
  constexpr std::string_view kContext{"stafett/sign-in/v1\0", 19};
  return crypto::hmac_sha256(salt, {as_bytes(kContext), claims});
}

}  // namespace

Hash EvidenceBook::keep(ByteView salt, const boost::json::object& claims) {
  CHECK(salt.size() == kSaltBytes);
  const std::string text = boost::json::serialize(claims);
  const Hash digest = digest_of(salt, as_bytes(text));
  Bytes opening;
  append(opening, salt);
  append(opening, as_bytes(text));
  const std::lock_guard lock{mutex_};
  if (!kept_.emplace(digest, std::move(opening)).second) return digest;
  order_.push_back(digest);
  if (order_.size() > kKeptMax) {
    kept_.erase(order_.front());
    order_.pop_front();
  }
  return digest;
}

Result<std::optional<storage::IndexRow>> EvidenceBook::row(const Hash& evidence) const {
  Bytes opening;
  {
    const std::lock_guard lock{mutex_};
    const auto found = kept_.find(evidence);
    if (found == kept_.end()) return std::optional<storage::IndexRow>{};
    opening = found->second;
  }
  // Not remembered but looked up: what a group that failed carried is carried again.
  ENGINE_TRY(stored, index_.evidence(evidence));
  if (stored) return std::optional<storage::IndexRow>{};
  return std::optional{index_.evidence_row(evidence, opening)};
}

Result<boost::json::object> EvidenceBook::claims_in(ByteView opening, const Hash& evidence) {
  const Error wrong{Errc::corrupt, "a sign-in is not what was signed"};
  if (opening.size() < kSaltBytes) return wrong;
  const ByteView claims = opening.subspan(kSaltBytes);
  if (digest_of(opening.first(kSaltBytes), claims) != evidence) return wrong;
  boost::system::error_code error;
  boost::json::value json = boost::json::parse(as_text(claims), error);
  if (error || !json.is_object()) return wrong;
  return std::move(json.as_object());
}

Result<std::optional<boost::json::object>> EvidenceBook::opened(const Hash& evidence) const {
  ENGINE_TRY(opening, index_.evidence(evidence));
  if (!opening) return std::optional<boost::json::object>{};
  ENGINE_TRY(claims, claims_in(*opening, evidence));
  return std::optional{std::move(claims)};
}

}  // namespace stafett::bti
