#pragma once
// The bytes of a backup's manifest: what one generation holds, and what it was verified to be.
//
// Source:  docs/formats/backup.md
// Threads: pure functions and values.
// Limits:  kManifestBytesMax; kBackupFilesMax files.

#include <optional>
#include <string>
#include <vector>

#include "engine/log/keeping/guard_format.h"

namespace stafett::log {

inline constexpr std::uint32_t kManifestVersion = 2;  // 1 is read too: it had no `checked`
inline constexpr std::uint32_t kDrillVersion = 1;
inline constexpr std::size_t kBackupFilesMax = 100'000;
inline constexpr std::size_t kBackupPathBytesMax = 255;
inline constexpr std::size_t kManifestBytesMax = std::size_t{32} << 20;

struct BackupFile {
  std::string path;  // within the place
  std::uint64_t bytes = 0;
  Hash sha256;
  friend bool operator==(const BackupFile&, const BackupFile&) = default;
};

// The key table as it was copied to its own place. Nothing of it is among the files.
struct BackedUpTable {
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  Hash root_key_id;
  Hash sha256;
  friend bool operator==(const BackedUpTable&, const BackedUpTable&) = default;
};

// Which entries of a generation were verified in this very copy: those from `since` on, and the run
// of older ones whose turn it was. All others were in an earlier generation, of which it has the
// root.
struct CheckedEntries {
  TreeSize since;  // 0: all of them
  Position first, end;
  friend bool operator==(const CheckedEntries&, const CheckedEntries&) = default;
};

struct BackupManifest {
  std::uint32_t generation = 0;
  TimeUs made_at;
  std::string origin;
  Hash genesis;     // leaf hash of entry 0: tells logs of one origin apart
  TreeState state;  // of the database in it
  std::uint8_t verified_level = 0;
  CheckedEntries checked;
  Bytes checkpoint;                // the newest signed note in it; empty: none
  std::optional<TreeState> guard;  // what the guard required when the backup began; empty: no guard
  std::optional<BackedUpTable> table;
  std::vector<BackupFile> files;  // by path
  friend bool operator==(const BackupManifest&, const BackupManifest&) = default;
};

// REQUIRES: within the limits; files sorted by path.
Bytes encode(const BackupManifest& manifest);
// Accepts exactly what encode() makes, and what it made in version 1. Errors: corrupt, unsupported.
Result<BackupManifest> decode_backup_manifest(ByteView bytes);

// The outcome of a drill, kept beside the generations.
struct DrillOutcome {
  std::uint32_t generation = 0;
  TimeUs at;
  bool ok = false;
  std::uint8_t level = 0;  // 5: content was opened
  TreeSize size;
  std::uint64_t parts = 0;  // whose bytes were as promised
  std::uint64_t faults = 0;
  friend bool operator==(const DrillOutcome&, const DrillOutcome&) = default;
};
Bytes encode(const DrillOutcome& outcome);
// Errors: corrupt, unsupported.
Result<DrillOutcome> decode_drill_outcome(ByteView bytes);
inline constexpr std::size_t kDrillOutcomeBytes = 8 + 4 + 4 + 8 + 1 + 1 + 8 + 8 + 8 + 32;

}  // namespace stafett::log
