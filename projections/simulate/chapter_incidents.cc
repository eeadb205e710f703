// What comes up between two meetings.

#include <array>

#include "engine/base/clock.h"
#include "projections/simulate/chapters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

// So that none of them delays the meeting: the longest wait for an answer lies well within.
constexpr std::int32_t kBeforeMeetingDays = 22;
constexpr std::int64_t kGlassUs = 8LL * 60 * 60 * 1'000'000;

void note(CaseWriter& w) {
  CaseModel& m = w.model;
  const bool bright = w.draws.happens(5000);
  const json::object data{{"note", w.local_id("n")},
                          {"kind", bright ? "positive" : "progress"},
                          {"text", w.text(bright ? Topic::bright_spot : Topic::note)},
                          {"service", m.holder_service->id},
                          {"goal", m.goal}};
  const std::string id = w.write("NoteAdded", m.holder, data);
  if (!m.will_correct) return;
  m.will_correct = false;
  w.later_today();
  w.write("EntryCorrected", m.holder,
          {{"target", id},
           {"reason", w.text(Topic::reason)},
           {"changes", {{"text", w.text(Topic::note)}}}});
}

// Someone of the family who reads and writes the log; null: nobody does.
const FamilyMember* family_reader(CaseWriter& w) {
  CaseModel& m = w.model;
  std::vector<const FamilyMember*> readers;
  for (const FamilyMember& guardian : m.guardians)
    if (guardian.has_access) readers.push_back(&guardian);
  if (m.pregnant || m.age(w.today()) >= kAgeOwnConsent) readers.push_back(&m.subject);
  return readers.empty() ? nullptr : w.draws.pick(readers);
}

const char* capacity_of(const CaseWriter& w, const FamilyMember& reader) {
  return &reader == &w.model.subject ? "subject" : "guardian";
}

void family_reads(CaseWriter& w) {
  w.in_the_evening();
  const FamilyMember* reader = family_reader(w);
  if (!reader) return;
  w.read(reader->label, {}, capacity_of(w, *reader), "ownCase");
  if (!w.draws.happens(w.parameters.family_note)) return;
  w.minutes(2, 15);
  w.write("NoteAdded", reader->label,
          {{"note", w.local_id("n")}, {"kind", "general"}, {"text", w.text(Topic::family_note)}});
}

void break_glass(CaseWriter& w) {
  CaseModel& m = w.model;
  const Service& service = w.town.of_kind("police", w.draws);
  const std::string& person = service.employees.front();
  const std::string used = w.write("BreakGlassUsed", person,
                                   {{"person", person},
                                    {"service", service.id},
                                    {"ground", w.text(Topic::concern)},
                                    {"until", to_text(TimeUs{w.now().value() + kGlassUs})}});
  w.read(person, service.id, "breakGlass", "emergency");
  w.minutes(10, 90);
  w.write("BreakGlassApproved", m.home->leader, {{"target", used}});
}

void ask_rights(CaseWriter& w) {
  w.in_the_evening();
  const FamilyMember* asking = family_reader(w);
  if (!asking) return;
  constexpr std::array kKinds = {"access", "access", "correction", "objection"};
  const std::string request = w.local_id("rq");
  const std::string kind = w.draws.pick(kKinds);
  w.write("RightsRequested", asking->label,
          {{"request", request},
           {"by", asking->label},
           {"kind", kind},
           {"text", w.text(Topic::family_view)}});
  w.on_workday(w.draws.between(2, 9));
  constexpr std::array kOutcomes = {"granted", "granted", "partly", "refused"};
  w.write("RightsAnswered", w.town.dpo(),
          {{"request", request},
           {"outcome", w.draws.pick(kOutcomes)},
           {"reason", w.text(Topic::reason)}});
  const std::string entry = kind == "objection" ? w.take_entry() : std::string();
  if (entry.empty()) return;
  w.minutes(2, 10);
  w.write("EntryRestricted", w.town.dpo(), {{"target", entry}, {"ground", "objection"}});
}

void audit(CaseWriter& w) {
  if (w.town.audits(w.today())) w.read(w.town.auditor(), {}, "auditor", "supervision");
}

void review_access(CaseWriter& w) {
  w.write("AccessReviewed", w.model.home->leader,
          {{"result", "ok"}, {"note", w.text(Topic::note)}});
}

void stall(CaseWriter& w) {
  CaseModel& m = w.model;
  w.write("ProgressStalled", m.holder, {{"reason", w.text(Topic::reason)}});
  w.on_workday(w.draws.between(1, 5));
  w.write("EscalatedToKe", m.holder,
          {{"service", "coordinating-unit"}, {"request", w.text(Topic::reason)}});
  w.on_workday(1);
  w.read(w.town.coordinator(), "coordinating-unit", "coordinator", "followUp");
}

void flag_school(CaseWriter& w) {
  CaseModel& m = w.model;
  m.school_case = true;
  w.write("SchoolEnvironmentFlagged", m.holder,
          {{"service", m.home->id}, {"note", w.text(Topic::observation)}});
  w.later_today();
  w.write("SchoolEnvironmentPlanMade", m.holder,
          {{"problem", w.text(Topic::observation)},
           {"measures", w.text(Topic::measure)},
           {"when", "fra i dag"},
           {"responsible", m.home->leader},
           {"evaluateBy", (w.today() + 30).to_text()}});
}

// To a colleague, or to somebody who takes part. Returns null when there is nobody.
struct Next {
  std::string person;
  const Service* service;
};
Next next_holder(CaseWriter& w) {
  const CaseModel& m = w.model;
  if (w.draws.happens(5000))
    for (const Participation& one : m.participants)
      if (!one.person.empty() && one.person != m.holder)
        return {one.person, &w.town.named(one.service)};
  for (const std::string& one : m.holder_service->employees)
    if (one != m.holder) return {one, m.holder_service};
  return {m.holder_service->leader, m.holder_service};
}

std::string offer_baton(CaseWriter& w, const Next& next) {
  std::string offer = w.local_id("o");
  w.write("BatonOffered", w.model.holder,
          {{"offer", offer},
           {"to", next.person},
           {"service", next.service->id},
           {"reason", w.text(Topic::reason)}});
  // Over Easter two days may become a week: batonAcceptDays.
  w.on_workday(w.draws.between(0, 2));
  return offer;
}

void hand_over(CaseWriter& w) {
  CaseModel& m = w.model;
  const Next next = next_holder(w);
  std::string offer = offer_baton(w, next);
  if (w.draws.happens(w.parameters.handover_declined)) {
    w.write("BatonDeclined", next.person,
            {{"offer", offer}, {"person", next.person}, {"reason", w.text(Topic::reason)}});
    w.on_workday(w.draws.between(1, 3));
    offer = offer_baton(w, next);
  }
  const std::string before = m.holder;
  m.holder = next.person;
  m.holder_service = next.service;
  w.write("BatonAccepted", next.person, {{"offer", offer}, {"person", next.person}});
  for (MeasureRun& measure : m.measures) {
    if (measure.responsible != before) continue;
    w.minutes(2, 8);
    measure.responsible = m.holder;
    measure.service = m.holder_service->id;
    w.write("MeasureChanged", m.holder,
            {{"measure", measure.id},
             {"service", measure.service},
             {"responsible", m.holder},
             {"reason", w.text(Topic::reason)}});
  }
  w.minutes(5, 30);
  w.write("HolderLeft", m.holder, {{"person", before}, {"cause", "newPosition"}});
}

// One service out of the consent, and out of the log.
void withdraw_service(CaseWriter& w, const ConsentHeld& held, const std::string& service) {
  CaseModel& m = w.model;
  w.in_the_evening();
  std::erase(m.services, service);
  m.unwelcome.push_back(service);
  std::vector<std::string> leaving;
  for (const Participation& one : m.participants)
    if (one.service == service) leaving.push_back(one.id);
  std::erase_if(m.participants, [&](const Participation& p) { return p.service == service; });
  w.write(
      "ConsentWithdrawn", held.consenter,
      {{"consent", held.id}, {"services", json::array{json::string(service)}}, {"how", "digital"}});
  w.on_workday(1);
  for (const std::string& id : leaving) {
    w.write("ParticipantRemoved", m.holder, {{"participant", id}, {"reason", "consentWithdrawn"}});
    w.minutes(2, 8);
  }
  for (MeasureRun& measure : m.measures) {
    if (measure.service != service) continue;
    measure.service = m.holder_service->id;
    measure.responsible = m.holder;
    w.write("MeasureChanged", m.holder,
            {{"measure", measure.id},
             {"service", measure.service},
             {"responsible", m.holder},
             {"reason", w.text(Topic::reason)}});
    w.minutes(2, 8);
  }
  for (ConsentHeld& one : m.consents) std::erase(one.services, service);
}

void withdraw(CaseWriter& w) {
  CaseModel& m = w.model;
  const ConsentHeld held = w.draws.pick(m.consents);
  const auto is_guest = [&](const std::string& service) {
    return service != m.home->id && service != m.holder_service->id;
  };
  const auto guest = std::find_if(held.services.begin(), held.services.end(), is_guest);
  if (guest != held.services.end() && w.draws.happens(5000))
    return withdraw_service(w, held, std::string(*guest));
  if (!held.open_log) return;
  w.in_the_evening();
  m.holder_covered = false;
  m.closing_reason = "guardianDemand";
  m.stage = Stage::closing;
  w.write("ConsentWithdrawn", held.consenter, {{"consent", held.id}, {"how", "digital"}});
}

void demand_closure(CaseWriter& w) {
  CaseModel& m = w.model;
  w.in_the_evening();
  const FamilyMember* demanding = family_reader(w);
  if (!demanding) return;
  m.closing_reason = "guardianDemand";
  m.stage = Stage::closing;
  w.write("ClosureDemanded", demanding->label,
          {{"demander", demanding->label}, {"reason", w.text(Topic::family_view)}});
}

using Incident = void (*)(CaseWriter&);

}  // namespace

void write_incidents(CaseWriter& w) {
  CaseModel& m = w.model;
  const Parameters& p = w.parameters;
  const Date last = std::max(w.today() + 1, m.next_round - kBeforeMeetingDays);
  std::vector<std::pair<Date, Incident>> planned;
  const auto plan = [&](Incident incident) {
    planned.emplace_back(w.today() + w.draws.between(1, last - w.today()), incident);
  };
  const auto once = [&](bool& wanted, Incident incident) {
    if (!wanted || !w.draws.happens(4000)) return;
    wanted = false;
    plan(incident);
  };
  if (w.draws.happens(p.note) || m.will_correct) plan(note);
  if (w.draws.happens(p.family_read_per_round)) plan(family_reads);
  if (w.draws.happens(p.handover)) plan(hand_over);
  if (w.draws.happens(p.stalled)) plan(stall);
  if (w.draws.happens(p.access_reviewed)) plan(review_access);
  if (w.draws.happens(p.audited)) plan(audit);
  if (m.home->kind == "school" && !m.school_case && w.draws.happens(p.school_environment))
    plan(flag_school);
  once(m.will_break_glass, break_glass);
  once(m.will_ask_rights, ask_rights);
  once(m.will_withdraw, withdraw);
  once(m.will_demand, demand_closure);
  const Date asked = birthday(m.birth, kAgeOwnConsent) - kYouthAskedAheadDays;
  if (!m.pregnant && !m.youth_decided && asked < m.next_round)
    planned.emplace_back(std::max(asked + w.draws.between(1, 6), w.today()), youth_decides);
  std::stable_sort(planned.begin(), planned.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [day, incident] : planned) {
    if (m.stage != Stage::rounds) return;
    w.by(day);
    incident(w);
  }
}

}  // namespace stafett::bti
