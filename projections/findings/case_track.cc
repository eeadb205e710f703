#include "projections/findings/case_track.h"

#include <optional>

#include "projections/rules/visibility.h"
#include "projections/state/references.h"

namespace stafett::bti {

void CaseTrack::add(const TimelineEvent& next) {
  name_ahead(*next.event);
  if (next.voided) return fold_.apply_voided(*next.event);
  Act act = read_act(*next.event, names_);
  // Before the read: what it says of itself is no ground for it.
  if (act.type == EventType::ENTRY_READ) judge_read(*next.event, act);
  fold_.apply(*next.event);
  by_type_[static_cast<std::size_t>(act.type)].push_back(static_cast<std::uint32_t>(acts_.size()));
  acts_.push_back(std::move(act));
}

// A read may name an event that, as far as is known now, happened after it: it was not shown then.
void CaseTrack::name_ahead(const Event& event) {
  if (event.compartment != Compartment::barnevern) return;
  for (const auto& [place, id] : named_ahead_)
    if (id == event.id) acts_[place].flags |= Act::reads_closed_barnevern;
}

void CaseTrack::judge_read(const Event& read, Act& act) {
  const CaseState& state = fold_.state();
  const ReaderContext context{state, *directory_, DirectoryView{read.occurred_at},
                              directory_->profiles().in_force(Date{act.day}).profile};
  const std::string service{names_.name(act.service)};
  act.basis = basis_of({act.person, service, static_cast<schema::Capacity>(act.word), act.moment()},
                       context);
  act.service = names_.number(acting_service(state, act.person, service, Date{act.day}));
  std::optional<Visibility> sight;
  for (const EventUse& use : references_of(read).events) {
    const EventRef* named = state.find_event(use.id);
    if (!named) {
      named_ahead_.emplace_back(static_cast<std::uint32_t>(acts_.size()), use.id);
      continue;
    }
    if (named->compartment != Compartment::barnevern) continue;
    if (!sight) sight.emplace(context, act.person, read.occurred_at);
    if (sight->of(*named).empty()) act.flags |= Act::reads_closed_barnevern;
  }
}

}  // namespace stafett::bti
