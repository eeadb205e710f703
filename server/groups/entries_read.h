#pragma once
// What a group asks of single entries of its log.
//
// Threads: any; waits for the disk.
// Errors:  corrupt, io.

#include "server/logs/log_set.h"

namespace stafett::server {

// Of which case. REQUIRES: it is of one.
Result<SubjectId> case_at(const ServedLog& log, Position position);
// The leaf hash of the last entry below `size`: of which history it is. Zeros at 0.
Result<Hash> leaf_before(const ServedLog& log, TreeSize size);

}  // namespace stafett::server
