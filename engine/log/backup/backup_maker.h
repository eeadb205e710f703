#pragma once
// Makes one more generation of a log's backup, beside its writer: no lock, no content key. It
// counts only after its own copy was read: every file whole, and the log in it from the entries to
// the root and the signed checkpoint. Entries that an earlier generation was verified with are not
// verified again, if the copy has its root: but for a run of them, another one each time.
//
// Source:  docs/formats/backup.md
// Threads: one; the verifier brings its own.
// Limits:  kGenerationsKeptMax.

#include <functional>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/log/backup/backup_place.h"
#include "engine/log/keeping/directory_layout.h"
#include "engine/log/verify/verifier.h"

namespace stafett::log {

inline constexpr std::uint32_t kGenerationsKeptMax = 10'000;

struct BackupRequest {
  LogPaths paths;           // of the log
  std::string place;        // absolute: it is remembered beside the log
  std::string table_place;  // empty: the key table is not copied
  std::uint32_t keep = 30;  // generations, this one included
  unsigned level = 4;       // of the verification
  bool whole = false;       // every entry is verified, whatever was before
  // Old entries that are verified again beside the new ones, from 1; a log with no more is verified
  // whole.
  std::uint64_t recheck = 65'536;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct BackupSurroundings {
  Clock& clock;
  Random& random;
  storage::Files& files;
};

struct MadeBackup {
  BackupManifest manifest;
  std::uint64_t new_bytes = 0;         // that no generation had before
  std::vector<std::uint32_t> removed;  // generations beyond `keep`
  // Beyond `keep`, but with events that this one has not, or verified at a higher level, or the
  // newest that was verified whole (by a drill too): kept, as no other is as good.
  std::vector<std::uint32_t> kept_for_events;
};

// Errors: not_found (no log), conflict (another log's place; the log is not what its guard
// remembers; the places are not apart from each other, the log and its keys; the key table's copy
// has keys that the table has not), locked (another backup, or an erasure, is at work), corrupt
// (the copy is not whole, or damage in the place: named), io (disk full, and the like), too_large
// (places of key tables). Whatever it is, the generations that were there stay as they are.
Result<MadeBackup> make_backup(const BackupSurroundings& with, const BackupRequest& request);

}  // namespace stafett::log
