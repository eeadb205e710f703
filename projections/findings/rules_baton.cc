// F21-F26: who holds the baton, and how the level changes.

#include "projections/findings/rule_view.h"
#include "projections/findings/rules.h"

namespace stafett::bti {

using enum EventType;

namespace {

// The holder before a place: who was named last and has not left since.
struct HolderThen {
  const Act* set = nullptr;  // null: nobody has ever held it
  ActorId person;
  NameNo service = kNoName;
  bool holds = false;
};

const Act* offer_answered(const RuleView& view, const Act& accepted) {
  return view.last_before(accepted.moment(), {BATON_OFFERED},
                          [&](const Act& offer) { return offer.local == accepted.local; });
}

HolderThen holder_before(const RuleView& view, Moment place) {
  const auto sets = [&](const Act& act) {
    return act.type != BATON_ACCEPTED || offer_answered(view, act) != nullptr;
  };
  HolderThen then;
  then.set = view.last_before(place, {LOG_OPENED, HOLDER_APPOINTED, BATON_ACCEPTED}, sets);
  if (!then.set) return then;
  then.person = then.set->person;
  then.service = then.set->type == BATON_ACCEPTED ? offer_answered(view, *then.set)->service
                                                  : then.set->service;
  const Act* left = view.first_after(then.set->moment(), {HOLDER_LEFT},
                                     [&](const Act& act) { return act.person == then.person; });
  then.holds = !left || !(left->moment() < place);
  return then;
}

// The acts by which the holder leaves the open log.
template <class Tell>
void for_each_leaving(const RuleView& view, Tell tell) {
  for (const Act& left : view.all(HOLDER_LEFT)) {
    if (!view.in_open_log(left)) continue;
    const HolderThen then = holder_before(view, left.moment());
    if (then.holds && then.person == left.person)
      tell(left, view.first_after(left.moment(), {HOLDER_APPOINTED, BATON_ACCEPTED}));
  }
}

}  // namespace

void no_holder(const RuleView& view, CourseBook& book) {  // F21
  for_each_leaving(view, [&](const Act& left, const Act* next) {
    view.tell_deadline(book, view.about(left, ref_to(left)),
                       view.deadline(left, view.profile_on(left.day).holder_vacancy_days),
                       day_of(next), Closing::ends_it);
  });
}

void baton_not_answered(const RuleView& view, CourseBook& book) {  // F22
  for (const Act& offered : view.all(BATON_OFFERED)) {
    const Act* answer = view.first_after(
        offered.moment(), {BATON_ACCEPTED, BATON_DECLINED, BATON_OFFERED, HOLDER_APPOINTED},
        [&](const Act& act) {
          return act.type == BATON_OFFERED || act.type == HOLDER_APPOINTED ||
                 act.local == offered.local;
        });
    view.tell_deadline(book, view.about(offered, ref_to(view.name(offered.local))),
                       view.deadline(offered, view.profile_on(offered.day).baton_accept_days),
                       day_of(answer), Closing::ends_it);
  }
}

void left_without_handover(const RuleView& view, CourseBook& book) {  // F23
  for_each_leaving(view, [&](const Act& left, const Act* next) {
    view.tell_act(book, view.about(left, ref_to(left)), {next, view.closed()});
  });
}

void handed_to_uncovered_service(const RuleView& view, CourseBook& book) {  // F24
  for (const Act& accepted : view.all(BATON_ACCEPTED)) {
    const Act* offer = offer_answered(view, accepted);
    if (!offer) continue;
    const HolderThen before = holder_before(view, accepted.moment());
    if (before.set && before.service == offer->service) continue;
    if (view.status_at(accepted, Scope::service(view.name(offer->service))) ==
        ConsentStatus::covered)
      continue;
    Telling telling = view.about(accepted, ref_to(view.name(accepted.local)));
    telling.others = {offer};
    view.tell_act(book, std::move(telling));
  }
}

void holder_not_settled(const RuleView& view, CourseBook& book) {  // F25
  for (const Act& changed : view.all(LEVEL_CHANGED)) {
    const std::int32_t days = view.profile_on(changed.day).holder_confirm_days;
    const auto settles_in_time = [&](const Act& act) {
      return changed.day - days <= act.day && act.day <= changed.day + days;
    };
    if (view.first({HOLDER_CONFIRMED, BATON_ACCEPTED, HOLDER_APPOINTED}, settles_in_time)) continue;
    const Act* later =
        view.first_after(changed.moment(), {HOLDER_CONFIRMED, BATON_ACCEPTED, HOLDER_APPOINTED});
    view.tell_deadline(book, view.about(changed, ref_to(changed)), changed.day + days,
                       day_of(later), Closing::ends_it);
  }
}

void level_changed_without_family(const RuleView& view, CourseBook& book) {  // F26
  for (const Act& changed : view.all(LEVEL_CHANGED)) {
    const std::int32_t from = changed.day - view.profile_on(changed.day).level_consult_days;
    const Act* consulted = view.last_before(
        changed.moment(), {MEETING_HELD, AGREEMENT_RECORDED, GUARDIANS_INFORMED},
        [&](const Act& act) {
          return act.day >= from && (act.type != MEETING_HELD || act.has(Act::with_family));
        });
    if (!consulted) view.tell_act(book, view.about(changed, ref_to(changed)));
  }
}

}  // namespace stafett::bti
