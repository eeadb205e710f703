#pragma once
// Is a hand-over what it says it is? Reads its folder alone, with the verifier key of the log that
// it comes from, which the receiver has from that municipality by another way. Names every place
// that is not as it must be.
//
// Source:  docs/formats/handover.md
// Threads: one.
// Limits:  one line in memory; kFaultsMax faults are kept, all are counted.

#include "engine/storage/files.h"
#include "projections/handover/handed_keys.h"
#include "projections/handover/handover_files.h"

namespace stafett::bti {

struct HandoverFault {
  std::string place;  // "events.jsonl line 7"
  std::string why;
};

struct HandoverReport {
  static constexpr std::size_t kFaultsMax = 100;
  std::vector<HandoverFault> faults;
  std::uint64_t fault_count = 0;
  std::optional<HandoverScope> scope;  // nothing: it cannot be read
  int version = 0;                     // 0: the manifest is not the log's
  SignatureCounts signatures;          // version 1 does not tell
  std::uint64_t documents = 0;         // that lie beside the events
  bool holds() const { return fault_count == 0; }
};

// Errors: not_found, io (the folder cannot be read). What is wrong with it is in the report.
Result<HandoverReport> check_handover(storage::Files& files, const std::string& directory,
                                      const transparency::VerifierKey& key);

}  // namespace stafett::bti
