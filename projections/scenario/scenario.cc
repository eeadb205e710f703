#include "projections/scenario/scenario.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "projections/catalogue/registry.h"
#include "projections/recorder/json_event.h"
#include "projections/scenario/event_data.h"
#include "projections/scenario/expectations.h"
#include "projections/scenario/strict_object.h"

namespace stafett::bti {
namespace {

using boost::json::value;

std::string at_index(std::string_view list, std::size_t index) {
  return "/" + std::string{list} + "/" + std::to_string(index);
}

class ScenarioParser final {
 public:
  Result<Scenario> parse(const value& json);

 private:
  void read_days(const std::string& day0);
  void read_profile(const boost::json::object& overrides);
  void read_services(const boost::json::object& services);
  void read_people(const boost::json::object& people);
  void learn_types(const boost::json::array& events);
  void read_event(const value& json, std::size_t index);
  void read_read(const value& json, std::size_t index);
  TimeUs instant(StrictObject& from, std::string_view day_key, std::int64_t day,
                 const std::string& time);
  std::string new_label(StrictObject& from, const std::string& otherwise);

  Scenario scenario_;
  FileFault fault_;
  std::map<std::string, std::string, std::less<>> type_of_;  // label -> type
  std::set<std::string> labels_;
};

void ScenarioParser::read_days(const std::string& day0) {
  const std::optional<Date> date = Date::parse(day0);
  if (!date || date->year() < 1970) return fault_.set("/day0", "not a date from 1970 on");
  scenario_.days = ScenarioDays{*date};
}

void ScenarioParser::read_profile(const boost::json::object& overrides) {
  const ProfileResult<Profile> profile = with_changes(Profile{}, overrides);
  if (!profile) return fault_.set("/profile", profile.error().detail);
  scenario_.profile = *profile;
}

void ScenarioParser::read_services(const boost::json::object& services) {
  for (const auto& [id, json] : services) {
    StrictObject one{json, "/services/" + std::string{id}, fault_};
    scenario_.services.push_back({id, one.text("kind")});
    one.done();
  }
  const FieldInfo* kind = registry().find("ServiceRegistered")->field("kind");
  for (std::size_t i = 1; i < kind->enum_values.size(); ++i)  // [0] is absent
    if (!services.contains(kind->enum_values[i]))
      scenario_.services.push_back(
          {std::string{kind->enum_values[i]}, std::string{kind->enum_values[i]}});
}

void ScenarioParser::read_people(const boost::json::object& people) {
  for (const auto& [label, json] : people) {
    StrictObject one{json, "/people/" + std::string{label}, fault_};
    Scenario::Person person{label, {}, std::nullopt};
    if (one.require("roles")) person.roles = one.list("roles");
    if (one.has("service")) person.service = one.text("service");
    one.text_or("note", "");
    one.done();
    scenario_.people.push_back(std::move(person));
  }
}

// Corrections name their target by label: its type says which of the changes are dates.
void ScenarioParser::learn_types(const boost::json::array& events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const boost::json::object* event = events[i].if_object();
    const value* type = event ? event->if_contains("type") : nullptr;
    if (!type || !type->is_string()) continue;
    const value* id = event->if_contains("id");
    const std::string label =
        id && id->is_string() ? std::string{id->get_string()} : "e" + std::to_string(i);
    type_of_.emplace(label, type->get_string());
  }
}

TimeUs ScenarioParser::instant(StrictObject& from, std::string_view day_key, std::int64_t day,
                               const std::string& time) {
  if (!scenario_.days.holds(day)) {
    from.fail(day_key, "too far from day 0, or before 1970");
    return {};
  }
  scenario_.last_day = std::max(scenario_.last_day, day);
  const std::optional<TimeUs> at = scenario_.days.at(day, time);
  if (!at) from.fail("time", "not HH:MM");
  return at.value_or(TimeUs{});
}

std::string ScenarioParser::new_label(StrictObject& from, const std::string& otherwise) {
  std::string label = from.text_or("id", otherwise);
  if (!labels_.insert(label).second) from.fail("id", "the label is taken");
  return label;
}

void ScenarioParser::read_event(const value& json, std::size_t index) {
  StrictObject from{json, at_index("events", index), fault_};
  ScenarioEvent event;
  event.label = new_label(from, "e" + std::to_string(index));
  event.type = from.text("type");
  event.by = from.text("by");
  const std::int64_t day = from.number("day");
  const std::int64_t recorded_day = from.number_if("recordedDay").value_or(day);
  const std::string time = from.text_or("time", "12:00");
  event.occurred_at = instant(from, "day", day, time);
  event.recorded_at = instant(from, "recordedDay", recorded_day, time);
  const std::string mode = from.text_or("mode", "live");
  bool known_mode = false;
  for (const Mode one : {Mode::live, Mode::paper_backfill, Mode::imported})
    if (mode_name(one) == mode) {
      event.mode = one;
      known_mode = true;
    }
  if (!known_mode) from.fail("mode", "live, paperBackfill or imported");
  const EventInfo* info = registry().find(std::string_view{event.type});
  const bool in_case =
      !info || info->stream == StreamKind::case_ || info->stream == StreamKind::access;
  if (!in_case && from.has("case")) from.fail("case", "the type belongs to no case");
  if (in_case) event.case_label = from.text_or("case", "case");
  from.require("data");
  event.data = event_data(event.type, from.object("data"), scenario_.days,
                          [this](std::string_view label) -> std::string_view {
                            const auto found = type_of_.find(label);
                            return found == type_of_.end() ? std::string_view{} : found->second;
                          });
  from.done();
  scenario_.events.push_back(std::move(event));
}

void ScenarioParser::read_read(const value& json, std::size_t index) {
  StrictObject from{json, at_index("reads", index), fault_};
  ScenarioEvent event;
  event.label = new_label(from, "r" + std::to_string(index));
  event.type = "EntryRead";
  event.by = from.text("by");
  event.case_label = from.text_or("case", "case");
  event.occurred_at = instant(from, "day", from.number("day"), from.text_or("time", "12:00"));
  event.recorded_at = event.occurred_at;
  boost::json::object data{{"reader", event.by},
                           {"capacity", from.text("capacity")},
                           {"purpose", from.text("purpose")},
                           {"visit", event.label}};
  const auto person = std::ranges::find(scenario_.people, event.by, &Scenario::Person::label);
  if (from.has("service"))
    data["service"] = from.text("service");
  else if (person != scenario_.people.end() && person->service)
    data["service"] = *person->service;
  if (const value* entries = from.find("entries")) data["entries"] = *entries;
  event.data = event_data(event.type, data, scenario_.days, [](std::string_view) { return ""; });
  from.done();
  scenario_.events.push_back(std::move(event));
}

Result<Scenario> ScenarioParser::parse(const value& json) {
  StrictObject from{json, "", fault_};
  scenario_.name = from.text("name");
  from.text_or("description", "");
  read_days(from.text("day0"));
  if (from.text_or("timezone", "Europe/Oslo") != "Europe/Oslo")
    from.fail("timezone", "only Europe/Oslo");
  read_profile(from.object("profile"));
  read_services(from.object("services"));
  from.require("people");
  read_people(from.object("people"));
  from.require("events");
  const boost::json::array& events = from.list("events");
  learn_types(events);
  for (std::size_t i = 0; i < events.size(); ++i) read_event(events[i], i);
  for (std::size_t i = 1; i < scenario_.events.size(); ++i)
    if (scenario_.events[i].recorded_at < scenario_.events[i - 1].recorded_at)
      fault_.set(at_index("events", i), "recorded before the event above it");
  const boost::json::array& reads = from.list("reads");
  for (std::size_t i = 0; i < reads.size(); ++i) read_read(reads[i], i);
  // Reads were put last: a stable sort keeps them after the events of the same instant.
  std::ranges::stable_sort(scenario_.events, {}, &ScenarioEvent::recorded_at);
  read_expectations(from.list("evaluate"), from.object("expect"), scenario_, fault_);
  from.done();
  if (fault_.error()) return *fault_.error();
  return std::move(scenario_);
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text) {
  if (text.size() > kScenarioBytesMax) return Error{Errc::too_large, "a scenario file"};
  boost::system::error_code error;
  const value json = boost::json::parse(text, error);
  if (error) return Error{Errc::malformed, "not JSON: " + error.message()};
  return ScenarioParser{}.parse(json);
}

}  // namespace stafett::bti
