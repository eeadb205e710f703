#include "projections/worklists/told_findings.h"

#include <algorithm>
#include <boost/json.hpp>

#include "projections/findings/evaluate.h"
#include "projections/gate/directory_source.h"
#include "projections/viewer/viewer_reader.h"

namespace stafett::bti {
namespace {

bool is_told_some(const ViewerRows& rows) {
  for (const ViewerRow row : {ViewerRow::auditor, ViewerRow::dpo, ViewerRow::holder,
                              ViewerRow::home_leader, ViewerRow::holder_leader})
    if (rows.has(row)) return true;
  return false;
}

// What the person is given whole.
std::vector<EventPtr> shown_whole(const ViewedCase& viewed, const std::vector<EventPtr>& recorded) {
  std::vector<EventPtr> shown;
  for (const EventPtr& event : recorded) {
    const Sight sight = viewed.visibility().sight(*event);
    if (viewed.shows(event->id) && sight.classes == ClassSet::all() &&
        sight.form == Sight::Form::whole)
      shown.push_back(event);
  }
  return shown;
}

}  // namespace

Result<std::optional<boost::json::array>> told_findings(log::Log& log, BtiGate& gate,
                                                        const SubjectId& case_id,
                                                        const ActorId& viewer, const Axes& axes) {
  ENGINE_TRY(record, gate.source().subject(case_id));
  if (!record) return Error{Errc::not_found, "no such case"};
  ENGINE_TRY(size, size_known(log, axes.known));
  ENGINE_TRY(directory, gate.directory_known(size));
  ENGINE_TRY(recorded, gate.source().of_case(*record, size));
  const Knowledge known{size, axes.known.recorded_at};
  const ViewedCase viewed{case_id, recorded, directory, {viewer, axes.as_of, known}};
  const ViewerRows rows = viewed.visibility().rows();
  if (!is_told_some(rows)) return std::optional<boost::json::array>{};

  std::vector<Finding> told = evaluate(case_id, recorded, *directory, known, axes.as_of);
  if (!rows.has(ViewerRow::auditor)) {
    std::vector<Finding> theirs;
    if (rows.has(ViewerRow::dpo)) {
      theirs = told;
      std::erase_if(theirs, [](const Finding& one) { return one.ref.person.has_value(); });
    }
    const std::vector<Finding> seen =
        evaluate(case_id, shown_whole(viewed, recorded), *directory, known, axes.as_of);
    std::erase_if(told, [&](const Finding& one) {
      return std::ranges::find(seen, one) == seen.end() &&
             std::ranges::find(theirs, one) == theirs.end();
    });
  }
  const BookLabels labels{gate.labels()};
  boost::json::array rows_told;
  for (boost::json::object& row : to_json_sorted(told, case_id, labels))
    rows_told.push_back(std::move(row));
  return std::optional{std::move(rows_told)};
}

}  // namespace stafett::bti
