#pragma once
// What a log knows of its backups, beside it: DIR.backup. Where they went, where copies of the key
// table are, and whether one is at work. Nothing in it is secret, or needed to restore.
//
// Source:  docs/formats/backup.md
// Threads: any; between processes hold_backups() decides.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/log/keeping/table_places.h"
#include "engine/storage/files.h"

namespace stafett::log {

// Which place a log was last backed up to: DIR.backup/place, one line. Empty: never.
Result<std::optional<std::string>> last_backup_place(storage::Files& files,
                                                     const std::string& database);
Result<void> remember_backup_place(storage::Files& files, const std::string& database,
                                   const std::string& place);
// Every place that a copy of the log's key table went to, by first use: DIR.backup/tables, a line
// each. An erasure must reach them all, so a place is remembered before anything is copied there.
// Errors: corrupt, too_large (kTablePlacesMax), io.
inline constexpr std::size_t kTablePlacesMax = TablePlaces::kPlacesMax;
Result<std::vector<std::string>> known_table_places(storage::Files& files,
                                                    const std::string& database);
Result<void> remember_table_place(storage::Files& files, const std::string& database,
                                  const std::string& place);
// The copy there is gone for good. Errors: not_found (not remembered), conflict (a copy is there),
// as above. REQUIRES: hold_backups().
Result<void> forget_table_place(storage::Files& files, const std::string& database,
                                const std::string& place);
// `named` and the remembered ones, each once. Errors: io (a remembered place has no copy: it is not
// mounted, or gone), too_large (TablePlaces::kPlacesMax), as above.
Result<std::vector<std::string>> table_places_to_reach(storage::Files& files,
                                                       const std::string& database,
                                                       std::vector<std::string> named);
// Until the returned object goes, no backup links the log's files or copies its key table, and no
// erasure changes them. Errors: locked, io.
Result<std::unique_ptr<storage::FileLock>> hold_backups(storage::Files& files,
                                                        const std::string& database);
// Where the log's files are linked to while a backup is made; one that was killed leaves it.
std::string backup_image(const std::string& database);
// DIR.backup.
std::string backup_notes(const std::string& database);

}  // namespace stafett::log
