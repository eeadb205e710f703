// F27-F31, F51: who answers for a measure, and whether it is evaluated.

#include "projections/findings/hearings.h"
#include "projections/findings/measures.h"
#include "projections/findings/rules.h"

namespace stafett::bti {

using enum EventType;

namespace {

Telling about_measure(const RuleView& view, const Act& anchor, NameNo measure) {
  return view.about(anchor, ref_to(view.name(measure)));
}

// What gives the measure a responsible person again, or ends it.
const Act* replacement(const RuleView& view, NameNo measure, Moment place) {
  return view.first_after(
      place, {MEASURE_CHANGED, MEASURE_ENDED, MEASURE_EVALUATED}, [&](const Act& act) {
        return act.local == measure &&
               (act.type == MEASURE_CHANGED ? !act.person.is_zero() : ends_measure(act));
      });
}

// Measures that somebody who leaves answered for, and that are then without.
template <class Leaves>
void tell_left_behind(const RuleView& view, CourseBook& book, const Act& leaving, Leaves leaves) {
  if (!view.in_open_log(leaving)) return;
  for (const Act& planned : view.all(MEASURE_PLANNED)) {
    const auto measure = measure_at(view, planned.local, leaving.moment());
    if (!measure || measure->ended || !leaves(*measure)) continue;
    Telling telling = about_measure(view, leaving, planned.local);
    telling.others = {&planned};
    view.tell_deadline(
        book, std::move(telling),
        view.deadline(leaving, view.profile_on(leaving.day).responsible_vacancy_days),
        day_of(replacement(view, planned.local, leaving.moment())), Closing::ends_it);
  }
}

}  // namespace

void measure_without_responsible(const RuleView& view, CourseBook& book) {  // F27
  for (const Act& planned : view.all(MEASURE_PLANNED))
    if (planned.person.is_zero() && view.in_open_log(planned))
      view.tell_act(
          book, about_measure(view, planned, planned.local),
          {replacement(view, planned.local, planned.moment()), view.closing_after(planned)});
  for (const Act& left : view.all(HOLDER_LEFT))
    tell_left_behind(view, book, left, [&](const MeasureThen& measure) {
      return measure.responsible == left.person;
    });
  for (const Act& removed : view.all(PARTICIPANT_REMOVED)) {
    const Act* added = view.last_before(removed.moment(), {PARTICIPANT_ADDED},
                                        [&](const Act& act) { return act.local == removed.local; });
    if (!added) continue;
    tell_left_behind(view, book, removed, [&](const MeasureThen& measure) {
      return added->person.is_zero() ? measure.service == added->service
                                     : measure.responsible == added->person;
    });
  }
}

namespace {

// An evaluation that goes on with the measure.
bool goes_on(const Act& act) {
  return act.type == MEASURE_EVALUATED && !ends_measure(act);
}

const Act* new_date_or_end(const RuleView& view, const Act& anchor) {
  return view.first_after(
      anchor.moment(), {EVALUATION_RESCHEDULED, MEASURE_EVALUATED, MEASURE_ENDED},
      [&](const Act& act) {
        return act.local == anchor.local && (act.date != kNoDate || ends_measure(act));
      });
}

}  // namespace

void measure_without_date(const RuleView& view, CourseBook& book) {  // F28
  const auto tell = [&](const Act& anchor) {
    if (anchor.date == kNoDate)
      view.tell_act(book, about_measure(view, anchor, anchor.local),
                    {new_date_or_end(view, anchor), view.closing_after(anchor)});
  };
  for (const Act& planned : view.all(MEASURE_PLANNED)) tell(planned);
  for (const Act& evaluated : view.all(MEASURE_EVALUATED))
    if (goes_on(evaluated) && measure_at(view, evaluated)) tell(evaluated);
}

void measure_not_evaluated(const RuleView& view, CourseBook& book) {  // F29
  for (const EventType type : {MEASURE_PLANNED, EVALUATION_RESCHEDULED, MEASURE_EVALUATED})
    for (const Act& set : view.all(type)) {
      if (set.date == kNoDate || !view.in_open_log(set)) continue;
      if (type != MEASURE_PLANNED) {
        const auto measure = measure_at(view, set);
        if (!measure || measure->ended) continue;
      }
      const Act* next =
          view.first_after(set.moment(), {MEASURE_EVALUATED, MEASURE_ENDED, EVALUATION_RESCHEDULED},
                           [&](const Act& act) { return act.local == set.local; });
      const Profile& profile = view.profile_on(set.day);
      Telling telling = about_measure(view, set, set.local);
      telling.due = set.date;
      view.tell_deadline(book, std::move(telling),
                         profile.add(Date{set.date}, profile.evaluate_grace_days).days(),
                         day_of(next), Closing::ends_it);
    }
}

void evaluation_moved_again(const RuleView& view, CourseBook& book) {  // F30
  for (const Act& moved : view.all(EVALUATION_RESCHEDULED)) {
    const Act* since = view.last_before(moved.moment(), {MEASURE_PLANNED, MEASURE_EVALUATED},
                                        [&](const Act& act) { return act.local == moved.local; });
    if (!since) continue;
    Telling telling = about_measure(view, moved, moved.local);
    for (const Act& other : view.all(EVALUATION_RESCHEDULED))
      if (other.local == moved.local && since->moment() < other.moment() &&
          other.moment() < moved.moment())
        telling.others.push_back(&other);
    if (telling.others.size() + 1 ==
        static_cast<std::size_t>(view.profile_on(moved.day).reschedule_limit))
      view.tell_act(book, std::move(telling));
  }
}

void evaluated_without_child(const RuleView& view, CourseBook& book) {  // F31
  for (const Act& evaluated : view.all(MEASURE_EVALUATED)) {
    if (view.profile_on(evaluated.day).child_heard_required == ChildHeardRequired::close ||
        !view.child_rules_apply(evaluated))
      continue;
    const Act* since = window_start(view, evaluated);
    if (since && !heard_between(view, since->moment(), evaluated.moment(), Hearings::exempted_too))
      view.tell_act(book, view.about(evaluated, ref_to(evaluated)));
  }
}

void school_duty_moved(const RuleView& view, CourseBook& book) {  // F51
  for (const Act& planned : view.all(MEASURE_PLANNED)) {
    if (!planned.has(Act::school_duty)) continue;
    // The service, from one change to the next; one telling from leaving a school to coming back.
    const Act* now = &planned;
    while (now) {
      const auto changes = [&](const Act& act) {
        return act.local == planned.local && act.service != kNoName;
      };
      const bool at_school = view.is_school(now->service);
      const Act* next = view.first_after(now->moment(), {MEASURE_CHANGED}, [&](const Act& act) {
        return changes(act) && view.is_school(act.service) != at_school;
      });
      if (!at_school) view.tell_act(book, about_measure(view, *now, planned.local), {next});
      now = next;
    }
  }
}

}  // namespace stafett::bti
