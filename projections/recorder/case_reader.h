#pragma once
// CaseReader: a case's state and history at any (asOf, knownAt), from the log.
//
// Threads:  any; state() while nothing is submitted, as it reads the directory.
// Lifetime: log and gate outlive it.

#include <boost/json/array.hpp>
#include <span>

#include "projections/recorder/json_event.h"
#include "projections/state/case_json.h"
#include "projections/state/timeline.h"

namespace stafett::bti {

// `known`: what the asker may know; `as_of`: up to when it happened.
struct Axes {
  Knowledge known;
  TimeUs as_of{INT64_MAX};
};
// Digits: a size; else a time, RFC 3339. Errors: invalid_argument.
Result<Knowledge> parse_known_at(std::string_view text);
// RFC 3339, or a bare date: its last microsecond in Europe/Oslo. Errors: invalid_argument.
Result<TimeUs> parse_as_of(std::string_view text);

class CaseReader final {
 public:
  CaseReader(log::Log& log, BtiGate& gate);

  // Errors: not_found (no such case), erased, corrupt, io.
  Result<SubjectId> case_named(const std::string& label) const;
  Result<boost::json::object> state(const SubjectId& case_id, const Axes& axes) const;
  // Recorded events of the case, every stream, in position order: section 12's form.
  Result<boost::json::array> history(const SubjectId& case_id, const Axes& axes) const;
  // Ids of all cases with a stream, in order of their first event.
  Result<std::vector<SubjectId>> all_cases() const;

 private:
  Result<std::vector<EventPtr>> events(const SubjectId& case_id) const;
  log::Log& log_;
  BtiGate& gate_;
};

// Records that the program's operator opens the content of a case (EntryRead, capacity operator),
// before it is opened. Errors: read_only, refused.
Result<void> record_operator_read(log::Log& log, BtiGate& gate, const SubjectId& case_id,
                                  std::string_view visit);
// The same of several cases, durable when it returns. Errors: the first one's; others may be there.
Result<void> record_operator_reads(log::Log& log, BtiGate& gate, std::span<const SubjectId> cases,
                                   std::string_view visit);

}  // namespace stafett::bti
