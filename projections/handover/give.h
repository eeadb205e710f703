#pragma once
// Handing a log over to another municipality: what is given, and what the log is told before.
//
// Given are the events of compartment `open`, as far as whoever gives them may see them, with their
// documents; of the rest of that stream nothing is opened. Whose log it is, is told too.
//
// Source:  docs/formats/handover.md
// Threads: one; nothing else may be submitted meanwhile.

#include "projections/handover/handover_files.h"
#include "projections/recorder/bti_log.h"

namespace stafett::bti {

struct HandoverWish {
  SubjectId case_id;
  std::string by;  // the holder or the coordinator
  std::string transfer, to_municipality;
};

struct HandoverPackage {
  HandoverScope scope;
  std::size_t documents = 0;
  // Not the ones whose digests were recorded: nobody could tell what they are.
  std::uint64_t documents_left_out = 0;
};

// Records the read (purpose `handover`), then writes the files into `directory` (there, empty).
// Errors: not_found, refused (a rule says no; the person is neither holder nor coordinator of
// the case), read_only, corrupt, io.
Result<HandoverPackage> write_handover(BtiLog& log, const HandoverWish& wish,
                                       const std::string& directory);
// TransferOffered, which the gate judges: before the package leaves. `digest`: of the package.
// Errors: refused, read_only, io.
Result<void> record_offer(BtiLog& log, const HandoverWish& wish, const HandoverScope& scope,
                          const Hash& digest);

}  // namespace stafett::bti
