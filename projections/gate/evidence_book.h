#pragma once
// EvidenceBook: what sign-ins said, between the server that took a token and the log. An event that
// is signed for a person names the digest of it; the event that names it first carries it into the
// log, sealed.
//
// Source:   docs/formats/index-rows.md (evidence)
// Threads:  any.
// Limits:   kKeptMax sign-ins that are not in the log yet; beyond that the oldest is forgotten, and
//           an event that names it carries nothing.

#include <boost/json/object.hpp>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "engine/log/sealed_index.h"

namespace stafett::bti {

class EvidenceBook final {
 public:
  static constexpr std::size_t kKeptMax = 65'536;
  explicit EvidenceBook(const log::SealedIndex& index) : index_(index) {}

  // What events name: a digest of the claims under the salt, which are kept until an event carries
  // them. `salt`: 32 bytes that nobody can guess. The same give the same.
  Hash keep(ByteView salt, const boost::json::object& claims);

  // The row that an accepted event carries. None: the log has it, or nothing is known of it.
  // Errors: corrupt, io.
  Result<std::optional<storage::IndexRow>> row(const Hash& evidence) const;

  // What the log has of it, checked against the digest. None: it was never carried.
  // Errors: corrupt (it is not what was signed), io.
  Result<std::optional<boost::json::object>> opened(const Hash& evidence) const;
  // The claims in a row's value. Errors: corrupt (it is not what the digest is of).
  static Result<boost::json::object> claims_in(ByteView opening, const Hash& evidence);

 private:
  const log::SealedIndex& index_;
  mutable std::mutex mutex_;
  std::unordered_map<Hash, Bytes, IdHash> kept_;  // Guarded. Salt and claims.
  std::deque<Hash> order_;                        // Guarded. Of kept_, the oldest first.
};

}  // namespace stafett::bti
