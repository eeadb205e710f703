#pragma once
// The key table's copy, in a place apart from the database's backups: the newest only, so that what
// an erasure took out of the table is in no copy. Read and written as bytes: no key is needed, and
// none is opened.
//
// Source:  docs/formats/key-table.md
// Threads: any.

#include "engine/log/backup/backup_manifest.h"
#include "engine/storage/files.h"

namespace stafett::log {

inline constexpr std::size_t kTableBytesMax = std::size_t{1} << 33;

// Where the table lies within the place.
std::string copied_table_path(const std::string& place);

// Copies the table at `from` and reads the copy back. A copy of another log's table is not
// replaced, nor one that has keys, under the same root key, that the table has not. Errors:
// not_found (no table), corrupt, unsupported, conflict (not replaced), too_large, io.
Result<BackedUpTable> copy_table(storage::Files& files, const std::string& from,
                                 const std::string& place, const Hash& origin);

// Whether the copy is back at `to` already, as after a restore that was cut short. Errors: conflict
// (another table is there: it is never overwritten), not_found (no copy), too_large, io.
Result<bool> is_table_restored(storage::Files& files, const std::string& place,
                               const std::string& to);

// Puts the copy back, unless it is. Errors: corrupt, unsupported, conflict (another log's), as
// above.
Result<void> restore_table(storage::Files& files, const std::string& place, const std::string& to,
                           const Hash& origin);

}  // namespace stafett::log
