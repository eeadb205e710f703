// F05-F08, F37-F38, F49: what the opening of the log asks for.

#include "projections/findings/rule_view.h"
#include "projections/findings/rules.h"

namespace stafett::bti {

using enum EventType;

namespace {

struct OpeningConsent {
  ConsentStatus status;
  std::vector<ActorId> granted, lacking;  // of those who must consent
};

OpeningConsent consent_to_open(const RuleView& view, const Act& opened) {
  const ConsentView consents = view.consents_on(opened.day);
  OpeningConsent found{view.status_at(opened, Scope::open_log()), {}, {}};
  for (const ActorId& person : consents.required_consenters(opened.moment())) {
    const bool granted = consents.person_status(person, Scope::open_log(), opened.moment()) ==
                         ConsentStatus::covered;
    (granted ? found.granted : found.lacking).push_back(person);
  }
  return found;
}

bool is_unconsented(ConsentStatus status) {
  return status != ConsentStatus::covered && status != ConsentStatus::refused;
}

// The child's decisions about consent.
bool is_decision(const RuleView& view, const Act& act) {
  return act.person == view.state().subject;
}

}  // namespace

void opened_without_consent(const RuleView& view, CourseBook& book) {  // F05
  for (const Act& opened : view.all(LOG_OPENED)) {
    const OpeningConsent consent = consent_to_open(view, opened);
    if (is_unconsented(consent.status) && consent.granted.empty())
      view.tell_act(book, view.about(opened, ref_to(opened)));
  }
}

void guardian_not_consenting(const RuleView& view, CourseBook& book) {  // F06
  for (const Act& opened : view.all(LOG_OPENED)) {
    const OpeningConsent consent = consent_to_open(view, opened);
    if (!is_unconsented(consent.status) || consent.granted.empty()) continue;
    for (const ActorId& person : consent.lacking) {
      if (view.state().is_subject(person)) continue;  // F07
      const auto by_person = [&](const Act& act) { return act.person == person; };
      const Act* granted = view.first_after(
          opened.moment(), {CONSENT_GRANTED},
          [&](const Act& act) { return by_person(act) && act.has(Act::opens_log); });
      const Act* exempted =
          view.first_after(opened.moment(), {CONSENT_EXCEPTION_RECORDED}, by_person);
      view.tell_act(book, view.about(opened, {opened.id, person, {}}), {granted, exempted});
    }
  }
}

void youth_not_asked(const RuleView& view, CourseBook& book) {  // F07
  const auto decides = [&](const Act& act) { return is_decision(view, act); };
  for (const Act& opened : view.all(LOG_OPENED)) {
    const auto of_age = view.birthday_of(view.profile_on(opened.day).age_own_consent);
    if (!of_age || opened.day < *of_age) continue;
    if (view.last_before(opened.moment(), {CONSENT_GRANTED, CONSENT_REFUSED}, decides)) continue;
    view.tell_act(book, view.about(opened, ref_to(opened)),
                  {view.first_after(opened.moment(), {CONSENT_GRANTED, CONSENT_REFUSED}, decides)});
  }
}

void youth_not_asked_at_birthday(const RuleView& view, CourseBook& book) {  // F08
  const Act* decision = view.first({CONSENT_GRANTED, CONSENT_REFUSED},
                                   [&](const Act& act) { return is_decision(view, act); });
  for (const Act& opened : view.all(LOG_OPENED)) {
    const Profile& profile = view.profile_on(opened.day);
    std::vector<int> ages{18};
    if (profile.age_own_consent != 18) ages.push_back(profile.age_own_consent);
    for (const int age : ages) {
      const auto birthday = view.birthday_of(age);
      if (!birthday || *birthday <= opened.day) continue;
      if (!view.in_open_log(Moment::before_all(start_of_day(Date{*birthday})))) continue;
      FindingRef ref = age == 18 ? ref_to(opened, "18") : ref_to(opened);
      view.tell_deadline(book, view.about(opened, std::move(ref)),
                         profile.add(Date{*birthday}, profile.youth_renew_days).days(),
                         day_of(decision), Closing::ends_it);
    }
  }
}

void guardian_without_access(const RuleView& view, CourseBook& book) {  // F37
  for (const Act& opened : view.all(LOG_OPENED)) {
    const Moment evening = Moment::after_all(end_of_day(Date{opened.day}));
    const std::int32_t last_day =
        view.deadline(opened, view.profile_on(opened.day).guardian_access_days);
    for (const Guardian& guardian : view.state().guardians) {
      const auto of_guardian = [&](const Act& act) { return act.person == guardian.person; };
      const Act* link = view.last_before(evening, {GUARDIAN_LINKED}, of_guardian);
      if (!link || !link->has(Act::responsibility)) continue;
      // Whenever: what was given before the opening counts, too.
      std::int32_t settled = view.birthday_of(18).value_or(kNoDate);
      for (const EventType type :
           {GUARDIAN_ACCESS_GRANTED, GUARDIAN_ACCESS_ENDED, CONSENT_EXCEPTION_RECORDED})
        settled = earlier(settled, day_of(view.first({type}, of_guardian)));
      Telling telling = view.about(opened, ref_to(guardian.person));
      telling.others = {link};
      view.tell_deadline(book, std::move(telling), last_day, settled, Closing::ends_it);
    }
  }
}

void level3_without_assessment(const RuleView& view, CourseBook& book) {  // F38
  const auto is_level3 = [](const Act& act) { return act.word == 3; };
  const auto below = [](const Act& act) { return act.word < 3; };
  const Act* assessed = view.first({IP_ASSESSED});  // also earlier
  for (const EventType type : {LOG_OPENED, LEVEL_CHANGED})
    for (const Act& risen : view.all(type)) {
      if (!is_level3(risen)) continue;
      const std::int32_t last_day = view.deadline(risen, view.profile_on(risen.day).ip_assess_days);
      const Moment end = Moment::after_all(end_of_day(Date{last_day}));
      // A concern, wherever it lies, is at level 0.
      const Act* level = view.last_before(end, {CONCERN_RAISED, LOG_OPENED, LEVEL_CHANGED});
      if (level && below(*level)) continue;
      const Act* lowered =
          view.first_after(end, {CONCERN_RAISED, LOG_OPENED, LEVEL_CHANGED}, below);
      view.tell_deadline(book, view.about(risen, ref_to(risen)), last_day,
                         earlier(day_of(assessed), day_of(lowered)), Closing::ends_it);
    }
}

void opened_on_no_consent(const RuleView& view, CourseBook& book) {  // F49
  for (const Act& opened : view.all(LOG_OPENED)) {
    const bool known = std::ranges::all_of(opened.names, [&](NameNo consent) {
      return view.first({CONSENT_GRANTED},
                        [&](const Act& granted) { return granted.local == consent; }) != nullptr;
    });
    if (opened.names.empty() || !known) view.tell_act(book, view.about(opened, ref_to(opened)));
  }
}

}  // namespace stafett::bti
