// F55-F57, F59, F62: progress, late and unreasoned records, transitions, rights.

#include "projections/findings/rule_view.h"
#include "projections/findings/rules.h"

namespace stafett::bti {

using enum EventType;

void stalled_not_raised(const RuleView& view, CourseBook& book) {  // F55
  for (const Act& stalled : view.all(PROGRESS_STALLED))
    view.tell_deadline(book, view.about(stalled, ref_to(stalled)),
                       view.deadline(stalled, view.profile_on(stalled.day).stalled_days),
                       day_of(view.first_after(stalled.moment(), {ESCALATED_TO_KE})),
                       Closing::ends_it);
}

void recorded_late(const RuleView& view, CourseBook& book) {  // F56
  for (const Act& act : view.acts()) {
    if (!act.in_case_stream() || act.mode != Mode::live ||
        act.recorded_day - act.day <= view.profile_on(act.day).backdate_days)
      continue;
    Telling telling = view.about(act, ref_to(act));
    telling.span.first = act.recorded_day;
    book.tell(telling);
  }
}

void corrected_without_reason(const RuleView& view, CourseBook& book) {  // F57
  for (const Act& corrected : view.all(ENTRY_CORRECTED))
    if (!corrected.has(Act::has_text))
      view.tell_act(book, view.about(corrected, ref_to(corrected)));
}

namespace {

using TransitionKind = schema::TransitionPlannedKind;

// A plan of this kind lies long enough before the day, or before `place` when the log was opened
// too late for that.
bool is_planned(const RuleView& view, TransitionKind kind, std::int32_t day, Moment place) {
  const std::int32_t last_day = day - view.profile_on(day).transition_plan_days;
  const bool opened_late = view.opened()->day > last_day;
  return view.last_before(place, {TRANSITION_PLANNED}, [&](const Act& planned) {
    return static_cast<TransitionKind>(planned.word) == kind &&
           (opened_late || planned.day <= last_day);
  }) != nullptr;
}

}  // namespace

void transition_without_plan(const RuleView& view, CourseBook& book) {  // F59
  for (const Act& occurred : view.all(TRANSITION_OCCURRED))
    if (view.in_open_log(occurred) && !is_planned(view, static_cast<TransitionKind>(occurred.word),
                                                  occurred.day, occurred.moment()))
      view.tell_act(book, view.about(occurred, ref_to(occurred)));
  const auto birthday = view.birthday_of(18);
  if (!birthday) return;
  const Moment morning = Moment::before_all(start_of_day(Date{*birthday}));
  if (!view.in_open_log(morning) || is_planned(view, TransitionKind::ADULTHOOD, *birthday, morning))
    return;
  Telling telling;
  telling.ref = ref_to("age18");
  telling.span.first = *birthday;
  telling.profile_version = view.rules_on(*birthday).version;
  book.tell(telling);
}

void rights_not_answered(const RuleView& view, CourseBook& book) {  // F62
  for (const Act& requested : view.all(RIGHTS_REQUESTED)) {
    const Act* answer =
        view.first_after(requested.moment(), {RIGHTS_ANSWERED},
                         [&](const Act& act) { return act.local == requested.local; });
    view.tell_deadline(book, view.about(requested, ref_to(view.name(requested.local))),
                       view.deadline(requested, view.profile_on(requested.day).rights_days),
                       day_of(answer), Closing::is_nothing);
  }
}

}  // namespace stafett::bti
