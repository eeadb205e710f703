#pragma once
// CosignedCheckpoints: what witnesses have cosigned of this log, in files beside the database, so
// that it can be added to beside a writer. One file per size: the checkpoint's note with the log's
// signature and the cosignatures of the policy in force.
//
// Source:   docs/formats/witness.md
// Threads:  any; add() holds the directory's lock, also against other processes.
// Lifetime: everything referred to outlives it.
// Limits:   kept are, of the newest kCosignedLookedAt, the newest that meets its policy of each day
//           (by UTC), the newest of each witness, and kCosignedPending that are newer than what
//           meets its policy. So there is about one a day. Those of another history stay.

#include <optional>
#include <vector>

#include "engine/base/clock.h"
#include "engine/log/log_keys.h"
#include "engine/log/witness/policy_in_force.h"
#include "engine/storage/files.h"
#include "engine/transparency/checkpoint.h"

namespace stafett::log {

inline constexpr std::size_t kCosignedLookedAt = 256;
inline constexpr std::size_t kCosignedPending = 64;
inline constexpr std::uint64_t kCosignedTimeMax = 253'402'300'799;  // the end of the year 9999
// A witness whose clock is further ahead than that is not believed.
inline constexpr std::int64_t kCosignedAheadSeconds = 300;

struct CosignedCheckpoint {
  transparency::TreeHead head;
  std::string note;
  // Of the policy in force at this size: key_index is into its keys(). Empty without a policy.
  std::vector<transparency::VerifiedSignature> cosignatures{};
  bool is_final = false;  // enough witnesses, by that policy
  std::uint64_t newest_time_s() const;
};

// Errors: conflict (more entries than the log has, or another root: of another history).
Result<void> check_is_of(const storage::Reads& reads, const transparency::TreeHead& head);

// DIR.witnessed/
std::string witnessed_directory(const std::string& database);

class CosignedCheckpoints final {
 public:
  CosignedCheckpoints(storage::Files& files, std::string directory, LogKeys log,
                      const WitnessPolicies& policies)
      : files_(files),
        directory_(std::move(directory)),
        log_(std::move(log)),
        policies_(policies) {}

  // In ascending order; nothing has been looked at. Errors: corrupt (another file is there), io.
  Result<std::vector<TreeSize>> sizes() const;
  // Errors: not_found, corrupt (not a checkpoint of this size), bad_signature, refused (of another
  // log), io. Nothing is said about whether it is of this tree.
  Result<CosignedCheckpoint> at(TreeSize size) const;
  // Of this tree. Errors: not_found where that of this size is of another history too.
  Result<CosignedCheckpoint> of(const transparency::TreeHead& head) const;

  // The newest of this tree that meets its policy, covers the position and is no larger than
  // `largest`; of those that can be read. Of a log that was put back from a copy, those of the
  // history that was given up may still lie here.
  Result<std::optional<CosignedCheckpoint>> newest_final(
      const storage::Reads& reads, std::optional<Position> covers = {},
      TreeSize largest = transparency::kTreeSizeMax) const;
  // The newest that this key has cosigned: what a request to it goes on from, if check_is_of() this
  // tree.
  Result<std::optional<CosignedCheckpoint>> newest_of(const transparency::VerifierKey& key) const;

  // Takes over the cosignatures of a checkpoint's note, beside those that are there already of the
  // same size; of each witness the first is kept. `reads` is the log's own tree.
  // Errors: malformed, refused (another log's, or no new cosignature of the policy in force, or of
  // a time to come), conflict (it is no checkpoint of this tree, or what is there of its size is
  // not: two histories were shown), bad_signature, locked (another process adds), io.
  Result<CosignedCheckpoint> add(const storage::Reads& reads, std::string_view note, Clock& clock);

 private:
  template <class Visit>
  Result<void> newest_first(std::size_t most, const Visit& visit) const;
  Result<CosignedCheckpoint> open(std::string_view note) const;
  Result<CosignedCheckpoint> merged(const CosignedCheckpoint& added) const;
  Result<void> prune(const storage::Reads& reads);
  std::string path_of(TreeSize size) const;

  storage::Files& files_;
  const std::string directory_;
  const LogKeys log_;
  const WitnessPolicies& policies_;
};

}  // namespace stafett::log
