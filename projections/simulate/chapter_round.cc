// One round of an open log: what comes up, then hearing, meeting, evaluation, and what was decided.

#include <array>

#include "projections/simulate/chapters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr int kMovesPlannedDays = 62;  // more than transitionPlanDays
constexpr int kAgeAdult = 18;
constexpr int kComesOfAgeDays = kMovesPlannedDays + 30;  // and time to close

// Within evaluateGraceDays of it the next round has come.
Date evaluate_by(CaseWriter& w) {
  return w.model.next_round + w.draws.between(6, 12);
}

void hold_meeting(CaseWriter& w, const std::string& meeting) {
  CaseModel& m = w.model;
  json::array persons{json::string(m.holder)};
  for (const Participation& one : m.participants)
    if (!one.person.empty() && one.person != m.holder) persons.emplace_back(one.person);
  json::array guardians;
  for (const FamilyMember& guardian : m.guardians)
    if (guardian.has_access && w.draws.happens(8000)) guardians.emplace_back(guardian.label);
  m.next_round =
      w.today() + w.draws.between(w.parameters.round_days_min, w.parameters.round_days_max);
  json::object data{{"meeting", meeting},
                    {"kind", "evaluation"},
                    {"services", texts_of(m.services)},
                    {"guardians", std::move(guardians)},
                    {"childPresent", m.pregnant || (m.age(w.today()) > 9 && w.draws.happens(5000))},
                    {"persons", std::move(persons)},
                    {"nextDate", m.next_round.to_text()}};
  const bool minutes_inside = w.draws.happens(5000);
  if (minutes_inside) data["minutes"] = w.text(Topic::minutes);
  w.write("MeetingHeld", m.holder, std::move(data), Told::in_world);
  if (minutes_inside) return;
  w.minutes(10, 60);
  w.write("MinutesRecorded", m.holder, {{"meeting", meeting}, {"text", w.text(Topic::minutes)}});
}

void move_evaluation(CaseWriter& w, MeasureRun& measure) {
  ++measure.moved;
  w.write("EvaluationRescheduled", w.model.holder,
          {{"measure", measure.id},
           {"evaluateBy", evaluate_by(w).to_text()},
           {"reason", w.text(Topic::evaluation)}});
}

// Returns whether it is ended.
bool evaluate(CaseWriter& w, MeasureRun& measure, const std::string& meeting) {
  constexpr std::array kEffects = {"worse", "none", "some", "good", "full"};
  constexpr std::array<std::uint32_t, 5> kEffectWeights = {4, 14, 40, 34, 8};
  constexpr std::array kDecisions = {"continue", "adjust", "end"};
  constexpr std::array<std::uint32_t, 3> kDecisionWeights = {60, 22, 18};
  const std::size_t decision = w.draws.weighted(kDecisionWeights);
  const bool ends = decision == 2;
  measure.moved = 0;
  json::object data{{"measure", measure.id},
                    {"effect", kEffects[w.draws.weighted(kEffectWeights)]},
                    {"text", w.text(Topic::evaluation)}};
  if (!w.model.last_hearing.empty()) data["hearings"] = latest_hearing(w);
  data["meeting"] = meeting;
  data["decision"] = kDecisions[decision];
  if (!ends) data["evaluateBy"] = evaluate_by(w).to_text();
  w.write("MeasureEvaluated", w.model.holder, std::move(data));
  return ends;
}

void evaluate_all(CaseWriter& w, const std::string& meeting) {
  std::vector<MeasureRun> still;
  for (MeasureRun& measure : w.model.measures) {
    w.minutes(2, 12);
    if (measure.moved == 0 && w.draws.happens(w.parameters.evaluation_moved)) {
      move_evaluation(w, measure);
      still.push_back(measure);
    } else if (!evaluate(w, measure, meeting)) {
      still.push_back(measure);
    }
  }
  w.model.measures = std::move(still);
}

void change_level(CaseWriter& w) {
  CaseModel& m = w.model;
  const int from = m.level;
  const int to = from == 2 ? (w.draws.happens(6000) ? 1 : 3) : 2;
  agree(w, "level");
  w.minutes(5, 30);
  json::object data{{"from", from}, {"to", to}, {"reason", w.text(Topic::reason)}};
  if (!m.last_hearing.empty()) data["hearings"] = latest_hearing(w);
  m.level = to;
  w.write("LevelChanged", m.holder, std::move(data));
  w.minutes(5, 30);
  w.write("HolderConfirmed", m.holder, {{"person", m.holder}, {"how", "meeting"}});
  if (m.level == 3 && !m.ip_assessed) assess_plan_right(w);
}

void add_service(CaseWriter& w) {
  const Service* service = further_service(w);
  if (!service) return;
  ask_consent(w, w.model.holder, {service->id}, OpensLog::no);
  if (!w.model.covered(service->id)) return;
  w.later_today();
  take_in(w, *service);
}

void decide_after_meeting(CaseWriter& w) {
  CaseModel& m = w.model;
  const Parameters& p = w.parameters;
  if (m.measures.empty() || (m.measures.size() < 4 && w.draws.happens(p.measure_added))) {
    w.later_today();
    plan_measure(w);
  }
  if (w.draws.happens(p.level_change)) {
    w.later_today();
    change_level(w);
  }
  // Whoever comes of age before the move closes the log first.
  const bool as_child = m.pregnant || m.age(w.today() + kComesOfAgeDays) < kAgeAdult;
  if (m.will_move && as_child && !m.moves_on && m.planned_end - w.today() < 130) {
    m.moves_on = w.today() + kMovesPlannedDays;
    m.planned_end = *m.moves_on;
    w.minutes(5, 20);
    w.write("TransitionPlanned", m.holder,
            {{"kind", "move"}, {"date", m.moves_on->to_text()}, {"note", w.text(Topic::note)}});
  }
  if (w.draws.happens(p.service_added)) {
    w.later_today();
    add_service(w);
  }
}

void grant_plan(CaseWriter& w) {
  CaseModel& m = w.model;
  w.later_today();
  w.write("IpGranted", m.holder, {{"wanted", true}, {"wantsCoordinator", true}});
  w.on_workday(w.draws.between(1, 4));
  w.write("CoordinatorNamed", w.town.coordinator(),
          {{"person", w.town.coordinator()}, {"service", "coordinating-unit"}, {"ground", "ip"}});
  m.closing_reason = "ip";
  m.stage = Stage::closing;
}

}  // namespace

void hear_child(CaseWriter& w, const std::string& adult) {
  CaseModel& m = w.model;
  if (m.pregnant) return;
  const int age = m.age(w.today());
  if (age < kHeardFromAge) {
    m.last_hearing.clear();
    w.write("ChildHearingExempted", adult, {{"reason", "tooYoung"}});
    return;
  }
  m.last_hearing = w.local_id("h");
  constexpr std::array kYoung = {"play", "observation", "talk"};
  constexpr std::array kOlder = {"talk", "talk", "meeting", "written"};
  json::object data{{"hearing", m.last_hearing},
                    {"how", age < 7 ? w.draws.pick(kYoung) : w.draws.pick(kOlder)},
                    {"adult", adult},
                    {"view", w.text(Topic::child_view)}};
  if (age > 11 && w.draws.happens(300)) data["hideFromGuardians"] = true;
  w.write("ChildHeard", adult, std::move(data), Told::in_world);
}

json::array latest_hearing(const CaseWriter& w) {
  return {json::string(w.model.last_hearing)};
}

void plan_measure(CaseWriter& w) {
  CaseModel& m = w.model;
  constexpr std::array kAreas = {"social",     "language", "learning", "behaviour",
                                 "attendance", "health",   "family",   "emotional"};
  constexpr std::array kArenas = {"unit", "unit", "home", "leisure"};
  MeasureRun measure{w.local_id("m"), m.holder_service->id, m.holder, 0};
  if (!m.participants.empty() && w.draws.happens(4000)) {
    const Participation& one = w.draws.pick(m.participants);
    measure.service = one.service;
    measure.responsible =
        one.person.empty() ? w.town.named(one.service).employees.front() : one.person;
  }
  w.write("MeasurePlanned", m.holder,
          {{"measure", measure.id},
           {"title", w.text(Topic::measure)},
           {"area", w.draws.pick(kAreas)},
           {"arena", json::array{json::string(w.draws.pick(kArenas))}},
           {"service", measure.service},
           {"responsible", measure.responsible},
           {"start", (w.today() + 1).to_text()},
           {"evaluateBy", evaluate_by(w).to_text()},
           {"goal", m.goal}});
  w.on_workday(w.draws.between(1, 2));
  w.write("MeasureStarted", m.holder, {{"measure", measure.id}}, Told::in_world);
  m.measures.push_back(std::move(measure));
}

void assess_plan_right(CaseWriter& w) {
  CaseModel& m = w.model;
  w.on_workday(w.draws.between(1, 6));
  m.ip_assessed = true;
  m.ip_entitled = w.draws.happens(w.parameters.right_to_plan);
  w.write("IpAssessed", m.holder, {{"entitled", m.ip_entitled}, {"note", w.text(Topic::reason)}});
}

void write_round(CaseWriter& w) {
  CaseModel& m = w.model;
  write_incidents(w);
  if (m.stage != Stage::rounds) return;
  const std::string meeting = w.local_id("mt");
  if (w.draws.happens(w.parameters.meeting_called)) {
    w.by(std::max(w.today(), m.next_round - 16));
    w.write("MeetingCalled", m.holder,
            {{"meeting", meeting},
             {"kind", "evaluation"},
             {"date", std::max(m.next_round, w.today()).to_text()},
             {"services", texts_of(m.services)}});
  }
  w.by(m.next_round);
  hear_child(w, m.holder);
  w.later_today();
  hold_meeting(w, meeting);
  evaluate_all(w, meeting);
  if (m.ip_entitled) return grant_plan(w);
  decide_after_meeting(w);
  renew_consents(w, m.next_round);
  if (m.moves_on ? m.next_round > *m.moves_on : m.next_round > m.planned_end)
    m.stage = Stage::closing;
}

}  // namespace stafett::bti
