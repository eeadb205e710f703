#include <array>

#include "projections/simulate/chapters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

void link_family(CaseWriter& w) {
  CaseModel& m = w.model;
  for (FamilyMember& guardian : m.guardians) {
    w.write("GuardianLinked", m.author,
            {{"guardian", guardian.label},
             {"relation", guardian.relation},
             {"responsibility", guardian.responsible},
             {"languages", texts_of(guardian.languages)},
             {"basis", "register"}});
    w.minutes(1, 4);
  }
  const bool two = m.guardians.size() == 2 && m.guardians[1].responsible;
  if (two && w.draws.happens(w.parameters.consent_exception)) {
    m.guardians[1].exempted = true;
    w.later_today();
    w.write("ConsentExceptionRecorded", m.home->leader,
            {{"guardian", m.guardians[1].label},
             {"ground", w.draws.happens(5000) ? "unreachable" : "noContactOrder"},
             {"note", w.text(Topic::reason)}});
  }
}

std::vector<const Service*> services_for(CaseWriter& w) {
  std::vector<const Service*> out;
  const int more = w.model.decided_level == 1   ? 0
                   : w.model.decided_level == 2 ? w.draws.between(1, 2)
                                                : w.draws.between(2, 3);
  for (int i = 0; i < more; ++i) {
    const Service* service = further_service(w);
    if (!service) break;
    // Kept while choosing, so that none comes twice.
    w.model.services.push_back(service->id);
    out.push_back(service);
  }
  w.model.services.clear();
  return out;
}

void open_log(CaseWriter& w) {
  CaseModel& m = w.model;
  w.write("MeetingHeld", m.author,
          {{"meeting", w.local_id("mt")},
           {"kind", "start"},
           {"services", json::array{json::string(m.home->id)}},
           {"guardians", labels_of(deciders(w))},
           {"childPresent", m.age(w.today()) > 9},
           {"minutes", w.text(Topic::minutes)}},
          Told::in_world);
  m.holder = m.author;
  m.holder_service = m.home;
  w.minutes(2, 10);
  agree(w, "opening");
  json::array relied_on;
  for (const ConsentHeld& held : m.consents) relied_on.emplace_back(held.id);
  w.minutes(2, 10);
  m.level = m.decided_level;
  m.log_open = true;
  m.stage = Stage::rounds;
  w.write("LogOpened", m.author,
          {{"level", m.level},
           {"holder", m.holder},
           {"service", m.home->id},
           {"consents", std::move(relied_on)}});
  for (FamilyMember& guardian : m.guardians) {
    if (!guardian.responsible || guardian.exempted) continue;
    w.minutes(1, 3);
    guardian.has_access = true;
    w.write("GuardianAccessGranted", m.holder,
            {{"guardian", guardian.label},
             {"channel", w.draws.happens(w.parameters.paper_access) ? "paper" : "digital"}});
  }
}

void look_ahead(CaseWriter& w) {
  CaseModel& m = w.model;
  const Parameters& p = w.parameters;
  m.planned_end = w.today() + w.draws.long_tailed(p.life_days_median);
  if (!m.pregnant) m.planned_end = std::min(m.planned_end, birthday(m.birth, 18) - 30);
  m.will_move = w.draws.happens(p.moves);
  m.will_withdraw = w.draws.happens(p.consent_withdrawn);
  m.will_demand = w.draws.happens(p.closure_demanded);
  m.will_break_glass = w.draws.happens(p.break_glass);
  m.will_ask_rights = w.draws.happens(p.rights_request);
  m.will_correct = w.draws.happens(p.correction);
}

}  // namespace

const Service* further_service(CaseWriter& w) {
  const CaseModel& m = w.model;
  constexpr std::array kSmall = {"ppt", "healthStation", "barnevern", "gp"};
  constexpr std::array kLarge = {"ppt", "schoolHealth", "barnevern", "youth", "bup", "gp"};
  constexpr std::array kPregnant = {"gp", "adultHealth", "nav", "barnevern"};
  const int age = m.age(w.today());
  const std::span<const char* const> kinds =
      m.pregnant
          ? std::span<const char* const>(kPregnant)
          : (age < 6 ? std::span<const char* const>(kSmall) : std::span<const char* const>(kLarge));
  std::vector<const Service*> free;
  for (const char* kind : kinds) {
    const Service& service = w.town.of_kind(kind, w.draws);
    if (service.id != m.home->id && !m.covered(service.id) && !m.is_unwelcome(service.id))
      free.push_back(&service);
  }
  return free.empty() ? nullptr : w.draws.pick(free);
}

void take_in(CaseWriter& w, const Service& service) {
  Participation one{w.local_id("p"), service.id, {}};
  json::object data{
      {"participant", one.id}, {"service", service.id}, {"task", w.text(Topic::task)}};
  if (w.draws.happens(7000)) {
    one.person = w.draws.pick(service.employees);
    data["person"] = one.person;
  }
  w.write("ParticipantAdded", w.model.holder, std::move(data));
  w.model.participants.push_back(std::move(one));
}

void write_opening(CaseWriter& w) {
  CaseModel& m = w.model;
  w.on_workday(w.draws.between(1, 3));
  link_family(w);
  if (w.draws.happens(2500)) {
    w.minutes(5, 30);
    w.write("HolderAppointed", m.home->leader,
            {{"person", m.author},
             {"service", m.home->id},
             {"basis", w.text(Topic::reason)},
             {"familyWish", "followed"}});
  }
  w.minutes(5, 20);
  const std::vector<const Service*> others = services_for(w);
  std::vector<std::string> asked = {m.home->id};
  for (const Service* service : others) asked.push_back(service->id);
  ask_consent(w, m.author, asked, OpensLog::yes);
  w.on_workday(w.draws.between(0, 3));
  open_log(w);
  look_ahead(w);
  for (const Service* service : others) {
    w.minutes(2, 10);
    take_in(w, *service);
  }
  m.next_round =
      w.today() + w.draws.between(w.parameters.round_days_min, w.parameters.round_days_max);
  w.on_workday(w.draws.between(0, 4));
  m.goal = w.local_id("g");
  w.write("GoalSet", m.holder,
          {{"goal", m.goal}, {"area", "social"}, {"text", w.text(Topic::goal)}});
  const std::uint32_t count = 1 + w.draws.below(w.parameters.measures_first_max);
  for (std::uint32_t i = 0; i < count; ++i) {
    w.minutes(5, 20);
    plan_measure(w);
  }
  if (m.level == 3) assess_plan_right(w);
}

}  // namespace stafett::bti
