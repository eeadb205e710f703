#pragma once
// The byte form of a CaseState, for snapshots of cases that leave a cache. Not a format for ever: a
// snapshot that cannot be read is folded anew from the log.
//
// Threads: any.
// Limits:  linear in the state; reading never takes more memory than a small multiple of the bytes.

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "projections/state/case_state.h"

namespace stafett::bti {

// To be raised with every change of CaseState or of what the fold makes of events.
inline constexpr std::uint8_t kCaseSnapshotVersion = 2;

Bytes save_snapshot(const CaseState& state);
// Errors: unsupported (another version), corrupt (not what save_snapshot() wrote).
Result<CaseState> load_snapshot(ByteView bytes);

}  // namespace stafett::bti
