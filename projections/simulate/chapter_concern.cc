#include <array>

#include "projections/simulate/chapters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

void choose_subject(CaseWriter& w) {
  CaseModel& m = w.model;
  const std::string number = m.label.substr(4);
  m.pregnant = w.draws.happens(w.parameters.pregnant);
  m.subject.label = (m.pregnant ? "gravid-" : "barn-") + number;
  m.form = w.draws.happens(4000) ? Form::nn : Form::nb;
  constexpr std::array<std::array<int, 2>, 4> kAges = {{{1, 2}, {3, 5}, {6, 12}, {13, 16}}};
  const auto& group = kAges[w.draws.weighted(w.parameters.ages)];
  const int age = m.pregnant ? w.draws.between(19, 41) : w.draws.between(group[0], group[1]);
  m.birth = birthday(w.today(), -age) - w.draws.between(0, 364);
  const char* kind = "school";
  if (m.pregnant || (age < 3 && w.draws.happens(4000)))
    kind = "healthStation";
  else if (age < 6)
    kind = "kindergarten";
  m.home = &w.town.of_kind(kind, w.draws);
  m.author = w.draws.pick(m.home->employees);
}

void choose_guardians(CaseWriter& w) {
  CaseModel& m = w.model;
  m.subject.languages = {m.form == Form::nb ? "nb" : "nn"};
  if (w.draws.happens(w.parameters.other_home_language)) {
    constexpr std::array kLanguages = {"ar", "pl", "so", "uk", "ti", "lt"};
    m.subject.languages = {w.draws.pick(kLanguages)};
  }
  if (m.pregnant) return;
  const std::string number = m.label.substr(4);
  const bool one = w.draws.happens(w.parameters.single_responsibility);
  m.guardians.push_back({"foresatt-" + number + "-1", "mother", true, false, false, {}});
  if (!one || w.draws.happens(5000))
    m.guardians.push_back({"foresatt-" + number + "-2", "father", !one, false, false, {}});
  for (FamilyMember& guardian : m.guardians) guardian.languages = m.subject.languages;
}

// Returns the event that says what was seen.
std::string raise(CaseWriter& w, bool by_guardian) {
  CaseModel& m = w.model;
  json::object data{{"subject", m.subject.label},
                    {"subjectKind", m.pregnant ? "pregnant" : "child"},
                    {"birthDate", m.birth.to_text()},
                    {"languages", texts_of(m.subject.languages)},
                    {"source", by_guardian ? "guardian" : "employee"},
                    {"service", m.home->id},
                    {"summary", w.text(Topic::concern)}};
  w.write("ConcernRaised", by_guardian ? m.guardians.front().label : m.author, std::move(data));
  w.on_workday(w.draws.between(0, 1));
  const Date last = w.today() - 1;
  const std::string seen = w.write("ConcernConcretised", m.author,
                                   {{"observations", w.text(Topic::observation)},
                                    {"periodFrom", (last - w.draws.between(7, 21)).to_text()},
                                    {"periodTo", last.to_text()},
                                    {"degree", w.draws.between(3, 8)},
                                    {"earlierConcerns", w.draws.happens(2500)}});
  w.later_today();
  w.write("ConcernSharedWithLeader", m.author,
          {{"leader", m.home->leader}, {"responsible", m.author}});
  return seen;
}

void inform(CaseWriter& w) {
  CaseModel& m = w.model;
  json::array informed;
  for (const FamilyMember& guardian : m.guardians) informed.emplace_back(guardian.label);
  if (m.pregnant) informed.emplace_back(m.subject.label);
  constexpr std::array kHow = {"talk", "talk", "phone", "digital"};
  w.write("GuardiansInformed", m.author,
          {{"guardians", std::move(informed)},
           {"how", w.draws.pick(kHow)},
           {"childInformed", m.age(w.today()) > 5},
           {"view", w.text(Topic::family_view)}},
          Told::in_world);
}

void report(CaseWriter& w, const char* ground) {
  CaseModel& m = w.model;
  w.write("ReportingDutyAssessed", m.author, {{"ground", ground}, {"outcome", "report"}});
  w.minutes(10, 60);
  const std::string report = w.local_id("r");
  w.write("ConcernReportSent", m.author,
          {{"report", report}, {"to", "barnevern"}, {"digest", w.digest()}});
  w.on_workday(w.draws.between(1, 5));
  w.write("ReportFeedbackReceived", m.home->leader, {{"report", report}, {"kind", "received"}});
  w.on_workday(w.draws.between(1, 7));
  const bool dismissed = w.draws.happens(w.parameters.report_dismissed);
  w.write("ReportFeedbackReceived", m.home->leader,
          {{"report", report}, {"kind", dismissed ? "dismissed" : "studyOpened"}});
}

// The guardians are not told until barnevern agrees.
void shield(CaseWriter& w, const std::string& seen) {
  CaseModel& m = w.model;
  w.minutes(20, 60);
  w.write("ProtectionFlagSet", m.author,
          {{"ground", w.draws.happens(7000) ? "violence" : "abuse"},
           {"note", w.text(Topic::observation)}});
  w.later_today();
  w.write("AnonymousConsultationHeld", m.author,
          {{"service", "barnevern"}, {"advice", w.text(Topic::reason)}}, Told::in_world);
  w.minutes(5, 30);
  w.write("Level0Decided", m.home->leader,
          {{"outcome", "report"},
           {"reason", w.text(Topic::reason)},
           {"decidedBy", json::array{json::string(m.home->leader), json::string(m.author)}}});
  w.minutes(5, 30);
  report(w, "mistreatment");
  w.on_workday(w.draws.between(20, 60));
  w.write("ProtectionFlagLifted", m.home->leader, {{"agreedWith", "barnevern"}});
  w.minutes(5, 30);
  w.write("CompartmentReleased", m.home->leader,
          {{"entries", json::array{json::string(seen)}},
           {"toFamily", true},
           {"toServices", json::array{json::string("barnevern")}},
           {"agreedWith", "barnevern"}});
  w.later_today();
}

void decide(CaseWriter& w) {
  CaseModel& m = w.model;
  json::object data;
  if (w.draws.happens(w.parameters.closed_at_level0)) {
    m.stage = Stage::over;
    data["outcome"] = "close";
  } else {
    m.stage = Stage::opening;
    m.decided_level = static_cast<int>(w.draws.weighted(w.parameters.levels)) + 1;
    data["outcome"] = "level" + std::to_string(m.decided_level);
  }
  data["reason"] = w.text(Topic::reason);
  data["decidedBy"] = json::array{json::string(m.home->leader), json::string(m.author)};
  if (!m.last_hearing.empty()) data["hearings"] = latest_hearing(w);
  w.write("Level0Decided", m.home->leader, std::move(data));
}

}  // namespace

void write_concern(CaseWriter& w) {
  CaseModel& m = w.model;
  choose_subject(w);
  choose_guardians(w);
  w.register_family();
  w.minutes(5, 60);
  const bool shielded = !m.pregnant && w.draws.happens(w.parameters.protection_flag);
  const bool by_guardian =
      !shielded && !m.pregnant && w.draws.happens(w.parameters.raised_by_guardian);
  const std::string seen = raise(w, by_guardian);
  w.on_workday(1);
  hear_child(w, m.author);
  if (shielded)
    shield(w, seen);
  else if (w.draws.happens(w.parameters.concern_report))
    report(w, "specialNeeds");
  w.on_workday(w.draws.between(0, 2));
  inform(w);
  w.on_workday(w.draws.between(0, 2));
  decide(w);
}

}  // namespace stafett::bti
