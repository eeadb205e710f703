#pragma once
// A point in time that a backup can prove: a head that the log signed while it ran. Which head is
// meant, and which generation it is taken from.
//
// Source:  docs/formats/backup.md (a point in time)
// Threads: one.

#include <variant>

#include "engine/log/backup/backup_place.h"

namespace stafett::log {

// The head of exactly this size; or the newest whose last entry was recorded at this time or
// before.
using PointInTime = std::variant<TreeSize, TimeUs>;

struct SignedHead {
  BackupManifest manifest;  // of the generation that holds it
  TreeState head;           // at most the generation's own
};

// `at` asks for one generation; without it, it is the oldest of the newest's history that holds the
// head. Errors: not_found (no such generation; the log signed no such head: the nearest are named),
// conflict (the newest generation is of another history), corrupt, io.
Result<SignedHead> find_signed_head(const BackupPlace& place, const AtGeneration& at,
                                    const PointInTime& point);

}  // namespace stafett::log
