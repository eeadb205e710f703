#include "projections/worklists/seen_state.h"

#include <algorithm>

#include "projections/state/case_build.h"

namespace stafett::bti {
namespace {

EventPtr without_what_is_not_given(const SeenEvent& seen) {
  const ClassSet classes = seen.sight.classes;
  if (classes.has_narrative() && classes.has_identity()) return seen.event;
  auto event = std::make_shared<Event>(*seen.event);
  if (!classes.has_narrative()) event->narrative.reset();
  if (!classes.has_identity()) event->identity.reset();
  return event;
}

}  // namespace

SeenState::SeenState(const ViewedCase& viewed) {
  std::vector<EventPtr> given;
  for (const SeenEvent& seen : viewed.seen())
    if (seen.sight.form == Sight::Form::whole && seen.event->compartment != Compartment::access)
      given.push_back(without_what_is_not_given(seen));
  const ViewerQuestion& question = viewed.question();
  events = timeline(given, question.known, question.at);
  std::erase_if(events, [](const TimelineEvent& one) { return one.voided; });
  state = build(viewed.case_id(), given, question.known, question.at);
}

}  // namespace stafett::bti
