#pragma once
// BackupPlace: a directory of generations. A generation counts when its manifest is there, which is
// written last and whole; what has none is half made, is never offered, and goes when the next
// backup begins.
//
//   PLACE/database/       the generations' files (storage/backups.h)
//   PLACE/manifests/N     one for each generation that counts
//   PLACE/drill           outcome of the last drill
//   PLACE/scratch         while a drill runs
//   PLACE/lock            held by whoever writes here
//
// Source:   docs/formats/backup.md
// Threads:  one at a time.
// Lifetime: `files` outlives the BackupPlace.
// Errors:   corrupt (naming the file), not_found, locked, io.

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/log/backup/backup_manifest.h"
#include "engine/log/keeping/backup_notes.h"
#include "engine/storage/backups.h"
#include "engine/storage/files.h"

namespace stafett::log {

// Which generation: that one; or the newest that is not larger, or not younger.
struct GenerationNumber {
  std::uint32_t number;
};
using AtGeneration = std::variant<std::monostate, GenerationNumber, TreeSize, TimeUs>;

class BackupPlace final {
 public:
  BackupPlace(storage::Files& files, std::string path);

  const std::string& path() const { return path_; }
  std::string database() const { return path_ + "/database"; }
  std::string scratch() const { return path_ + "/scratch"; }

  // Makes what is missing, and takes the lock until the returned object goes.
  Result<std::unique_ptr<storage::FileLock>> prepare();

  // The numbers of what counts, ascending. not_found: this is no place for backups.
  Result<std::vector<std::uint32_t>> generations() const;
  Result<BackupManifest> manifest(std::uint32_t generation) const;
  // From here on the generation counts. Written, then read back.
  Result<void> put_manifest(const BackupManifest& manifest);
  Result<void> remove_manifest(std::uint32_t generation);

  // The newest when nothing is asked for. Where a size or time is, a generation whose manifest
  // cannot be read is passed over. Errors: not_found (no such generation).
  Result<BackupManifest> choose(const AtGeneration& at) const;

  // Every file of the generation against its manifest; RocksDB's own list of them is one of these.
  // Errors: corrupt, with the name of the first that differs.
  Result<void> check_files(const BackupManifest& manifest) const;
  // The files of a generation as they are.
  Result<std::vector<BackupFile>> hash_files(std::uint32_t generation,
                                             const storage::Backups& backups) const;

  // Empty: no drill yet.
  Result<std::optional<DrillOutcome>> last_drill() const;
  Result<void> put_drill(const DrillOutcome& outcome);

 private:
  std::string manifest_path(std::uint32_t generation) const;

  storage::Files& files_;
  const std::string path_;
};

// SHA-256 of a file as it is now, a piece at a time.
Result<BackupFile> hash_file(storage::Files& files, const std::string& place,
                             const storage::Backups::File& file);

}  // namespace stafett::log
