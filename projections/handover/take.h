#pragma once
// What was handed over, continued as a case of its own: the concern, where it came from, and the
// package itself, so that it can be checked again; in pieces, when it is more than one attachment.
//
// The new log is opened by the rules of the receiver, with consents of its own.
//
// Source:  docs/formats/handover.md
// Threads: one.
// Limits:  a package of kHandoverPiecesMax attachments; 1 MiB of it in memory.

#include "engine/format/part.h"
#include "projections/handover/handover_files.h"
#include "projections/recorder/bti_log.h"

namespace stafett::bti {

inline constexpr std::uint64_t kHandoverPieceBytes = format::kAttachmentLengthMax;
inline constexpr std::uint64_t kHandoverPiecesMax = 100;

struct TakeWish {
  std::string case_label;   // new
  std::string subject;      // the child's or the pregnant woman's label in this log
  std::string by, service;  // an employee, and the service that takes it over
  std::string package;      // the file that was checked
  Hash digest;              // of it
  std::uint64_t bytes = 0;
};

struct Taken {
  std::string case_label;
  std::string receipt;  // for the one who handed it over: origin, position and leaf hash here
};

// REQUIRES: the package holds, and `scope` is of it. What was recorded of it before is not recorded
// again: it can be repeated after a crash, and after a refusal.
// Errors: refused (a rule says no), too_large (nothing is recorded), conflict (the file is not the
// one of `digest` any more), not_found, read_only, io.
Result<Taken> take_handover(BtiLog& log, const HandoverScope& scope, const TakeWish& wish);

}  // namespace stafett::bti
