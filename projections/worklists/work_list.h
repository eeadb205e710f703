#pragma once
// Work list: what one person is to see to in one case, from the findings whose clock runs and from
// the case as that person may see it. Nothing about what is hidden from that person.
//
// Pure.
// Source:  docs/reference/worklists.md
// Threads: any.

#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <vector>

#include "projections/findings/finding.h"
#include "projections/labels/labels.h"
#include "projections/viewer/viewed_case.h"

namespace stafett::bti {

// As whom somebody has a list, in this order when one item is on several.
enum class WorkRole : std::uint8_t {
  holder,
  responsible,  // of a measure
  offered,      // the baton
  leader,       // of the home or the holder's service
  coordinator,
  dpo,
  archivist,
  guardian,
  subject
};
std::string_view work_role_name(WorkRole role);
using WorkRoles = BitSet<WorkRole>;

struct WorkItem {
  std::string case_label;
  std::string rule;  // "F29", or a code of items that are no findings: "nextMeeting"
  std::string ref;
  std::int32_t due = kNoDate;  // the last day in time; kNoDate: without one
  bool overdue = false;
  WorkRole role = WorkRole::holder;
};

// The lists that the viewer has in this case. Empty: there is nothing to compute.
WorkRoles work_roles(const ViewedCase& viewed);

// `courses`: of the case at the viewer's instant and knowledge. Sorted by (due, rule, ref), without
// a due date last; each (rule, ref) once.
std::vector<WorkItem> work_items(const ViewedCase& viewed, std::span<const Course> courses,
                                 const LabelResolver& labels);

// By (due, case, rule, ref).
bool before(const WorkItem& a, const WorkItem& b);

// {"case","rule","ref","due","overdue","for"}.
boost::json::object to_json(const WorkItem& item);
// The name of a rule or code, for people.
std::string_view work_name(std::string_view rule, Language language);
std::string_view work_role_name(WorkRole role, Language language);

}  // namespace stafett::bti
