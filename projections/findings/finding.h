#pragma once
// Finding: what a supervisor would ask about in one case, and since when.
//
// Source:  docs/reference/findings.en.md
// Threads: values.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "projections/calendar/calendar.h"
#include "projections/state/case_json.h"
#include "projections/state/moment.h"

namespace stafett::bti {

// F01 to F62 by number.
using RuleNo = std::uint8_t;
inline constexpr RuleNo kRulesMax = 62;
std::string rule_name(RuleNo rule);  // "F01"

enum class FindingLevel : std::uint8_t { breach, deviation, remark, info };
std::string_view level_letter(FindingLevel level);  // "B", "A", "R", "I"
FindingLevel level_of(RuleNo rule);
// The rule is about a last day for acting: its open courses are items of work lists.
bool is_deadline(RuleNo rule);

// What, within the case, the finding is about: the parts that are there, joined with ':' in print.
struct FindingRef {
  std::optional<EventId> event;
  std::optional<ActorId> person;
  std::string text;  // a local id, a service, "age18", "18"; empty: none
  std::string print(const LabelResolver& labels) const;
  friend auto operator<=>(const FindingRef&, const FindingRef&) = default;
};

// When the condition holds: from `first`, true at 00:00 local of that day, to `cleared`, the day of
// what ended it (kNoDate: nothing has). Both may be the same day.
struct Span {
  std::int32_t first = kNoDate;
  std::int32_t cleared = kNoDate;
  friend auto operator<=>(const Span&, const Span&) = default;
};

// One (rule, ref) of a case through time, as far as the events looked at tell. A deadline that has
// not passed yet is a span that begins in the future: nothing need happen for it to fall due.
struct Course {
  RuleNo rule = 0;
  FindingRef ref;
  std::vector<Span> spans;  // in order of `first`, never empty
  // The last day in time, of a deadline whose condition is unmet; kNoDate: no deadline.
  std::int32_t due = kNoDate;
  std::uint32_t profile_version = 1;  // in force on the anchor's date
  std::vector<EventId> proof;         // the anchor, if an event; then the others, by position
  friend bool operator==(const Course&, const Course&) = default;
};

struct Finding {
  RuleNo rule = 0;
  FindingRef ref;
  std::int32_t first = kNoDate;
  std::int32_t cleared = kNoDate;
  std::uint32_t profile_version = 1;
  std::vector<EventId> proof;
  friend bool operator==(const Finding&, const Finding&) = default;
};

// The findings of one case on a day: what has become true by then. In the order of the courses.
std::vector<Finding> findings_on(std::span<const Course> courses, Date day);

// {"case","rule","ref","level","first","cleared","profileVersion","proof"}.
boost::json::object to_json(const Finding& finding, const SubjectId& case_id,
                            const LabelResolver& labels);
// Of one case, sorted by (rule, ref) as printed.
std::vector<boost::json::object> to_json_sorted(std::span<const Finding> findings,
                                                const SubjectId& case_id,
                                                const LabelResolver& labels);

}  // namespace stafett::bti
