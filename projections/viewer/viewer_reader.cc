#include "projections/viewer/viewer_reader.h"

#include <algorithm>
#include <boost/json.hpp>

#include "projections/gate/directory_source.h"
#include "projections/state/case_build.h"
#include "projections/viewer/reported.h"
#include "projections/viewer/seen_events.h"
#include "projections/viewer/seen_json.h"

namespace stafett::bti {
namespace {

using format::PartClass;

// What deciding takes. Each part's seal is checked, and its commitment when it is handed out.
log::PartSet deciding(EventType) {
  return log::PartSet().add(PartClass::fact).add(PartClass::identity);
}

// Also of whom nothing is shown: not even the case's label.
bool is_reporting(const ViewedCase& viewed) {
  return viewed.visibility().rows().has(ViewerRow::reporter) &&
         std::all_of(viewed.seen().begin(), viewed.seen().end(),
                     [](const SeenEvent& one) { return one.sight.form == Sight::Form::reported; });
}

}  // namespace

Result<Axes> viewer_axes(log::Log& log, const Axes& asked) {
  constexpr TimeUs kNotGiven{INT64_MAX};
  Axes axes = asked;
  const bool by_size = asked.known.size != TreeSize{UINT64_MAX};
  const bool by_time = asked.known.recorded_at != kNotGiven;
  if (asked.as_of == kNotGiven) {
    axes.as_of = log.clock().now();
    if (by_time) axes.as_of = asked.known.recorded_at;
    if (by_size && asked.known.size < log.head().size) {
      if (asked.known.size == TreeSize{0}) return Error{Errc::not_found, "nothing is known then"};
      ENGINE_TRY(last, log.store().entry(Position{asked.known.size.value() - 1}));
      ENGINE_TRY(entry, format::decode_entry(last));
      axes.as_of = entry.stamp.recorded_at;
    }
  }
  if (!by_size && !by_time) axes.known.recorded_at = axes.as_of;
  return axes;
}

Result<ActorId> ViewerReader::person_named(const std::string& label) const {
  ENGINE_TRY(id, gate_.labels().find(log::LabelSpace::person, label));
  if (!id) return Error{Errc::not_found, "no such person"};
  return ActorId{*id};
}

log::Opening ViewerReader::opening(ClassSet classes) const {
  return opening_of(classes, watch_);
}

Result<std::unique_ptr<ViewedCase>> ViewerReader::view(const SubjectId& case_id,
                                                       const ActorId& viewer,
                                                       const Axes& axes) const {
  ENGINE_TRY(size, size_known(log_, axes.known));
  ENGINE_TRY(directory, gate_.directory_known(size));
  return view(case_id, viewer, axes, std::move(directory));
}

Result<std::unique_ptr<ViewedCase>> ViewerReader::view(
    const SubjectId& case_id, const ActorId& viewer, const Axes& axes,
    std::shared_ptr<const Directory> directory) const {
  ENGINE_TRY(record, gate_.source().subject(case_id));
  if (!record) return Error{Errc::not_found, "no such case"};
  ENGINE_TRY(size, size_known(log_, axes.known));
  ENGINE_TRY(recorded, gate_.source().of_case_scanned(*record, size, deciding));
  return std::make_unique<ViewedCase>(
      case_id, recorded, std::move(directory),
      ViewerQuestion{viewer, axes.as_of, {size, axes.known.recorded_at}});
}

Result<boost::json::object> ViewerReader::state(const SubjectId& case_id, const ActorId& viewer,
                                                const Axes& axes) const {
  ENGINE_TRY(viewed, view(case_id, viewer, axes));
  const bool reporting = is_reporting(*viewed);
  std::vector<EventPtr> given;
  for (const SeenEvent& seen : viewed->seen()) {
    if (seen.event->compartment == Compartment::access) continue;
    if (seen.sight.form == Sight::Form::reported && !reporting) continue;
    ENGINE_TRY(event, gate_.source().at(seen.event->position, opening(seen.sight.classes)));
    if (event) given.push_back(std::move(event));
  }
  const CaseState state = build(case_id, given, axes.known, axes.as_of);
  const BookLabels labels{gate_.labels()};
  boost::json::object json = to_json(state, axes.as_of, viewed->directory().profiles(), labels);
  limit_state(json, *viewed);
  if (reporting) report_state(json, *viewed, {log_.index(), viewer, case_id});
  return json;
}

Result<boost::json::array> ViewerReader::history(const SubjectId& case_id, const ActorId& viewer,
                                                 const Axes& axes) const {
  ENGINE_TRY(viewed, view(case_id, viewer, axes));
  boost::json::array history;
  ENGINE_TRY_VOID(for_each_seen(log_, gate_, *viewed, watch_,
                                [&](const SeenEvent&, boost::json::object event) -> Result<void> {
                                  history.push_back(std::move(event));
                                  return {};
                                }));
  return history;
}

}  // namespace stafett::bti
