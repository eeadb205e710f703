#include "projections/state/case_json.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "engine/base/clock.h"
#include "projections/catalogue/enum_name.h"
#include "projections/state/consent.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

json::value date(std::int32_t days) {
  return days == kNoDate ? json::value(nullptr) : json::value(Date{days}.to_text());
}
json::value text(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}
json::value flag(schema::Flag flag) {
  if (flag == schema::Flag::ABSENT) return nullptr;
  return flag == schema::Flag::YES;
}
// Absent is null.
template <class Enum>
json::value name(Enum value) {
  return text(enum_name(value));
}

json::array sorted(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  json::array out;
  for (std::string& one : texts) out.emplace_back(one);
  return out;
}

// Objects print their keys in the order of insertion: this puts them in order, all the way down.
json::value in_byte_order(const json::value& value) {
  if (value.is_array()) {
    json::array out;
    for (const json::value& one : value.get_array()) out.push_back(in_byte_order(one));
    return out;
  }
  if (!value.is_object()) return value;
  std::vector<const json::key_value_pair*> pairs;
  for (const json::key_value_pair& pair : value.get_object()) pairs.push_back(&pair);
  std::sort(pairs.begin(), pairs.end(), [](const auto* a, const auto* b) {
    return std::string_view(a->key()) < std::string_view(b->key());
  });
  json::object out;
  for (const json::key_value_pair* pair : pairs)
    out.emplace(pair->key(), in_byte_order(pair->value()));
  return out;
}

class Printer {
 public:
  Printer(const CaseState& state, TimeUs as_of, const ProfileHistory& profiles,
          const LabelResolver& labels)
      : state_(state),
        day_(local_date(as_of)),
        point_(Moment::after_all(as_of)),
        consent_(state, profiles.in_force(day_).profile, profiles),
        labels_(labels) {}

  json::object print() {
    json::object out;
    out["case"] = labels_.case_id(state_.id);
    concern(out);
    baton(out);
    family(out);
    consents(out);
    work(out);
    meetings(out);
    neighbours(out);
    closing(out);
    counts(out);
    return in_byte_order(out).get_object();
  }

 private:
  json::value person(const ActorId& id) const {
    return id.is_zero() ? json::value(nullptr) : json::value(labels_.person(id));
  }
  json::value service(ServiceNo number) const { return text(state_.service_name(number)); }
  json::array services(const std::vector<ServiceNo>& numbers) const {
    std::vector<std::string> names;
    for (const ServiceNo number : numbers) names.emplace_back(state_.service_name(number));
    return sorted(std::move(names));
  }
  void concern(json::object& out) const;
  void baton(json::object& out) const;
  void family(json::object& out) const;
  json::object consent(const Consent& one) const;
  void consents(json::object& out) const;
  void work(json::object& out) const;
  void meetings(json::object& out) const;
  void neighbours(json::object& out) const;
  void closing(json::object& out) const;
  void counts(json::object& out) const;

  const CaseState& state_;
  Date day_;
  Moment point_;
  ConsentView consent_;
  const LabelResolver& labels_;
};

void Printer::concern(json::object& out) const {
  static constexpr std::string_view kPhases[] = {"",       "clarifying", "consenting", "active",
                                                 "closed", "archived",   "ended"};
  out["phase"] = text(kPhases[static_cast<std::size_t>(state_.phase)]);
  out["level"] = state_.level < 0 ? json::value(nullptr) : json::value(state_.level);
  out["decidedLevel"] =
      state_.decided_level < 0 ? json::value(nullptr) : json::value(state_.decided_level);
  out["subject"] = nullptr;
  if (state_.raised)
    out["subject"] = {{"person", person(state_.subject)},
                      {"kind", name(state_.subject_kind)},
                      {"birthDate", date(state_.birth_date)}};
  out["homeService"] = service(state_.home_service);
  out["raisedOn"] = date(state_.raised_on);
  out["openedOn"] = date(state_.opened_on);
  out["closedOn"] = date(state_.closed_on);
}

void Printer::baton(json::object& out) const {
  out["holder"] = nullptr;
  if (state_.has_holder)
    out["holder"] = {{"person", person(state_.latest_holder->person)},
                     {"service", service(state_.latest_holder->service)},
                     {"since", date(state_.latest_holder->since)}};
  out["pendingOffer"] = nullptr;
  if (const auto& offer = state_.pending_offer)
    out["pendingOffer"] = {{"offer", offer->id},
                           {"to", person(offer->to)},
                           {"service", service(offer->service)},
                           {"on", date(offer->on)}};
}

void Printer::family(json::object& out) const {
  json::object guardians;
  for (const Guardian& one : state_.guardians) {
    if (!one.linked || one.person.is_zero()) continue;
    guardians[labels_.person(one.person)] = {{"relation", name(one.relation)},
                                             {"responsibility", one.links.back().responsibility},
                                             {"access", one.access},
                                             {"exempted", one.exempted != kNever}};
  }
  out["guardians"] = std::move(guardians);
  json::array agreements;
  for (const Agreement& one : state_.agreements) {
    std::vector<std::string> persons;
    for (const ActorId& id : one.persons) persons.push_back(labels_.person(id));
    agreements.push_back({{"about", name(one.about)},
                          {"persons", sorted(std::move(persons))},
                          {"on", date(one.on)}});
  }
  out["agreements"] = std::move(agreements);
  json::array demands;
  for (const ClosureDemand& one : state_.closure_demands)
    demands.push_back({{"by", person(one.by)}, {"on", date(one.on)}});
  out["closureDemands"] = std::move(demands);
}

json::object Printer::consent(const Consent& one) const {
  const Date end = consent_.effective_end(one);
  const bool withdrawn = ConsentView::withdrawn_at(one) != kNever;
  std::vector<ServiceNo> taken;
  bool whole = false;
  for (const Withdrawal& withdrawal : one.withdrawals) {
    whole = whole || withdrawal.whole;
    for (const ServiceNo number : withdrawal.services)
      if (std::find(one.services.begin(), one.services.end(), number) != one.services.end())
        taken.push_back(number);
  }
  const char* status = "active";
  if (withdrawn)
    status = "withdrawn";
  else if (consent_.replaced_at(one, point_) != kNever)
    status = "replaced";
  else if (day_ > end)
    status = "expired";
  else if (day_ < Date{one.from})
    status = "notYet";
  return {{"consenter", person(one.consenter)},
          {"services", services(one.services)},
          {"openLog", one.open_log},
          {"form", name(one.form)},
          {"from", date(one.from)},
          {"to", end.to_text()},
          {"status", status},
          {"withdrawnServices", services(whole ? one.services : taken)}};
}

void Printer::consents(json::object& out) const {
  json::object consents;
  std::vector<ServiceNo> named;
  const auto add = [&](const std::vector<ServiceNo>& numbers) {
    named.insert(named.end(), numbers.begin(), numbers.end());
  };
  for (const Consent& one : state_.consents) {
    consents[one.id] = consent(one);
    add(one.services);
  }
  out["consents"] = std::move(consents);
  json::array refusals;
  for (const ConsentRefusal& one : state_.refusals) {
    refusals.push_back({{"consenter", person(one.consenter)},
                        {"services", services(one.services)},
                        {"openLog", one.open_log},
                        {"on", date(one.on)}});
    add(one.services);
  }
  out["refusals"] = std::move(refusals);
  for (const Participant& one : state_.participants) add({one.service});
  out["logCoverage"] = status_name(consent_.status(Scope::open_log(), point_));
  json::object coverage;
  for (const ServiceNo number : named) {
    const std::string_view service = state_.service_name(number);
    if (!service.empty())
      coverage[service] = status_name(consent_.status(Scope::service(service), point_));
  }
  out["coverage"] = std::move(coverage);
}

void Printer::work(json::object& out) const {
  static constexpr const char* kStatus[] = {"planned", "running", "ended"};
  json::object participants;
  for (const Participant& one : state_.participants)
    participants[one.id] = {{"service", service(one.service)},
                            {"person", person(one.person)},
                            {"task", text(one.task)},
                            {"since", date(one.since)},
                            {"until", date(one.until)}};
  out["participants"] = std::move(participants);
  json::object goals;
  for (const Goal& one : state_.goals)
    goals[one.id] = {
        {"area", name(one.area)}, {"text", text(one.text)}, {"status", name(one.status)}};
  out["goals"] = std::move(goals);
  json::object measures;
  for (const Measure& one : state_.measures) {
    std::vector<std::string> arena;
    for (unsigned bit = 1; bit < 8; ++bit)
      if ((one.arena >> bit & 1u) != 0)
        arena.emplace_back(name(static_cast<schema::Arena>(bit)).as_string());
    measures[one.id] = {{"title", text(one.title)},
                        {"area", name(one.area)},
                        {"arena", sorted(std::move(arena))},
                        {"service", service(one.service)},
                        {"responsible", person(one.responsible)},
                        {"status", kStatus[static_cast<std::size_t>(one.status)]},
                        {"startedOn", date(one.started_on)},
                        {"evaluateBy", date(one.evaluate_by)},
                        {"reschedules", one.reschedules},
                        {"evaluations", one.evaluations},
                        {"lastEffect", name(one.last_effect)},
                        {"endedOn", date(one.ended_on)},
                        {"goal", text(one.goal)},
                        {"schoolDuty", one.school_duty}};
  }
  out["measures"] = std::move(measures);
}

void Printer::meetings(json::object& out) const {
  json::object meetings;
  for (const Meeting& one : state_.meetings)
    meetings[one.id] = {{"kind", name(one.kind)},
                        {"status", one.held ? "held" : "called"},
                        {"date", date(one.date)},
                        {"nextDate", date(one.next_date)},
                        {"minutes", one.minutes}};
  out["meetings"] = std::move(meetings);
  json::object hearings;
  for (const Hearing& one : state_.hearings)
    hearings[one.id] = {{"on", date(one.on)}, {"how", name(one.how)}};
  out["hearings"] = std::move(hearings);
}

void Printer::neighbours(json::object& out) const {
  out["flags"] = {{"protection", state_.protection},
                  {"schoolEnvironment", state_.school_environment},
                  {"stalled", state_.stalled}};
  out["schoolPlanComplete"] = state_.school_plan_complete;
  const Ip& ip = state_.ip;
  json::value coordinator = nullptr;
  if (ip.coordinator_named)
    coordinator = {{"person", person(ip.coordinator)},
                   {"service", service(ip.coordinator_service)}};
  out["ip"] = {{"assessedOn", date(ip.assessed_on)},
               {"entitled", flag(ip.entitled)},
               {"grantedOn", date(ip.granted_on)},
               {"wanted", flag(ip.wanted)},
               {"wantsCoordinator", flag(ip.wants_coordinator)},
               {"coordinator", std::move(coordinator)}};
  json::object reports;
  for (const Report& one : state_.reports) {
    json::array feedback;
    for (const auto kind : one.feedback) feedback.push_back(name(kind));
    reports[one.id] = {
        {"to", name(one.to)}, {"on", date(one.on)}, {"feedback", std::move(feedback)}};
  }
  out["reports"] = std::move(reports);
  out["escalatedOn"] = date(state_.escalated_on);
  json::array planned, occurred;
  for (const Transition& one : state_.transitions)
    if (one.planned)
      planned.push_back({{"kind", name(one.kind)}, {"date", date(one.date)}, {"on", date(one.on)}});
    else
      occurred.push_back({{"kind", name(one.kind)}, {"on", date(one.on)}});
  out["transitions"] = {{"planned", std::move(planned)}, {"occurred", std::move(occurred)}};
}

void Printer::closing(json::object& out) const {
  static constexpr const char* kArchive[] = {"none", "sent", "receipted", "failed"};
  out["closure"] = nullptr;
  if (state_.closed != kNever)
    out["closure"] = {{"reason", name(state_.closing_reason)}, {"on", date(state_.closed_on)}};
  out["archive"] = {{"status", kArchive[static_cast<std::size_t>(state_.archive)]},
                    {"message", text(state_.archive_message)},
                    {"on", date(state_.archive_on)}};
  json::object transfers;
  for (const Transfer& one : state_.transfers)
    transfers[one.id] = {
        {"to", one.to}, {"offeredOn", date(one.offered_on)}, {"acceptedOn", date(one.accepted_on)}};
  out["transfers"] = std::move(transfers);
  json::object rights;
  for (const RightsRequest& one : state_.rights)
    rights[one.id] = {{"kind", name(one.kind)},
                      {"on", date(one.on)},
                      {"outcome", name(one.outcome)},
                      {"answeredOn", date(one.answered_on)}};
  out["rights"] = std::move(rights);
}

void Printer::counts(json::object& out) const {
  out["exemptions"] = state_.exemptions;
  out["notes"] = state_.notes;
  out["attachments"] = state_.attachments;
  std::vector<std::string> restricted;
  for (const Restriction& one : state_.restrictions)
    if (one.in_force(day_.days())) restricted.push_back(labels_.event(one.target));
  out["restricted"] = sorted(std::move(restricted));
  out["events"] = state_.events;
  out["lastEventAt"] =
      state_.events == 0 ? json::value(nullptr) : json::value(to_text(state_.last_event_at));
}

}  // namespace

json::object to_json(const CaseState& state, TimeUs as_of, const ProfileHistory& profiles,
                     const LabelResolver& labels) {
  return Printer(state, as_of, profiles, labels).print();
}

}  // namespace stafett::bti
