#include "projections/simulate/planting.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <unordered_map>

#include "engine/base/check.h"
#include "engine/base/encoding.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int64_t kMinuteUs = 60'000'000;
constexpr std::int64_t kDayUs = 24 * 60 * kMinuteUs;
constexpr std::int32_t kMorningFirst = 9 * 60, kMorningLast = 11 * 60;  // local
constexpr std::int32_t kGapDaysMax = 400;

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

}  // namespace

std::string id_of(const Step& step) {
  return to_uuid_text(step.id.view());
}

std::string_view text_of(const Step& step, std::string_view key) {
  const json::value* found = step.data.if_contains(key);
  return found && found->is_string() ? view(found->get_string()) : std::string_view();
}

bool has_field(const Step& step, std::string_view key) {
  return step.data.contains(key);
}

Date date_of(const Step& step, std::string_view key) {
  const auto date = Date::parse(text_of(step, key));
  CHECK(date.has_value());
  return *date;
}

bool names(const Step& step, std::string_view key, std::string_view item) {
  const json::value* list = step.data.if_contains(key);
  if (!list || !list->is_array()) return false;
  return std::any_of(list->get_array().begin(), list->get_array().end(), [&](const json::value& v) {
    return v.is_string() && view(v.get_string()) == item;
  });
}

TimeUs later(TimeUs at, std::int32_t minutes) {
  return TimeUs{at.value() + minutes * kMinuteUs};
}

bool is_substantive(const Step& step) {
  return !step.case_label.empty() && step.type != "EntryCorrected" &&
         step.type != "EntryRestricted" && step.type != "CompartmentReleased" &&
         step.type != "EntryRead" && step.type != "AccessReviewed" &&
         !step.type.starts_with("BreakGlass");
}

Planting::Planting(Script script, const CaseModel& told, const Town& town_given, std::uint64_t seed,
                   Date last_day)
    : family(told),
      town(town_given),
      last(last_day),
      draws(sub_seed(seed, "breach", told.index)),
      steps(std::move(script)),
      end_(end_of_day(last_day)) {
  finish();
}

Step* Planting::first(std::string_view type) {
  for (Step& step : steps)
    if (step.type == type) return &step;
  return nullptr;
}

std::vector<Step*> Planting::all(std::string_view type) {
  std::vector<Step*> out;
  for (Step& step : steps)
    if (step.type == type) out.push_back(&step);
  return out;
}

std::vector<Step*> Planting::all_steps() {
  std::vector<Step*> out;
  for (Step& step : steps)
    if (!is_dropped(step)) out.push_back(&step);
  return out;
}

Date Planting::open_until() {
  Date out = last;
  if (const Step* step = closed()) out = std::min(out, day_of(*step) - 1);
  if (const Step* step = first("ClosureDemanded")) out = std::min(out, day_of(*step) - 1);
  for (const Step* step : all("ConsentWithdrawn"))
    if (!has_field(*step, "services")) out = std::min(out, day_of(*step) - 1);
  return out;
}

bool Planting::passes(Date deadline, DeadlineRuns runs) {
  if (deadline + 1 > last) return false;
  const Step* end = runs == DeadlineRuns::open_log ? closed() : nullptr;
  return !end || day_of(*end) > deadline;
}

bool Planting::any_between(std::string_view type, Date from, Date to) {
  return std::any_of(steps.begin(), steps.end(), [&](const Step& step) {
    return step.type == type && from <= day_of(step) && day_of(step) <= to;
  });
}

bool Planting::is_silent_without(const Step& without) {
  std::optional<Date> before;
  for (const Step& step : steps) {
    if (&step == &without || !is_substantive(step)) continue;
    if (step.occurred_at.value() >= without.occurred_at.value())
      return before && day_of(step) - *before > kSilentDays;
    before = day_of(step);
  }
  return before && last - *before > kSilentDays;
}

Holding Planting::holder_at(TimeUs at) {
  Holding out;
  std::unordered_map<std::string, std::string> offered;  // offer -> service
  for (const Step& step : steps) {
    if (step.occurred_at.value() > at.value()) break;
    if (step.type == "LogOpened")
      out = {std::string(text_of(step, "holder")), std::string(text_of(step, "service"))};
    else if (step.type == "HolderAppointed")
      out = {std::string(text_of(step, "person")), std::string(text_of(step, "service"))};
    else if (step.type == "BatonOffered")
      offered[std::string(text_of(step, "offer"))] = text_of(step, "service");
    else if (step.type == "BatonAccepted")
      out = {std::string(text_of(step, "person")), offered[std::string(text_of(step, "offer"))]};
    else if (step.type == "HolderLeft" && text_of(step, "person") == out.person)
      out = {};
  }
  return out;
}

int Planting::level_at(TimeUs at) {
  std::int64_t out = 0;
  for (const Step& step : steps) {
    if (step.occurred_at.value() > at.value()) break;
    if (step.type == "LogOpened") out = step.data.at("level").as_int64();
    if (step.type == "LevelChanged") out = step.data.at("to").as_int64();
  }
  return static_cast<int>(out);
}

bool Planting::offer_pending_at(TimeUs at) {
  bool pending = false;
  for (const Step& step : steps) {
    if (step.occurred_at.value() > at.value()) break;
    if (step.type == "BatonOffered") pending = true;
    if (step.type == "BatonAccepted" || step.type == "BatonDeclined" ||
        step.type == "HolderAppointed")
      pending = false;
  }
  return pending;
}

std::vector<MeasureLife> Planting::measures() {
  std::vector<MeasureLife> out;
  for (Step& step : steps) {
    if (!step.type.starts_with("Measure") && step.type != "EvaluationRescheduled") continue;
    const std::string_view id = text_of(step, "measure");
    if (step.type == "MeasurePlanned") {
      out.push_back({std::string(id), {&step}, nullptr});
      continue;
    }
    for (MeasureLife& one : out) {
      if (one.id != id) continue;
      one.steps.push_back(&step);
      if (step.type == "MeasureEnded" || text_of(step, "decision") == "end") one.ended = &step;
    }
  }
  return out;
}

std::string Planting::responsible_at(const MeasureLife& measure, TimeUs at) {
  std::string out;
  for (const Step* step : measure.steps)
    if (step->occurred_at.value() <= at.value() && has_field(*step, "responsible"))
      out = text_of(*step, "responsible");
  return out;
}

std::vector<std::string> Planting::consenters_on(Date day) const {
  std::vector<std::string> out;
  for (const FamilyMember& guardian : family.guardians)
    if (guardian.responsible && !guardian.exempted) out.push_back(guardian.label);
  if (family.pregnant || family.age(day) >= kAgeOwnConsent) out.push_back(family.subject.label);
  return out;
}

std::string Planting::speaker_on(Date day) const {
  return consenters_on(day).back();
}

const Service* Planting::unknown_service() {
  constexpr std::array kKinds = {"nav", "adultHealth", "youth", "bup", "gp", "ppt", "schoolHealth"};
  std::vector<const Service*> free;
  for (const Service& service : town.services()) {
    if (std::find(kKinds.begin(), kKinds.end(), service.kind) == kKinds.end()) continue;
    const bool known = std::any_of(steps.begin(), steps.end(), [&](const Step& step) {
      return text_of(step, "service") == service.id || names(step, "services", service.id);
    });
    if (!known) free.push_back(&service);
  }
  return free.empty() ? nullptr : draws.pick(free);
}

bool Planting::is_busy(Date day) {
  return std::binary_search(busy_.begin(), busy_.end(), day.days());
}

std::optional<TimeUs> Planting::quiet(Date from, Date to) {
  std::vector<Date> days;
  for (Date day = from; day <= std::min(to, last); day = day + 1)
    if (is_working_day(day, {}) && !is_busy(day)) days.push_back(day);
  if (days.empty()) return std::nullopt;
  const auto time = draws.between(kMorningFirst, kMorningLast);
  return local_time(draws.pick(days), time);
}

std::optional<TimeUs> Planting::quiet_with(std::int32_t deadline_days) {
  const Step* open = opened();
  if (!open) return std::nullopt;
  return quiet(day_of(*open) + 1, open_until() - deadline_days - 1);
}

std::optional<Planting::Gap> Planting::gap(std::int32_t days_first, std::int32_t days_last) {
  const Step* open = opened();
  if (!open) return std::nullopt;
  const Date until = open_until();
  std::vector<std::pair<Date, Date>> found;
  std::int32_t still = 0;  // quiet days up to and with `day`
  for (Date day = day_of(*open) + 1; day <= until; day = day + 1) {
    still = is_busy(day) ? 0 : still + 1;
    if (!is_working_day(day, {})) continue;
    for (std::int32_t back = days_first; back <= std::min(days_last, still - 1); ++back)
      if (is_working_day(day - back, {})) found.emplace_back(day - back, day);
    if (found.size() > kGapDaysMax) break;
  }
  if (found.empty()) return std::nullopt;
  const auto& [first_day, second_day] = draws.pick(found);
  return Gap{local_time(first_day, draws.between(kMorningFirst, kMorningLast)),
             local_time(second_day, draws.between(kMorningFirst, kMorningLast))};
}

std::string Planting::add(TimeUs at, std::string_view type, std::string_view actor,
                          json::object data, std::string_view mode) {
  Step step;
  step.recorded_at = step.occurred_at = at;
  step.id = make_event_id(at, draws);
  step.case_label = family.label;
  step.type = type;
  step.actor = actor;
  step.data = std::move(data);
  step.mode = mode;
  added_.push_back(std::move(step));
  return id_of(added_.back());
}

std::string Planting::add_late(TimeUs at, TimeUs recorded, std::string_view type,
                               std::string_view actor, json::object data) {
  std::string out = add(recorded, type, actor, std::move(data));
  added_.back().occurred_at = at;
  return out;
}

std::string Planting::consent_to(TimeUs at, std::string_view consenter, const Service& service,
                                 Date to) {
  std::string consent = fresh("c");
  add(at, "ConsentGranted", leader(),
      {{"consent", consent},
       {"consenter", consenter},
       {"services", json::array{json::string(service.id)}},
       {"openLog", false},
       {"form", "written"},
       {"from", local_date(at).to_text()},
       {"to", to.to_text()},
       {"recipient", "service"},
       {"documentDigest", digest()},
       {"textVersion", "2024-1"}});
  return consent;
}

void Planting::lend(TimeUs at, const Service& service, std::int32_t days) {
  const Date day = local_date(at);
  for (const std::string& consenter : consenters_on(day)) {
    consent_to(at, consenter, service, day + days);
    at = later(at, 5);
  }
  for (const std::string& consenter : consenters_on(day)) {
    add(at, "ConsentRequested", leader(),
        {{"request", fresh("q")},
         {"consenter", consenter},
         {"services", json::array{json::string(service.id)}},
         {"openLog", false}});
    at = later(at, 5);
  }
}

void Planting::drop(Step& step) {
  step.type.clear();
}

void Planting::move(Step& step, TimeUs at, std::string_view actor) {
  step.recorded_at = step.occurred_at = at;
  step.id = make_event_id(at, draws);
  step.actor = actor;
}

void Planting::shift(Step& step, std::int32_t days) {
  step.occurred_at = TimeUs{step.occurred_at.value() + days * kDayUs};
  step.recorded_at = TimeUs{step.recorded_at.value() + days * kDayUs};
  step.id = make_event_id(step.recorded_at, draws);
}

void Planting::truth(int rule, std::string ref) {
  const std::string number = std::to_string(rule);
  findings.push_back(
      {family.label, std::string(number.size() < 2 ? "F0" : "F") + number, std::move(ref)});
}

void Planting::finish() {
  for (Step& step : added_) steps.push_back(std::move(step));
  added_.clear();
  std::erase_if(steps, [&](const Step& step) {
    return is_dropped(step) || step.recorded_at.value() > end_.value();
  });
  std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    return a.recorded_at.value() < b.recorded_at.value();
  });
  std::unordered_map<std::string, TimeUs> recorded;
  busy_.clear();
  std::erase_if(steps, [&](Step& step) {
    // Reads forget entries that are not there; corrections and restrictions of them do not happen.
    const auto is_there = [&](std::string_view id) { return recorded.contains(std::string(id)); };
    if (const json::value* entries = step.data.if_contains("entries");
        entries && step.type == "EntryRead" && !is_there(view(entries->at(0).get_string())))
      step.data.erase("entries");
    const bool of_entry = step.type == "EntryCorrected" || step.type == "EntryRestricted";
    if (of_entry && !is_there(text_of(step, "target"))) return true;
    recorded.emplace(id_of(step), step.recorded_at);
    busy_.push_back(day_of(step).days());
    busy_.push_back(local_date(step.recorded_at).days());
    return false;
  });
  std::sort(busy_.begin(), busy_.end());
  busy_.erase(std::unique(busy_.begin(), busy_.end()), busy_.end());
}

std::string Planting::fresh(std::string_view what) {
  return "x" + std::string(what) + std::to_string(++ids_);
}

std::string Planting::digest() {
  std::array<std::uint8_t, 32> bytes;
  draws.fill(bytes);
  return to_hex(bytes);
}

}  // namespace stafett::bti
