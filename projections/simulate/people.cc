#include "projections/simulate/people.h"

#include "engine/base/check.h"
#include "engine/base/encoding.h"
#include "projections/simulate/names.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int32_t kRegistryOpensMinute = 6 * 60;  // local
constexpr std::int64_t kRegistrationUs = 50'000;
constexpr std::int32_t kAuditAskedMinute = 9 * 60, kAuditApprovedMinute = 13 * 60;  // local
constexpr std::int32_t kAuditDays = 60;  // auditGrantMaxDays: 90

json::array texts(const std::vector<std::string>& from) {
  json::array out;
  for (const std::string& one : from) out.emplace_back(one);
  return out;
}

void directory_step(std::string_view type, json::object data, Draws& draws, TimeUs& at,
                    Script& out) {
  at = TimeUs{at.value() + kRegistrationUs};
  Step step;
  step.id = make_event_id(at, draws);
  step.recorded_at = step.occurred_at = at;
  step.type = type;
  step.actor = "admin";
  step.data = std::move(data);
  out.push_back(std::move(step));
}

// Numbers that belong to nobody: set aside for film and television.
std::string phone(Draws& draws) {
  // One after the other: within an expression each compiler has an order of its own.
  const int end = draws.between(100, 999);
  const int begin = draws.between(0, 9);
  return "+47 6805" + std::to_string(begin) + std::to_string(end);
}

Person adult(std::string label, std::vector<std::string> roles, std::string service, Date today,
             Draws& draws) {
  Person person{std::move(label), std::move(roles), std::move(service),
                Date{},           Sex::female,      {"nb"}};
  person.birth = today - draws.between(23 * 366, 64 * 365);
  person.sex = draws.happens(3000) ? Sex::male : Sex::female;
  return person;
}

}  // namespace

void register_person(const Person& person, Draws& draws, TimeUs& at, Script& out) {
  json::object registration{
      {"person", person.label}, {"roles", texts(person.roles)}, {"active", true}};
  if (!person.service.empty()) registration["service"] = person.service;
  directory_step("PersonRegistered", std::move(registration), draws, at, out);
  directory_step(
      "PersonDetailsRecorded",
      {{"person", person.label},
       {"name", synthetic_name(draws)},
       {"nationalId", synthetic_national_id(person.birth, person.sex, draws)},
       {"contact", {{"email", person.label + "@post.stafett.example"}, {"phone", phone(draws)}}},
       {"languages", texts(person.languages)}},
      draws, at, out);
}

Town::Town(std::uint64_t seed, const Parameters& parameters, Date from, Date to) {
  for (std::uint32_t i = 1; i <= parameters.schools; ++i) {
    const std::string n = std::to_string(i);
    found("school-" + n, "school", "Prøveskolen " + n, "Prøveskulen " + n, "Test school " + n);
  }
  for (std::uint32_t i = 1; i <= parameters.kindergartens; ++i) {
    const std::string n = std::to_string(i);
    found("kindergarten-" + n, "kindergarten", "Prøvebarnehagen " + n, "Prøvebarnehagen " + n,
          "Test kindergarten " + n);
  }
  found("health-station", "healthStation", "Helsestasjonen", "Helsestasjonen", "Health station");
  found("school-health", "schoolHealth", "Skolehelsetjenesten", "Skulehelsetenesta",
        "School health service");
  found("ppt", "ppt", "PP-tjenesten", "PP-tenesta", "Educational psychology");
  found("barnevern", "barnevern", "Barneverntjenesten", "Barneverntenesta", "Child welfare");
  found("youth", "youth", "Ungdomstjenesten", "Ungdomstenesta", "Youth service");
  found("nav", "nav", "NAV Testkommune", "NAV Testkommune", "Labour and welfare");
  found("bup", "bup", "BUP", "BUP", "Child psychiatry");
  found("gp", "gp", "Fastlegene", "Fastlegane", "General practitioners");
  found("adult-health", "adultHealth", "Rus og psykisk helse", "Rus og psykisk helse",
        "Adult mental health");
  found("coordinating-unit", "coordinatingUnit", "Koordinerende enhet", "Koordinerande eining",
        "Coordinating unit");
  found("police", "police", "Politiet", "Politiet", "Police");
  found("culture-school", "other", "Kulturskolen", "Kulturskulen", "School of arts");

  Draws draws(sub_seed(seed, "town", 0));
  TimeUs at = local_time(from, kRegistryOpensMinute);
  for (const Service& service : services_)
    directory_step("ServiceRegistered",
                   {{"service", service.id},
                    {"kind", service.kind},
                    {"names", {{"nb", service.nb}, {"nn", service.nn}, {"en", service.en}}}},
                   draws, at, directory_);
  for (Service& service : services_) staff(service, parameters, draws, at);
  officials(draws, at);
  for (int year = from.year(); year <= to.year(); ++year)
    if (const Date first = *Date::from_ymd(year, 4, 20); from < first && first <= to)
      let_in_auditor(first, draws);
}

void Town::let_in_auditor(Date first, Draws& draws) {
  while (!is_working_day(first, {})) first = first + 1;
  TimeUs at = local_time(first, kAuditAskedMinute);
  directory_step("AuditAccessGranted",
                 {{"grant", "tilsyn-" + std::to_string(first.year())},
                  {"auditor", auditor()},
                  {"allCases", true},
                  {"cases", json::array()},
                  {"from", first.to_text()},
                  {"to", (first + kAuditDays).to_text()},
                  {"ground", "Planlagt tilsyn."}},
                 draws, at, directory_);
  directory_.back().actor = dpo();
  const std::string granted = to_uuid_text(directory_.back().id.view());
  at = local_time(first, kAuditApprovedMinute);
  directory_step("AuditAccessApproved", {{"target", granted}}, draws, at, directory_);
  audits_.push_back(first);
}

// From the day after the approval.
bool Town::audits(Date day) const {
  for (const Date first : audits_)
    if (first < day && day - first <= kAuditDays) return true;
  return false;
}

void Town::found(std::string id, std::string kind, std::string nb, std::string nn, std::string en) {
  services_.push_back(
      {std::move(id), std::move(kind), std::move(nb), std::move(nn), std::move(en), {}, {}});
}

void Town::staff(Service& service, const Parameters& parameters, Draws& draws, TimeUs& at) {
  CHECK(parameters.employees_per_service >= 2);
  const Date today = local_date(at);
  service.leader = service.id + "-leder";
  register_person(adult(service.leader, {"employee", "leader"}, service.id, today, draws), draws,
                  at, directory_);
  for (std::uint32_t i = 1; i <= parameters.employees_per_service; ++i) {
    service.employees.push_back(service.id + "-" + std::to_string(i));
    register_person(adult(service.employees.back(), {"employee"}, service.id, today, draws), draws,
                    at, directory_);
  }
}

void Town::officials(Draws& draws, TimeUs& at) {
  const Date today = local_date(at);
  const struct {
    std::string_view label;
    const char* role;
    const char* service;
  } kOfficials[] = {{"admin-2", "admin", ""},   {archivist(), "archivist", ""},
                    {dpo(), "dpo", ""},         {coordinator(), "coordinator", "coordinating-unit"},
                    {auditor(), "auditor", ""}, {"statistikk-1", "reporter", ""}};
  for (const auto& one : kOfficials)
    register_person(adult(std::string(one.label), {one.role}, one.service, today, draws), draws, at,
                    directory_);
}

const Service& Town::of_kind(std::string_view kind, Draws& draws) const {
  std::vector<const Service*> found;
  for (const Service& service : services_)
    if (service.kind == kind) found.push_back(&service);
  CHECK(!found.empty());
  return *draws.pick(found);
}

const Service& Town::named(std::string_view id) const {
  for (const Service& service : services_)
    if (service.id == id) return service;
  CHECK(false);
  return services_.front();
}

}  // namespace stafett::bti
