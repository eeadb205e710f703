#include "projections/state/timeline.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "projections/catalogue/part_check.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::EventType;

namespace {

PartViews views_of(const Event& event) {
  const auto words = [](const std::shared_ptr<const OpenedPart>& part) {
    return part ? part->words() : kj::ArrayPtr<const capnp::word>();
  };
  return {words(event.fact), words(event.narrative), words(event.identity)};
}

// `changed` names what is set and what is removed, in each part.
bool changes_data(const Event& correction) {
  return correction.facts<schema::EntryCorrected>().hasChanged() ||
         correction.narratives<schema::EntryCorrected>().hasChanged() ||
         correction.identities<schema::EntryCorrected>().hasChanged();
}

std::shared_ptr<const OpenedPart> opened(kj::Array<capnp::word> words) {
  if (words.size() == 0) return nullptr;
  return std::make_shared<const OpenedPart>(kj::mv(words));
}

// In position order, as several corrections of one event apply in that order.
using ByTarget = std::unordered_map<EventId, std::vector<EventPtr>, IdHash>;

ByTarget corrections_of(std::span<const EventPtr> recorded, Knowledge known) {
  ByTarget found;
  for (const EventPtr& event : recorded)
    if (event->type == EventType::ENTRY_CORRECTED && known.includes(*event))
      found[event_of(event->facts<schema::EntryCorrected>().getTarget())].push_back(event);
  for (auto& [target, corrections] : found)
    std::sort(corrections.begin(), corrections.end(),
              [](const EventPtr& a, const EventPtr& b) { return a->position < b->position; });
  return found;
}

// The target with all that its corrections change, void or not.
EventPtr changed(const EventPtr& target, std::span<const EventPtr> corrections) {
  EventPtr now = target;
  for (const EventPtr& correction : corrections)
    if (EventPtr next = with_correction(*now, *correction)) now = std::move(next);
  return now;
}

bool voids(const EventPtr& correction) {
  return is_yes(correction->facts<schema::EntryCorrected>().getVoid());
}

}  // namespace

EventPtr with_correction(const Event& target, const Event& correction) {
  auto next = std::make_shared<Event>(target);
  const std::int64_t at = correction.facts<schema::EntryCorrected>().getOccurredAt();
  if (at != INT64_MIN) next->occurred_at = TimeUs{at};
  if (!changes_data(correction)) return next;
  const EventInfo* info = registry().find(target.type);
  if (!info) return nullptr;
  auto parts = apply_changes(*info, views_of(target), views_of(correction));
  if (!parts) return nullptr;
  next->fact = opened(kj::mv(parts->words[class_index(FieldClass::FACT)]));
  next->narrative = opened(kj::mv(parts->words[class_index(FieldClass::NARRATIVE)]));
  next->identity = opened(kj::mv(parts->words[class_index(FieldClass::IDENTITY)]));
  return next;
}

EventPtr corrected(const EventPtr& target, std::span<const EventPtr> corrections) {
  if (std::any_of(corrections.begin(), corrections.end(), voids)) return nullptr;
  return changed(target, corrections);
}

std::vector<TimelineEvent> timeline(std::span<const EventPtr> recorded, Knowledge known,
                                    TimeUs as_of) {
  const ByTarget corrections = corrections_of(recorded, known);
  std::unordered_set<EventId, IdHash> settled;
  std::vector<TimelineEvent> out;
  out.reserve(recorded.size());
  for (const EventPtr& event : recorded) {
    if (!known.includes(*event)) continue;
    TimelineEvent one{event};
    if (const auto found = corrections.find(event->id); found != corrections.end()) {
      one.event = changed(event, found->second);
      one.voided = std::any_of(found->second.begin(), found->second.end(), voids);
      for (const EventPtr& correction : found->second) settled.insert(correction->id);
    }
    if (one.event->occurred_at <= as_of) out.push_back(std::move(one));
  }
  if (!settled.empty())
    for (TimelineEvent& one : out) one.settled = settled.contains(one.event->id);
  std::sort(out.begin(), out.end(), [](const TimelineEvent& a, const TimelineEvent& b) {
    return Moment::of(a.event->occurred_at, a.event->position) <
           Moment::of(b.event->occurred_at, b.event->position);
  });
  return out;
}

}  // namespace stafett::bti
