#include "projections/gate/stored_snapshot.h"

#include <algorithm>

#include "projections/gate/case_keys.h"
#include "projections/gate/padded.h"
#include "projections/state/case_snapshot.h"

namespace stafett::bti {
namespace {

constexpr std::size_t kVersionsBytes = sizeof(LaneVersions);

void snapshot_key(std::span<std::uint8_t, crypto::kKeyBytes> out, const SnapshotSeal& seal) {
  crypto::derive_key(out, seal.content_key32, "stafett/snapshot-key/v1", seal.access_key32);
}

Bytes associated_data(const SnapshotSeal& seal) {
  constexpr std::string_view purpose{"stafett/snapshot/v1\0", 20};
  Bytes out;
  append(out, as_bytes(purpose));
  append(out, seal.origin_hash.view());
  append(out, seal.case_id.view());
  return out;
}

SnapshotSeal seal_of(const CaseKeys& keys, const Hash& origin_hash, const SubjectId& case_id) {
  return {keys.content(), keys.access(), origin_hash, case_id};
}

}  // namespace

Bytes padded_snapshot(const SnapshotForm& form) {
  const std::size_t length = kVersionsBytes + form.state.size();
  Bytes out;
  out.reserve(format::padded_length(length));
  for (const std::uint32_t version : form.next_versions) append(out, little_endian(version));
  append(out, form.state);
  pad(out);
  return out;
}

Bytes seal_snapshot(const SnapshotSeal& seal, const SnapshotForm& form, Random& random) {
  Bytes padded = padded_snapshot(form);
  const crypto::WipeGuard wipe_padded{padded};
  std::array<std::uint8_t, crypto::kKeyBytes> key;
  const crypto::WipeGuard wipe_key{key};
  snapshot_key(key, seal);
  return crypto::seal(key, padded, associated_data(seal), random);
}

Result<SnapshotForm> open_snapshot(const SnapshotSeal& seal, ByteView sealed) {
  std::array<std::uint8_t, crypto::kKeyBytes> key;
  const crypto::WipeGuard wipe_key{key};
  snapshot_key(key, seal);
  ENGINE_TRY(padded, crypto::open(key, sealed, associated_data(seal)));
  const crypto::WipeGuard wipe_padded{padded};
  ENGINE_TRY(bytes, unpadded(padded));
  if (bytes.size() < kVersionsBytes) return Error{Errc::corrupt, "a snapshot's length"};
  SnapshotForm form;
  ByteView rest = bytes;
  for (std::uint32_t& version : form.next_versions) {
    for (std::size_t i = 0; i < sizeof version; ++i) version |= std::uint32_t{rest[i]} << (8 * i);
    rest = rest.subspan(sizeof version);
  }
  form.state.assign(rest.begin(), rest.end());
  return form;
}

Result<StoredSnapshots::Loaded> StoredSnapshots::load(const SubjectId& case_id,
                                                      const log::SubjectRecord& record) const {
  ENGINE_TRY(sealed, log_.index().snapshot(case_id));
  if (!sealed) return Error{Errc::not_found, "no snapshot"};
  CaseKeys keys;
  ENGINE_TRY_VOID(keys.load(log_.vault(), record));
  ENGINE_TRY(form, open_snapshot(seal_of(keys, log_.origin_hash(), case_id), *sealed));
  const crypto::WipeGuard wipe_state{form.state};
  ENGINE_TRY(state, load_snapshot(form.state));
  return Loaded{std::move(state), form.next_versions};
}

Result<storage::IndexRow> StoredSnapshots::row(const CaseState& state,
                                               const LaneVersions& next_versions,
                                               const log::SubjectRecord& record) const {
  SnapshotForm form{next_versions, save_snapshot(state)};
  const crypto::WipeGuard wipe_state{form.state};
  if (form.state.size() > kStateBytesMax) return Error{Errc::too_large, "a case's state"};
  CaseKeys keys;
  ENGINE_TRY_VOID(keys.load(log_.vault(), record));
  return log_.index().snapshot_row(
      state.id, seal_snapshot(seal_of(keys, log_.origin_hash(), state.id), form, log_.random()));
}

}  // namespace stafett::bti
