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
// replaced. Errors: not_found (no table), corrupt, unsupported, conflict (another log's),
// too_large, io.
Result<BackedUpTable> copy_table(storage::Files& files, const std::string& from,
                                 const std::string& place, const Hash& origin);

// Puts the copy back. Errors: conflict (there is a table: it is never overwritten), as above.
Result<void> restore_table(storage::Files& files, const std::string& place, const std::string& to,
                           const Hash& origin);

}  // namespace stafett::log
