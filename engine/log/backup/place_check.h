#pragma once
// Looks at everything in a place of backups, where it lies: every file of every generation against
// its manifest, and every entry of one generation's log.
//
// Source:  docs/formats/backup.md (what is verified when)
// Threads: one; the verifier brings its own.

#include "engine/log/backup/backup_maker.h"

namespace stafett::log {

struct PlaceCheck {
  std::string place;
  AtGeneration at;  // whose log is verified at level 4; without it the newest's
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct CheckedGeneration {
  std::uint32_t generation = 0;
  bool is_verified = false;  // its log too, not its bytes alone
  std::string fault;         // empty: none. The first, for people
};

// Ascending. Errors: not_found (no generation, or not the one that is asked for), locked (a backup
// is at work there), io of the place itself. Everything else that is wrong is a fault.
Result<std::vector<CheckedGeneration>> check_place(const BackupSurroundings& with,
                                                   const PlaceCheck& check);

}  // namespace stafett::log
