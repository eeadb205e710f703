#pragma once
// Verifies the log in a new generation. What the newest earlier generation of the same history was
// verified with is not verified again, but for a run of old entries, another one each time.
//
// Source:  docs/formats/backup.md (what is verified when)
// Threads: one; the verifier brings its own.

#include <functional>
#include <span>

#include "engine/log/backup/backup_manifest.h"
#include "engine/log/verify/verifier.h"

namespace stafett::log {

struct NewCopy {
  const storage::Reads& reads;
  Random& random;
  std::span<const BackupManifest> before;  // of the generations that count, ascending
  unsigned level = 4;                      // 2 to 4
  bool whole = false;                      // every entry, whatever was before
  std::uint64_t recheck = 1;               // old entries in a run, from 1
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct VerifiedCopy {
  TreeState state;
  CheckedEntries checked;
};

// Errors: corrupt (it does not verify; the first fault is named), io.
Result<VerifiedCopy> verify_copy(const NewCopy& copy);

}  // namespace stafett::log
