#pragma once
// What the log is told before a bundle leaves it: the auditor's read in every case, the export
// itself, and where all streams end. Then a checkpoint is signed over all of that.
//
// Source:  docs/formats/bundle.md; docs/reference/visibility.md (auditors)
// Threads: one; nothing else may be submitted meanwhile.

#include "engine/log/stream_heads.h"
#include "projections/bundle/scope.h"
#include "projections/recorder/bti_log.h"

namespace stafett::bti {

struct BundleRequest {
  Wanted wanted;
  std::string grant;             // empty: the one that is in force and covers what is asked for
  std::string by;                // who makes it: an administrator, or the auditor
  std::string visit = "bundle";  // what the auditor's reads say they were for
  // Of a sample: the checkpoint (a note) that was known when the seed was said. Empty: none was.
  std::string drawn_from = {};
  // Checkpoints of this log that somebody keeps elsewhere, as notes.
  std::vector<std::string> held = {};
};

struct Granted {
  std::string id;
  const AuditGrant::Version* version = nullptr;  // the directory's
};
// The approved grant of this id (empty: of any) that is in force at `now` and covers these cases.
// Errors: refused (none does), invalid_argument (several do).
Result<Granted> find_grant(const Directory& directory, const std::string& id,
                           const std::vector<SubjectId>& cases, TimeUs now);

// Errors: refused (no administrator and no auditor, or not any more).
Result<void> may_make_export(const Directory& directory, const ActorId& by);

struct RecordedExport {
  BundleScope scope;
  std::string scope_text;
  Selection selection;
  std::uint64_t erased_of_grant = 0;  // cases that it names and that are erased
  std::string drawn_from;             // as asked for
  Position export_position;           // of AuditExportMade
  log::RecordedHeads heads;
  std::string checkpoint;  // a note
  transparency::TreeHead head;
};

// All that can be known before is judged before anything is recorded. The gate then judges the
// auditor's reads and the export. What it has taken stays, also when a later step fails: then more
// is told than was done.
// Errors: not_found (no such person, no case), refused (no grant covers; who makes it may not; a
// rule says no), invalid_argument (several grants would do; a seed that is no line; a sample of
// named cases), bad_signature, malformed (what is held), too_large (cases, documents), read_only,
// corrupt (a held checkpoint contradicts the log; damage), io.
Result<RecordedExport> record_export(BtiLog& log, const BundleRequest& request);

}  // namespace stafett::bti
