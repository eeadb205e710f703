// F39-F48: the individual plan, closing and the archive.

#include "projections/findings/hearings.h"
#include "projections/findings/measures.h"
#include "projections/findings/rules.h"

namespace stafett::bti {

using enum EventType;

namespace {

schema::ClosingReason reason_of(const Act& closed) {
  return static_cast<schema::ClosingReason>(closed.word);
}

// Closings said to be because things went well.
template <class Tell>
void for_each_good_closing(const RuleView& view, Tell tell) {
  for (const Act& closed : view.all(LOG_CLOSED))
    if (reason_of(closed) == schema::ClosingReason::GOAL ||
        reason_of(closed) == schema::ClosingReason::NO_CONCERN)
      tell(closed);
}

}  // namespace

void plan_granted_log_open(const RuleView& view, CourseBook& book) {  // F39
  for (const Act& granted : view.all(IP_GRANTED)) {
    const Profile& profile = view.profile_on(granted.day);
    if (!view.in_open_log(granted) ||
        (profile.ip_closes_log == IpClosesLog::entitled_and_wanted && !granted.has(Act::wanted)))
      continue;
    view.tell_deadline(book, view.about(granted, ref_to(granted)),
                       view.deadline(granted, profile.ip_close_days), kNoDate, Closing::ends_it);
  }
}

void closed_without_coordinator(const RuleView& view, CourseBook& book) {  // F40
  for (const Act& closed : view.all(LOG_CLOSED)) {
    if (reason_of(closed) != schema::ClosingReason::IP) continue;
    const Act* granted = view.last_before(closed.moment(), {IP_GRANTED});
    if (!granted || !granted->has(Act::wants_coordinator) ||
        view.last_before(closed.moment(), {COORDINATOR_NAMED}))
      continue;
    Telling telling = view.about(closed, ref_to(closed));
    telling.others = {granted};
    view.tell_act(book, std::move(telling),
                  {view.first_after(closed.moment(), {COORDINATOR_NAMED})});
  }
}

void closed_without_child(const RuleView& view, CourseBook& book) {  // F41
  for_each_good_closing(view, [&](const Act& closed) {
    const Profile& profile = view.profile_on(closed.day);
    if (profile.child_heard_required == ChildHeardRequired::evaluation ||
        !view.child_rules_apply(closed))
      return;
    const std::int32_t from = closed.day - profile.child_heard_before_close_days;
    if (!heard_between(view, Moment::before_all(start_of_day(Date{from})), closed.moment(),
                       Hearings::exempted_too))
      view.tell_act(book, view.about(closed, ref_to(closed)));
  });
}

void closed_without_agreement(const RuleView& view, CourseBook& book) {  // F42
  for_each_good_closing(view, [&](const Act& closed) {
    const auto about_closing = [](const Act& act) {
      return static_cast<schema::AgreementRecordedAbout>(act.word) ==
             schema::AgreementRecordedAbout::CLOSING;
    };
    if (!view.last_before(closed.moment(), {AGREEMENT_RECORDED}, about_closing))
      view.tell_act(book, view.about(closed, ref_to(closed)));
  });
}

void closed_without_note(const RuleView& view, CourseBook& book) {  // F43
  for (const Act& closed : view.all(LOG_CLOSED))
    if (!closed.has(Act::has_text)) view.tell_act(book, view.about(closed, ref_to(closed)));
}

void closing_demand_not_followed(const RuleView& view, CourseBook& book) {  // F44
  const auto tell = [&](const Act& demand) {
    if (view.in_open_log(demand))
      view.tell_deadline(book, view.about(demand, ref_to(demand)),
                         view.deadline(demand, view.profile_on(demand.day).closure_demand_days),
                         kNoDate, Closing::ends_it);
  };
  for (const Act& demanded : view.all(CLOSURE_DEMANDED)) tell(demanded);
  for (const Act& withdrawn : view.all(CONSENT_WITHDRAWN)) {
    if (!withdrawn.has(Act::whole)) continue;
    const Act* consent =
        view.last_before(withdrawn.moment(), {CONSENT_GRANTED},
                         [&](const Act& act) { return act.local == withdrawn.local; });
    if (consent && consent->has(Act::opens_log)) tell(withdrawn);
  }
}

void closed_with_open_measures(const RuleView& view, CourseBook& book) {  // F45
  for (const Act& closed : view.all(LOG_CLOSED)) {
    Telling telling = view.about(closed, ref_to(closed));
    for (const Act& planned : view.all(MEASURE_PLANNED)) {
      const auto measure = measure_at(view, planned.local, closed.moment());
      if (measure && !measure->ended) telling.others.push_back(&planned);
    }
    if (!telling.others.empty()) view.tell_act(book, std::move(telling));
  }
}

void closed_not_archived(const RuleView& view, CourseBook& book) {  // F46
  for (const Act& closed : view.all(LOG_CLOSED))
    view.tell_deadline(book, view.about(closed, ref_to(closed)),
                       view.deadline(closed, view.profile_on(closed.day).archive_days),
                       day_of(view.first_after(closed.moment(), {ARCHIVE_RECEIPTED})),
                       Closing::is_nothing);
}

void archive_message_unanswered(const RuleView& view, CourseBook& book) {  // F47
  for (const Act& sent : view.all(ARCHIVE_SENT)) {
    const bool by_hand =
        static_cast<schema::ArchiveSentTarget>(sent.word) == schema::ArchiveSentTarget::MANUAL;
    // A receipt of archiving by hand names no message.
    const Act* answer =
        view.first_after(sent.moment(), {ARCHIVE_RECEIPTED, ARCHIVE_FAILED}, [&](const Act& act) {
          return act.local == sent.local || (by_hand && act.local == kNoName);
        });
    view.tell_deadline(book, view.about(sent, ref_to(view.name(sent.local))),
                       view.deadline(sent, view.profile_on(sent.day).archive_receipt_days),
                       day_of(answer), Closing::is_nothing);
  }
}

void written_after_closing(const RuleView& view, CourseBook& book) {  // F48
  if (!view.closed()) return;
  for (const Act& act : view.acts()) {
    if (!act.in_case_stream() || !(view.closed()->moment() < act.moment())) continue;
    const EventInfo* info = registry().find(act.type);
    if (!info || info->phases.has(PhaseWord::after)) continue;
    Telling telling = view.about(act, ref_to(act));
    telling.others = {view.closed()};
    view.tell_act(book, std::move(telling));
  }
}

}  // namespace stafett::bti
