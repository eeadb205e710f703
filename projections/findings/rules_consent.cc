// F09-F16, F60: consents that are used, end, are proved, are understood.

#include "projections/findings/measures.h"
#include "projections/findings/rule_view.h"
#include "projections/findings/rules.h"

namespace stafett::bti {

using enum EventType;

namespace {

Telling about_consent(const RuleView& view, const Act& granted) {
  return view.about(granted, ref_to(view.name(granted.local)));
}

// One use of a service: by an act of the open log.
struct Use {
  const Act* act;
  NameNo service;
};

// Uses in timeline order; a meeting is one for each service that took part.
std::vector<Use> uses_in_open_log(const RuleView& view) {
  std::vector<Use> uses;
  for (const Act& act : view.acts()) {
    if (!view.in_open_log(act)) continue;
    switch (act.type) {
      case NOTE_ADDED:
        if (act.service != kNoName) uses.push_back({&act, act.service});
        break;
      case MEETING_HELD:
        for (const NameNo service : act.names) uses.push_back({&act, service});
        break;
      case MEASURE_STARTED:
        if (const auto measure = measure_at(view, act)) uses.push_back({&act, measure->service});
        break;
      default:
        break;
    }
  }
  return uses;
}

// A read on an expired consent: of the service whose consent was asked for.
void add_reads(const RuleView& view, std::vector<Use>& uses) {
  for (const Act& read : view.all(ENTRY_READ)) {
    if (read.basis != Basis::expired || !view.in_open_log(read)) continue;
    uses.push_back({&read, read.service});
  }
}

}  // namespace

void expired_consent_used(const RuleView& view, CourseBook& book) {  // F09
  std::vector<Use> uses;
  for (const Use& use : uses_in_open_log(view))
    if (view.status_at(*use.act, Scope::service(view.name(use.service))) == ConsentStatus::expired)
      uses.push_back(use);
  add_reads(view, uses);
  std::ranges::sort(uses, {}, [](const Use& use) {
    return std::pair{use.service, use.act->moment()};
  });
  NameNo service = kNoName;
  const Act* until = nullptr;  // the consent that ended the latest telling
  bool running = false;
  for (const Use& use : uses) {
    if (use.service == service && (running || use.act->moment() < until->moment())) continue;
    service = use.service;
    until = view.first_after(use.act->moment(), {CONSENT_GRANTED}, [&](const Act& granted) {
      return view.status_after(granted, Scope::service(view.name(service))) ==
             ConsentStatus::covered;
    });
    running = until == nullptr;
    view.tell_act(book, view.about(*use.act, ref_to(view.name(service))), {until, view.closed()});
  }
}

namespace {

// What is left of a consent at a place in the timeline.
std::vector<NameNo> services_left(const RuleView& view, const Act& granted, Moment place) {
  std::vector<NameNo> left(granted.names.begin(), granted.names.end());
  for (const Act& withdrawn : view.all(CONSENT_WITHDRAWN)) {
    if (withdrawn.local != granted.local || !(withdrawn.moment() < place)) continue;
    std::erase_if(left, [&](NameNo service) {
      return withdrawn.has(Act::whole) ||
             std::ranges::find(withdrawn.names, service) != withdrawn.names.end();
    });
  }
  return left;
}

bool names_all(const Act& act, const std::vector<NameNo>& services) {
  return std::ranges::all_of(services, [&](NameNo service) {
    return std::ranges::find(act.names, service) != act.names.end();
  });
}

// The day on which a consent was withdrawn as a whole (service by service, too); kNoDate: never.
std::int32_t withdrawn_on(const Consent& consent) {
  const Moment at = ConsentView::withdrawn_at(consent);
  return at == kNever ? kNoDate : local_date(at.at).days();
}

}  // namespace

void consent_ends_soon(const RuleView& view, CourseBook& book) {  // F10
  if (!view.opened()) return;
  for (const Act& granted : view.all(CONSENT_GRANTED)) {
    if (view.closed() && view.closed()->moment() < granted.moment()) continue;
    const Consent* consent = view.state().find_consent(view.name(granted.local));
    if (!consent) continue;
    const ConsentView consents = view.consents_on(granted.day);
    const std::int32_t end = consents.effective_end(*consent).days();
    const std::int32_t soon = std::max(
        {end - view.profile_on(granted.day).consent_soon_days, granted.day, view.opened()->day});
    if (soon > end) continue;
    const Moment place = Moment::after_all(end_of_day(Date{soon}));
    if (!granted.has(Act::opens_log) && services_left(view, granted, place).empty()) continue;
    const Act* renewal = view.first_after(
        granted.moment(), {CONSENT_REQUESTED, CONSENT_GRANTED}, [&](const Act& act) {
          if (act.day > end) return false;
          if (act.type == CONSENT_GRANTED && act.replaces == granted.local) return true;
          if (act.person != granted.person ||
              !names_all(act, services_left(view, granted, act.moment())))
            return false;
          if (act.type == CONSENT_REQUESTED) return true;
          const Consent* later = view.state().find_consent(view.name(act.local));
          return later && consents.effective_end(*later).days() > end;
        });
    std::int32_t ended = earlier(day_of(renewal), withdrawn_on(*consent));
    ended = earlier(ended, day_of(view.closed()));
    if (!view.state().is_subject(granted.person))
      ended = earlier(ended, view.birthday_of(18).value_or(kNoDate));
    if (ended != kNoDate && ended <= soon) continue;
    Telling telling = about_consent(view, granted);
    telling.span = {soon, earlier(ended, end + 1)};
    if (ended == kNoDate) telling.due = end;
    book.tell(telling);
  }
}

void consent_to_person(const RuleView& view, CourseBook& book) {  // F11
  for (const Act& granted : view.all(CONSENT_GRANTED)) {
    if (!granted.has(Act::to_person)) continue;
    const Act* replaced =
        view.first_after(granted.moment(), {CONSENT_GRANTED}, [&](const Act& later) {
          return later.replaces == granted.local && !later.has(Act::to_person);
        });
    view.tell_act(book, about_consent(view, granted), {replaced});
  }
}

namespace {

bool is_oral(const Act& granted) {
  return static_cast<schema::ConsentGrantedForm>(granted.word) == schema::ConsentGrantedForm::ORAL;
}

}  // namespace

void consent_without_proof(const RuleView& view, CourseBook& book) {  // F12
  for (const Act& granted : view.all(CONSENT_GRANTED)) {
    if (granted.has(Act::documented)) continue;
    const Act* proof = view.first_after(
        granted.moment(), {ATTACHMENT_ADDED, ORAL_CONSENT_NOTED}, [&](const Act& act) {
          return act.local == granted.local &&
                 (act.type == ORAL_CONSENT_NOTED ||
                  static_cast<schema::AttachmentAddedKind>(act.word) ==
                      schema::AttachmentAddedKind::CONSENT_FORM);
        });
    const std::int32_t last_day =
        is_oral(granted) ? view.deadline(granted, view.profile_on(granted.day).oral_note_days)
                         : granted.day;
    view.tell_deadline(book, about_consent(view, granted), last_day, day_of(proof),
                       Closing::is_nothing);
  }
}

void oral_consent_not_noted(const RuleView& view, CourseBook& book) {  // F13
  for (const Act& granted : view.all(CONSENT_GRANTED)) {
    if (!is_oral(granted)) continue;
    const Act* noted = view.first_after(granted.moment(), {ORAL_CONSENT_NOTED},
                                        [&](const Act& act) { return act.local == granted.local; });
    view.tell_deadline(book, about_consent(view, granted),
                       view.deadline(granted, view.profile_on(granted.day).oral_note_days),
                       day_of(noted), Closing::is_nothing);
  }
}

void used_after_refusal(const RuleView& view, CourseBook& book) {  // F14
  const auto tell = [&](const Act& use, std::string_view scope_name, Scope scope) {
    if (view.status_at(use, scope) == ConsentStatus::refused)
      view.tell_act(book, view.about(use, ref_to(use, scope_name)));
  };
  const auto tell_service = [&](const Act& use, NameNo service) {
    if (!view.is_home_before_log(use, service))
      tell(use, view.name(service), Scope::service(view.name(service)));
  };
  for (const Act& opened : view.all(LOG_OPENED)) tell(opened, "openLog", Scope::open_log());
  for (const Act& added : view.all(PARTICIPANT_ADDED)) tell_service(added, added.service);
  for (const Act& started : view.all(MEASURE_STARTED))
    if (const auto measure = measure_at(view, started)) tell_service(started, measure->service);
}

void measure_without_consent(const RuleView& view, CourseBook& book) {  // F15
  for (const Act& started : view.all(MEASURE_STARTED)) {
    const auto measure = measure_at(view, started);
    if (!measure || view.is_home_before_log(started, measure->service)) continue;
    const ConsentStatus status =
        view.status_at(started, Scope::service(view.name(measure->service)));
    if (status == ConsentStatus::missing || status == ConsentStatus::withdrawn)
      view.tell_act(book, view.about(started, ref_to(view.name(started.local))));
  }
}

void service_without_consent(const RuleView& view, CourseBook& book) {  // F16
  for (const Act& added : view.all(PARTICIPANT_ADDED)) {
    if (view.is_home_before_log(added, added.service)) continue;
    const ConsentStatus status = view.status_at(added, Scope::service(view.name(added.service)));
    if (status != ConsentStatus::covered && status != ConsentStatus::refused)
      view.tell_act(book, view.about(added, ref_to(added, view.name(added.service))));
  }
  for (const Act& held : view.all(MEETING_HELD)) {
    if (!view.in_open_log(held)) continue;
    for (const NameNo service : held.names) {
      const ConsentStatus status = view.status_at(held, Scope::service(view.name(service)));
      if (status != ConsentStatus::covered && status != ConsentStatus::expired)
        view.tell_act(book, view.about(held, ref_to(held, view.name(service))));
    }
  }
}

void consent_not_understood(const RuleView& view, CourseBook& book) {  // F60
  for (const Act& granted : view.all(CONSENT_GRANTED)) {
    if (granted.language == kNoName || granted.has(Act::interpreted)) continue;
    // A subject's languages are those of the concern, a guardian's those of the latest link.
    const Act* speaks =
        view.last_before(granted.moment(), {CONCERN_RAISED, GUARDIAN_LINKED},
                         [&](const Act& act) { return act.person == granted.person; });
    if (!speaks || speaks->names.empty()) continue;
    const auto understood = [&](NameNo language) {
      return std::ranges::find(speaks->names, language) != speaks->names.end();
    };
    if (understood(granted.language)) continue;
    const Act* replaced =
        view.first_after(granted.moment(), {CONSENT_GRANTED}, [&](const Act& later) {
          return later.replaces == granted.local && later.language != kNoName &&
                 understood(later.language);
        });
    Telling telling = about_consent(view, granted);
    telling.others = {speaks};
    view.tell_act(book, std::move(telling), {replaced});
  }
}

}  // namespace stafett::bti
