#pragma once
// What the log is told of a closed log's way to the archive. All of it is judged at the gate.
//
// Source:  docs/reference/events.md
// Threads: one.
// Errors of all: refused (a rule says no), read_only, corrupt, io.

#include <string>

#include "projections/recorder/recorder.h"

namespace stafett::bti {

struct BtiLog;

// The archivist reads the case, for the archive.
Result<void> record_archive_read(BtiLog& log, const std::string& case_label,
                                 const ActorId& archivist);

struct ArchiveMessage {
  std::string case_label;
  std::string by;       // the archivist's label
  std::string message;  // a local id that the case has not yet
  std::string target;   // "fiks" or "manual"
  std::string external_key;
  Hash digest;  // of what leaves
};
// Before anything leaves.
Result<void> record_archive_sent(BtiLog& log, const ArchiveMessage& message);

// An id for a message that is made now: prefix and time.
std::string message_id(std::string_view prefix, TimeUs now);

// One event by that person now, or what the gate says instead.
Result<void> record_now(BtiLog& log, JsonEvent event);

}  // namespace stafett::bti
