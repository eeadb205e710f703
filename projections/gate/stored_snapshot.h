#pragma once
// StoredSnapshots: states of cases in the sealed index, so that a case that comes into use again is
// not folded from its first event. A snapshot is a shortcut and never the truth: one that is
// missing, old, of another version, damaged or another case's costs a fold and nothing else.
//
// It holds content of both of the case's erasure domains, so it is sealed under a key of both: what
// is lost with either key is lost here too, in every old copy of the database.
//
// Source:   docs/formats/index-rows.md
// Threads:  any.
// Lifetime: the log outlives it.
// Limits:   kStateBytesMax.

#include "engine/crypto/aead.h"
#include "projections/gate/event_source.h"
#include "projections/state/case_state.h"

namespace stafett::bti {

// A state's bytes (case_snapshot.h), and what of each lane's stream they cover.
struct SnapshotForm {
  LaneVersions next_versions{};
  Bytes state;
};
// Under whose keys, of which case.
struct SnapshotSeal {
  ByteView content_key32;
  ByteView access_key32;
  const Hash& origin_hash;
  const SubjectId& case_id;
};

// The form's bytes, padded as parts are, so that their length tells little.
Bytes padded_snapshot(const SnapshotForm& form);
Bytes seal_snapshot(const SnapshotSeal& seal, const SnapshotForm& form, Random& random);
// Errors: corrupt (not sealed so, or not as padded_snapshot() makes it).
Result<SnapshotForm> open_snapshot(const SnapshotSeal& seal, ByteView sealed);

class StoredSnapshots final {
 public:
  static constexpr std::size_t kStateBytesMax = std::size_t{1} << 20;

  explicit StoredSnapshots(log::Log& log) : log_(log) {}

  struct Loaded {
    CaseState state;
    LaneVersions next_versions{};
  };
  // Errors: not_found (none, or a key is gone), unsupported (another version), corrupt, io.
  Result<Loaded> load(const SubjectId& case_id, const log::SubjectRecord& record) const;

  // The row that replaces the case's snapshot. Errors: not_found (a key is gone), too_large,
  // corrupt, io.
  Result<storage::IndexRow> row(const CaseState& state, const LaneVersions& next_versions,
                                const log::SubjectRecord& record) const;

 private:
  log::Log& log_;
};

}  // namespace stafett::bti
