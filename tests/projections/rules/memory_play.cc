#include "tests/projections/rules/memory_play.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cctype>

#include "engine/base/check.h"
#include "engine/base/clock.h"

namespace stafett::bti::test {

namespace json = boost::json;

namespace {

std::string string_or(const json::object& from, std::string_view key, std::string_view otherwise) {
  const json::value* found = from.if_contains(key);
  return std::string(found ? std::string_view(found->as_string()) : otherwise);
}
const json::array& list(const json::object& from, std::string_view key) {
  static const json::array kNone;
  const json::value* found = from.if_contains(key);
  return found ? found->as_array() : kNone;
}

// "D12", "D-3", "D12T09:30"
struct DayText {
  std::int64_t day;
  std::string time;
};
std::optional<DayText> day_text(std::string_view text) {
  if (text.size() < 2 || text[0] != 'D') return std::nullopt;
  std::size_t i = text[1] == '-' ? 2 : 1;
  const std::size_t digits = i;
  while (i < text.size() && std::isdigit(static_cast<unsigned char>(text[i]))) ++i;
  if (i == digits) return std::nullopt;
  const std::int64_t day = std::stoll(std::string(text.substr(1, i - 1)));
  if (i == text.size()) return DayText{day, ""};
  if (text[i] != 'T' || text.size() != i + 6) return std::nullopt;
  return DayText{day, std::string(text.substr(i + 1))};
}

}  // namespace

MemoryPlay::MemoryPlay(const json::object& scenario)
    : scenario_(scenario), day0_(*Date::parse(string_or(scenario, "day0", "2026-01-12"))) {
  Profile profile;
  if (const json::value* overrides = scenario_.if_contains("profile")) {
    auto changed = bti::with_changes(profile, overrides->as_object());
    CHECK(changed.has_value());
    profile = *changed;
  }
  log_ = std::make_unique<MemoryLog>(profile);
  const EventInfo* service = registry().find("ServiceRegistered");
  for (const std::string_view kind : service->field("kind")->enum_values)
    if (!kind.empty() && kind != "absent") log_->add_service(kind, kind);
  if (const json::value* services = scenario_.if_contains("services"))
    for (const auto& [id, one] : services->as_object())
      log_->add_service(id, one.at("kind").as_string());
  log_->add_person("system", {"system"}, "");
  for (const auto& [label, one] : scenario_.at("people").as_object())
    log_->add_person(label, one.at("roles").as_array(), string_or(one.as_object(), "service", ""));
}

TimeUs MemoryPlay::at(std::int64_t day, std::string_view time) const {
  const int hours = std::stoi(std::string(time.substr(0, 2)));
  const int minutes = std::stoi(std::string(time.substr(3, 2)));
  return local_time(day0_ + static_cast<std::int32_t>(day), hours * 60 + minutes);
}
TimeUs MemoryPlay::end_of(std::int64_t day) const {
  return end_of_day(day0_ + static_cast<std::int32_t>(day));
}

json::value MemoryPlay::with_days(const json::value& value) const {
  if (value.is_object()) {
    json::object out;
    for (const auto& [key, one] : value.get_object()) out[key] = with_days(one);
    return out;
  }
  if (value.is_array()) {
    json::array out;
    for (const json::value& one : value.get_array()) out.push_back(with_days(one));
    return out;
  }
  if (!value.is_string()) return value;
  const auto day = day_text(value.get_string());
  if (!day) return value;
  if (!day->time.empty()) return json::value(to_text(at(day->day, day->time)));
  return json::value((day0_ + static_cast<std::int32_t>(day->day)).to_text());
}

Command MemoryPlay::command_of(const json::object& event, std::size_t index) const {
  Command command;
  const std::string time = string_or(event, "time", "12:00");
  const std::int64_t day = event.at("day").as_int64();
  const json::value* recorded = event.if_contains("recordedDay");
  command.id = string_or(event, "id", "e" + std::to_string(index));
  command.case_label = string_or(event, "case", "case");
  command.type = string_or(event, "type", "");
  command.by = string_or(event, "by", "");
  command.occurred_at = at(day, time);
  command.recorded_at = at(recorded ? recorded->as_int64() : day, time);
  const std::string mode = string_or(event, "mode", "live");
  command.mode = mode == "live"            ? Mode::live
                 : mode == "paperBackfill" ? Mode::paper_backfill
                                           : Mode::imported;
  command.data = with_days(event.at("data")).as_object();
  return command;
}

Command MemoryPlay::command_of_read(const json::object& read, std::size_t index) const {
  Command command;
  command.id = string_or(read, "id", "r" + std::to_string(index));
  command.case_label = string_or(read, "case", "case");
  command.type = "EntryRead";
  command.by = string_or(read, "by", "");
  command.occurred_at = command.recorded_at =
      at(read.at("day").as_int64(), string_or(read, "time", "12:00"));
  const json::object& people = scenario_.at("people").as_object();
  std::string service = string_or(read, "service", "");
  if (service.empty())
    if (const json::value* person = people.if_contains(command.by))
      service = string_or(person->as_object(), "service", "");
  json::object& data = command.data;
  data["reader"] = command.by;
  if (!service.empty()) data["service"] = service;
  data["capacity"] = read.at("capacity");
  data["purpose"] = read.at("purpose");
  if (const json::value* entries = read.if_contains("entries")) data["entries"] = *entries;
  data["visit"] = command.id;
  return command;
}

void MemoryPlay::play() {
  std::vector<Command> commands;
  std::size_t index = 0;
  for (const json::value& event : list(scenario_, "events"))
    commands.push_back(command_of(event.as_object(), index++));
  index = 0;
  for (const json::value& read : list(scenario_, "reads"))
    commands.push_back(command_of_read(read.as_object(), index++));
  // Reads were put last: a stable sort keeps them after the events of the same instant.
  std::stable_sort(commands.begin(), commands.end(), [](const Command& a, const Command& b) {
    return a.recorded_at < b.recorded_at;
  });
  for (const Command& command : commands)
    if (auto refusal = log_->record(command)) rejected_.emplace(command.id, *refusal);
}

}  // namespace stafett::bti::test
