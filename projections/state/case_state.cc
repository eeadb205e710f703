#include "projections/state/case_state.h"

#include <algorithm>

namespace stafett::bti {

ServiceNo CaseState::find_service(std::string_view name) const {
  for (std::size_t i = 0; i < services.size(); ++i)
    if (services[i] == name) return static_cast<ServiceNo>(i);
  return kNoService;
}

std::string_view CaseState::service_name(ServiceNo number) const {
  return number < services.size() ? std::string_view(services[number]) : std::string_view();
}

const LocalId* CaseState::find_id(IdKind kind, std::string_view local) const {
  const auto found = std::lower_bound(
      local_ids.begin(), local_ids.end(), kind, [&](const LocalId& one, IdKind wanted) {
        return one.kind != wanted ? one.kind < wanted : one.id < local;
      });
  return found != local_ids.end() && found->kind == kind && found->id == local ? &*found : nullptr;
}

namespace {

template <class T>
const T* by_id(const std::vector<T>& all, std::string_view id) {
  for (const T& one : all)
    if (one.id == id) return &one;
  return nullptr;
}

}  // namespace

const EventRef* CaseState::find_event(const EventId& event) const {
  for (const EventRef& one : index)
    if (one.id == event) return &one;
  return nullptr;
}

const Guardian* CaseState::find_guardian(const ActorId& person) const {
  for (const Guardian& one : guardians)
    if (one.person == person && one.linked) return &one;
  return nullptr;
}

const Consent* CaseState::find_consent(std::string_view consent) const {
  return by_id(consents, consent);
}
const Measure* CaseState::find_measure(std::string_view measure) const {
  return by_id(measures, measure);
}
const Offer* CaseState::find_offer(std::string_view offer) const {
  return by_id(offers, offer);
}

}  // namespace stafett::bti
