#pragma once
// Ends a copy of a log at an earlier size, as if nothing had come after it. Which rows of the
// sealed index say of a case what came later only the index key tells, so the keys are needed.
// Names stay, and what was refused stays refused, so that lost events can be recorded again as they
// were.
//
// Source:  docs/formats/backup.md (a point in time)
// Threads: one; nobody else has the database open.
// Limits:  memory: some 50 bytes for each stream that began in what is cut off.

#include <string>

#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/storage/files.h"

namespace stafett::log {

struct LogCut {
  storage::Files& files;
  Random& random;
  std::string database;
  std::string root_key;   // as load_root_key() takes it
  std::string key_table;  // a file
};

// Errors: conflict (what is cut off holds an erasure, which would be hidden; the table is another
// log's, or under another root key), corrupt, io, and those of the root key. After any the copy is
// of no use. The caller verifies what is left.
Result<void> cut_log(const LogCut& cut, TreeSize size);

}  // namespace stafett::log
