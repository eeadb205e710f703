#include "server/reported/reported_case.h"

#include <algorithm>
#include <boost/json.hpp>

#include "projections/recorder/json_event.h"
#include "projections/state/references.h"
#include "projections/viewer/reported.h"
#include "projections/viewer/seen_json.h"

namespace stafett::server {

using bti::SeenEvent;
using bti::ViewedCase;
using bti::schema::EventType;

namespace {

// Apart from every local id's name, which has its kind's number in this place.
constexpr std::uint8_t kOrderOfEvents = 0xff;

log::Opening facts_alone() {
  log::Opening opening;
  opening.parts = log::PartSet().add(format::PartClass::fact);
  return opening;
}

}  // namespace

EventTypeSet rare_types_of(const TypeTally& tally, int least) {
  EventTypeSet rare;
  for (std::size_t number = 0; number <= bti::kEventTypeCount; ++number) {
    const auto type = static_cast<EventType>(number);
    if (tally.count_of(type) < static_cast<std::uint64_t>(least)) rare.insert(type);
  }
  return rare;
}

Hash ReportedCases::order_of(const SubjectId& case_id, const EventId& event) const {
  Bytes what;
  append(what, case_id.view());
  what.push_back(kOrderOfEvents);
  append(what, event.view());
  return log_.index().name_for(consumer_, what);
}

std::vector<ReportedCases::Candidate> ReportedCases::candidates(
    const ViewedCase& viewed, const std::function<bool(Position)>& takes) const {
  std::vector<Candidate> out;
  for (const SeenEvent& seen : viewed.seen()) {
    // What another of the person's roles gives whole is not for here.
    if (seen.sight.form != bti::Sight::Form::reported || is_rare(viewed, *seen.event)) continue;
    if (takes(seen.event->position))
      out.push_back({order_of(viewed.case_id(), seen.event->id), &seen});
  }
  std::ranges::sort(out, {}, &Candidate::order);
  return out;
}

// A correction tells of which type the event is that it corrects.
bool ReportedCases::is_rare(const ViewedCase& viewed, const bti::Event& event) const {
  if (rare_.count(event.type) != 0) return true;
  if (event.type != EventType::ENTRY_CORRECTED) return false;
  const bti::References references = bti::references_of(event);
  const bti::EventRef* target =
      references.events.empty() ? nullptr : viewed.whole().find_event(references.events.front().id);
  return !target || rare_.count(target->type) != 0;
}

Result<boost::json::object> ReportedCases::open(const Candidate& candidate,
                                                const ViewedCase& viewed) const {
  const SeenEvent& seen = *candidate.seen;
  const bti::BookLabels labels{gate_.labels()};
  const bti::SeenNames names{labels, viewed};
  const bti::ConsumerNames own{log_.index(), consumer_, viewed.case_id()};
  ENGINE_TRY(opened, log_.opener().open(seen.event->position, facts_alone()));
  ENGINE_TRY(json, bti::recorded_json(opened, gate_.source(), names,
                                      bti::not_given(bti::ClassSet::fact())));
  boost::json::object data;
  if (boost::json::object* given = json["data"].if_object()) data = std::move(*given);
  return bti::reported_event(seen, std::move(data), viewed, own);
}

}  // namespace stafett::server
