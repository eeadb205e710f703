#pragma once
// Looks again at entries that were verified under an earlier head of the same history: each as the
// verifier does (form, signature, index rows, receipts, sealed parts), and all of them, side by
// side, under the root of the whole. Its order in the log follows from that root.
//
// Source:  docs/formats/backup.md (what is verified when)
// Threads: one.
// Limits:  memory: 32 bytes an entry.

#include "engine/log/verify/verifier.h"

namespace stafett::log {

struct Recheck {
  const storage::Reads& reads;
  Random& random;
  unsigned level = 4;           // 2 to 4
  transparency::TreeHead head;  // of all of it
};

// The end of the commit group that the entry at `position` is in. Errors: corrupt, io.
Result<Position> end_of_group(const storage::Reads& reads, Position position);

// Entries [first, end). REQUIRES: both are where commit groups begin, or the end of the log.
// Errors: corrupt (names the first place that is not as it was), io.
Result<void> recheck_entries(const Recheck& what, Position first, Position end);

}  // namespace stafett::log
