#pragma once
// Erasure: carries an order out, or on from wherever it stopped. Appends go on meanwhile.
//
//   1  closed      the subjects take no more events, and all they took is durable; the order names
//                  exactly what they have
//   2  keys        new root key; the table of the survivors under it at every place, read back;
//                  then in place here
//   3  destroyed   the old root key, the old tables here and at the places
//   4  deleted     parts, attachments, index rows, and what the domain keeps
//   5  compacted   no deleted byte is in a file of the database
//   6  completed   ErasureCompleted, with the evidence, under a checkpoint
//
// In 1 and 2 nothing is lost and everything can be begun again. Each step asks what is there and
// does what is left, so a run after a kill ends what the last one began.
//
// Source:  docs/formats/key-table.md, index-rows.md; docs/erasure.md
// Threads: one run at a time; the log's other threads go on.
// Lifetime: what the place names outlives it.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/log/erasure/erasure_targets.h"
#include "engine/log/keeping/root_key.h"
#include "engine/log/log.h"

namespace stafett::log {

// What the log's domain keeps of its subjects beside the log.
class ErasureHost {
 public:
  virtual ~ErasureHost() = default;
  // From its return on no event of the subject is accepted, and nothing is answered by its content.
  // May be called again.
  virtual Result<void> close(const SubjectId& subject) = 0;
  // The order was not carried out: as before.
  virtual void reopen(const SubjectId& subject) = 0;
  // Their keys are gone, their index rows are still there: removes what is kept of them, from the
  // disk too. May be called again. Slow.
  virtual Result<void> erase(std::span<const SubjectId> subjects) = 0;
};

struct ErasurePlace {
  Log& log;
  ErasureHost& host;
  std::vector<std::string> places;  // see table_places.h; those of backups are reached too
  // Puts the new root key into escrow, before the old one is destroyed. Empty: there is none.
  std::function<Result<void>(const RootKey&)> escrow;
  // Told when a step is done. For progress, and to be stopped there by a test.
  std::function<Result<void>(const char* step)> done_with;
};

struct ErasureReport {
  std::size_t subjects = 0;
  bool was_complete = false;  // before this run
  format::ErasureCompleted completed;
};

// Errors: not_found (no such order), refused (not approved by another person, or not under a
// checkpoint; or, before anything is closed, the root key cannot be changed: see
// root_key_source.h), conflict (see erasure_targets.h), locked (a backup is at work: nothing has
// begun), io (a place did not confirm, the disk), too_large (places), read_only, outcome_unknown.
Result<ErasureReport> run_erasure(const ErasurePlace& place, const OrderId& order);

}  // namespace stafett::log
