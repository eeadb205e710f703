#include "projections/state/case_fold.h"

#include <algorithm>

#include "projections/state/wire.h"

namespace stafett::bti {

using schema::EventType;

namespace {

bool in_case_stream(const Event& event) {
  return event.compartment == Compartment::open || event.compartment == Compartment::level0 ||
         event.compartment == Compartment::protected_ ||
         event.compartment == Compartment::barnevern;
}

bool is_private(const Event& event) {
  if (event.type == EventType::CHILD_HEARD)
    return is_yes(event.facts<schema::ChildHeard>().getHideFromGuardians());
  if (event.type == EventType::NOTE_ADDED)
    return is_yes(event.facts<schema::NoteAdded>().getHideFromGuardians());
  return false;
}

void create(CaseState& state, const LocalIdUse& use, TimeUs at) {
  auto& ids = state.local_ids;
  const auto place = std::lower_bound(
      ids.begin(), ids.end(), use, [](const LocalId& one, const LocalIdUse& wanted) {
        return one.kind != wanted.kind ? one.kind < wanted.kind : one.id < wanted.id;
      });
  if (place != ids.end() && place->kind == use.kind && place->id == use.id) return;
  ids.insert(place, LocalId{use.kind, std::string(use.id), at});
}

}  // namespace

void CaseFold::apply(const Event& event) {
  if (!in_case_stream(event)) return access(event);
  const References references = references_of(event);
  index(event, references, is_private(event) ? EventRef::is_private : 0);
  for (const LocalIdUse& use : references.local_ids)
    if (use.use != IdUse::refers) create(state_, use, event.occurred_at);
  ++state_.events;
  state_.last_event_at = event.occurred_at;  // timeline order: no earlier than the one before
  dispatch(event);
}

void CaseFold::apply_voided(const Event& event) {
  if (!in_case_stream(event)) return;
  index(
      event, references_of(event),
      static_cast<std::uint8_t>(EventRef::voided | (is_private(event) ? EventRef::is_private : 0)));
}

void CaseFold::index(const Event& event, const References& references, std::uint8_t flags) {
  EventRef ref;
  ref.id = event.id;
  ref.actor = event.actor;
  ref.occurred_at = event.occurred_at;
  ref.position = event.position;
  ref.type = event.type;
  ref.compartment = event.compartment;
  ref.flags = flags;
  for (const ServiceUse& use : references.services)
    state_.named_services.push_back(
        {static_cast<std::uint32_t>(state_.index.size()), number(use.name)});
  if (event.type == EventType::ENTRY_CORRECTED && !references.events.empty())
    state_.corrections.push_back({event.id, references.events.front().id});
  state_.index.push_back(ref);
  state_.last = std::max(state_.last, ref.moment());
}

void CaseFold::dispatch(const Event& event) {
  if (family(event) || log(event) || work(event)) return;
}

void CaseFold::access(const Event& event) {
  if (event.type == EventType::BREAK_GLASS_USED) {
    index(event, references_of(event), 0);
    const auto facts = event.facts<schema::BreakGlassUsed>();
    BreakGlass used;
    used.event = event.id;
    used.person = actor_of(event.identities<schema::BreakGlassUsed>().getPerson());
    used.actor = event.actor;
    used.at = Moment::of(event.occurred_at, event.position);
    used.until = TimeUs{facts.getUntil()};
    state_.break_glass.push_back(used);
  } else if (event.type == EventType::BREAK_GLASS_APPROVED) {
    const EventId target = event_of(event.facts<schema::BreakGlassApproved>().getTarget());
    const Moment at = Moment::of(event.occurred_at, event.position);
    for (BreakGlass& used : state_.break_glass)
      if (used.event == target) used.approved = std::min(used.approved, at);
    state_.last = std::max(state_.last, at);
  }
}

ServiceNo CaseFold::number(std::string_view service) {
  if (service.empty()) return kNoService;
  const ServiceNo known = state_.find_service(service);
  if (known != kNoService) return known;
  state_.services.emplace_back(service);
  return static_cast<ServiceNo>(state_.services.size() - 1);
}

std::vector<ServiceNo> CaseFold::numbers(capnp::List<capnp::Text>::Reader services) {
  std::vector<ServiceNo> out;
  out.reserve(services.size());
  for (const auto service : services) out.push_back(number(text_of(service)));
  return out;
}

}  // namespace stafett::bti
