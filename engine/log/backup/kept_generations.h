#pragma once
// Which generations go once a new one counts, and which stay though there are enough: those that
// the new one is not as good as, and the one that it rests on.
//
// Source:  docs/formats/backup.md
// Threads: pure but for what it reads.

#include <optional>
#include <span>
#include <vector>

#include "engine/log/backup/backup_manifest.h"
#include "engine/storage/reads.h"

namespace stafett::log {

struct MadeGeneration {
  const storage::Reads& reads;  // of the new one's log
  const BackupManifest& manifest;
  std::span<const BackupManifest> before;  // that count, ascending
  std::optional<DrillOutcome> drill;       // the last
};

struct SurplusGenerations {
  std::vector<std::uint32_t> to_remove;
  std::vector<std::uint32_t> to_keep;  // beyond `keep`
};

// Of all but the newest `keep`, the new one included. Errors: corrupt, io.
Result<SurplusGenerations> surplus_generations(const MadeGeneration& made, std::uint32_t keep);

}  // namespace stafett::log
