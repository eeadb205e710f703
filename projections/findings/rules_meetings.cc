// F32-F36: the child's view, meetings and silence.

#include "projections/findings/hearings.h"
#include "projections/findings/measures.h"
#include "projections/findings/rules.h"

namespace stafett::bti {

using enum EventType;

namespace {

bool closes_well(const Act& closed) {
  const auto reason = static_cast<schema::ClosingReason>(closed.word);
  return reason == schema::ClosingReason::GOAL || reason == schema::ClosingReason::NO_CONCERN;
}

// The child was heard after `from`, and the act weighed none of it.
void tell_unweighed(const RuleView& view, CourseBook& book, const Act& act, Moment from) {
  if (!heard_between(view, from, act.moment(), Hearings::heard_only)) return;
  Telling telling = view.about(act, ref_to(act));
  for (const Act& heard : view.all(CHILD_HEARD)) {
    if (!(from < heard.moment()) || !(heard.moment() < act.moment())) continue;
    if (std::ranges::find(act.names, heard.local) != act.names.end()) return;
    telling.others.push_back(&heard);
  }
  view.tell_act(book, std::move(telling));
}

Moment days_before_closing(const RuleView& view, const Act& closed) {
  const std::int32_t from = closed.day - view.profile_on(closed.day).child_heard_before_close_days;
  return Moment::before_all(start_of_day(Date{from}));
}

}  // namespace

void child_not_weighed(const RuleView& view, CourseBook& book) {  // F32
  for (const Act& evaluated : view.all(MEASURE_EVALUATED))
    if (const Act* since = window_start(view, evaluated);
        since && view.child_rules_apply(evaluated))
      tell_unweighed(view, book, evaluated, since->moment());
  for (const Act& closed : view.all(LOG_CLOSED))
    if (closes_well(closed) && view.child_rules_apply(closed))
      tell_unweighed(view, book, closed, days_before_closing(view, closed));
}

void no_talk_between_meetings(const RuleView& view, CourseBook& book) {  // F33
  const auto is_evaluation = [&](const Act& act) {
    return static_cast<schema::MeetingKind>(act.word) == schema::MeetingKind::EVALUATION &&
           view.in_open_log(act);
  };
  for (const Act& held : view.all(MEETING_HELD)) {
    if (!is_evaluation(held) || !view.child_rules_apply(held)) continue;
    const Act* before = view.last_before(held.moment(), {MEETING_HELD}, is_evaluation);
    if (!before || heard_between(view, before->moment(), held.moment(), Hearings::exempted_too))
      continue;
    Telling telling = view.about(held, ref_to(view.name(held.local)));
    telling.others = {before};
    view.tell_act(book, std::move(telling));
  }
}

void silent_case(const RuleView& view, CourseBook& book) {  // F34
  const Act* before = nullptr;
  const auto tell = [&](const Act* next) {
    if (before)
      view.tell_deadline(book, view.about(*before, ref_to(*before)),
                         view.deadline(*before, view.profile_on(before->day).silent_case_days),
                         day_of(next), Closing::ends_it);
  };
  for (const Act& act : view.acts()) {
    if (!act.in_case_stream() || act.type == ENTRY_CORRECTED || act.type == ENTRY_RESTRICTED ||
        act.type == COMPARTMENT_RELEASED)
      continue;
    tell(&act);
    before = view.in_open_log(act) ? &act : nullptr;
  }
  tell(nullptr);
}

void no_next_date(const RuleView& view, CourseBook& book) {  // F35
  for (const Act& held : view.all(MEETING_HELD)) {
    if (held.date != kNoDate || !view.in_open_log(held)) continue;
    const Moment evening = Moment::after_all(end_of_day(Date{held.day}));
    if (!view.in_open_log(evening)) continue;
    const Act* next = view.first_after(
        held.moment(), {MEETING_CALLED, MEETING_HELD},
        [](const Act& act) { return act.type == MEETING_CALLED || act.date != kNoDate; });
    if (next && next->day == held.day) continue;
    const auto ended = all_measures_ended(view, evening);
    if (!ended) continue;
    Telling telling = view.about(held, ref_to(view.name(held.local)));
    telling.span.cleared = earlier(earlier(day_of(next), *ended), day_of(view.closed()));
    book.tell(telling);
  }
}

void minutes_not_written(const RuleView& view, CourseBook& book) {  // F36
  for (const Act& held : view.all(MEETING_HELD)) {
    if (held.has(Act::has_text)) continue;
    const Act* written = view.first_after(held.moment(), {MINUTES_RECORDED},
                                          [&](const Act& act) { return act.local == held.local; });
    view.tell_deadline(book, view.about(held, ref_to(view.name(held.local))),
                       view.deadline(held, view.profile_on(held.day).minutes_days), day_of(written),
                       Closing::ends_it);
  }
}

}  // namespace stafett::bti
