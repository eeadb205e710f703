#pragma once
// The bytes of the guard's two files, `tail` and `checkpoint`.
//
// Source:  docs/formats/guard.md
// Threads: pure functions.

#include <optional>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"

namespace stafett::log {

// A log's state: how many entries, and the tree's root over them.
struct TreeState {
  TreeSize size;
  Hash root;
  friend bool operator==(const TreeState&, const TreeState&) = default;
};

struct GuardedCheckpoint {
  TreeState state;
  Bytes note;  // the signed note as published; at most kNoteBytesMax
  friend bool operator==(const GuardedCheckpoint&, const GuardedCheckpoint&) = default;
};

inline constexpr std::uint32_t kGuardVersion = 1;
inline constexpr std::size_t kGuardHeaderBytes = 64;
// Divides a disk sector: no record straddles two, so one is there or not, never half new half old.
inline constexpr std::size_t kGuardRecordBytes = 64;
inline constexpr std::size_t kTailBytesMax = std::size_t{2} << 20;  // a reader's bound
inline constexpr std::size_t kNoteBytesMax = std::size_t{64} << 10;
inline constexpr std::size_t kCheckpointFixedBytes = 104;

enum class GuardRecord : std::uint32_t { pending = 1, confirmed = 2 };

// A tail of one confirmed record.
Bytes encode_tail(const Hash& origin, const TreeState& confirmed);
// `index` is the record's 0-based number in the file: even ones are confirmed, odd ones pending.
Bytes encode_guard_record(const Hash& origin, std::uint32_t index, const TreeState& state);

struct Tail {
  TreeState required;                 // the newest state known to have been acknowledged
  std::optional<TreeState> possible;  // written after it; the database may have it or not
  std::size_t torn_bytes = 0;         // dropped at the end: what a power cut leaves
};
// Errors: corrupt (detail names the record), unsupported, conflict (another log's guard).
Result<Tail> decode_tail(ByteView file, const Hash& origin);

// REQUIRES: note within kNoteBytesMax.
Bytes encode_checkpoint(const Hash& origin, const GuardedCheckpoint& checkpoint);
// Errors: as decode_tail.
Result<GuardedCheckpoint> decode_checkpoint(ByteView file, const Hash& origin);

}  // namespace stafett::log
