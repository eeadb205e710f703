// F05-F08, F37, F38, F49: what must be in place when the log is opened, and soon afterwards.

#include <algorithm>
#include <boost/json/array.hpp>

#include "projections/simulate/planters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int32_t kYouthDays = 30;   // youthRenewDays
constexpr std::int32_t kAccessDays = 3;   // guardianAccessDays
constexpr std::int32_t kAssessDays = 30;  // ipAssessDays
constexpr int kPlanLevel = 3;             // from which the right to a plan is assessed

// The consents to the log that lie before its opening.
std::vector<Step*> consents_to_open(Planting& p, const Step& opened) {
  std::vector<Step*> out;
  for (Step* granted : p.all("ConsentGranted"))
    if (granted->occurred_at.value() < opened.occurred_at.value()) out.push_back(granted);
  return out;
}

void erase_item(Step& step, std::string_view key, std::string_view item) {
  json::array kept;
  for (const json::value& one : step.data.at(key).as_array())
    if (std::string_view(one.as_string()) != item) kept.push_back(one);
  step.data[key] = std::move(kept);
}

// With the note of an oral consent.
std::vector<Step*> with_note(Planting& p, Step& granted) {
  std::vector<Step*> out = {&granted};
  for (Step* note : p.all("OralConsentNoted"))
    if (text_of(*note, "consent") == text_of(granted, "consent")) out.push_back(note);
  return out;
}

}  // namespace

// Everybody consents to the services, nobody to the log.
bool plant_f05(Planting& p) {
  Step* opened = p.opened();
  if (!opened) return false;
  for (Step* granted : consents_to_open(p, *opened)) granted->data["openLog"] = false;
  opened->mode = kPaper;
  p.truth(5, id_of(*opened));
  return true;
}

// One of the guardians consents to the services, not to the log.
bool plant_f06(Planting& p) {
  const Step* opened = p.opened();
  if (!opened) return false;
  // Another one's consent must be left.
  if (p.consenters_on(day_of(*opened)).size() < 2) return false;
  for (Step* granted : consents_to_open(p, *opened)) {
    const std::string consenter(text_of(*granted, "consenter"));
    if (consenter == p.family.subject.label) continue;
    granted->data["openLog"] = false;
    p.truth(6, id_of(*opened) + ":" + consenter);
    return true;
  }
  return false;
}

// The youth is asked when the log has just been opened.
bool plant_f07(Planting& p) {
  Step* opened = p.opened();
  if (!opened || p.family.pregnant || p.family.age(day_of(*opened)) < kAgeOwnConsent) return false;
  for (Step* granted : consents_to_open(p, *opened)) {
    if (text_of(*granted, "consenter") != p.family.subject.label) continue;
    erase_item(*opened, "consents", text_of(*granted, "consent"));
    TimeUs at{opened->recorded_at.value()};
    for (Step* step : with_note(p, *granted)) {
      at = TimeUs{at.value() + kJustAfterUs};
      p.move(*step, at, step->actor);
    }
    p.truth(7, id_of(*opened));
    return true;
  }
  return false;
}

// The youth is asked in time, and answers late or not at all.
bool plant_f08(Planting& p) {
  const Step* opened = p.opened();
  if (!opened || p.family.pregnant) return false;
  const Date birth = birthday(p.family.birth, kAgeOwnConsent);
  const Date deadline = birth + kYouthDays;
  if (birth <= day_of(*opened) || !p.passes(deadline, DeadlineRuns::open_log)) return false;
  Step* own = nullptr;
  for (Step* granted : p.all("ConsentGranted"))
    if (text_of(*granted, "consenter") == p.family.subject.label) {
      own = granted;
      break;
    }
  if (!own || own->occurred_at.value() < opened->occurred_at.value()) return false;
  const std::string consent(text_of(*own, "consent"));
  // While the youth has not answered, what the guardians said before the birthday goes on; nothing
  // about consents may come in between.
  Date until = p.open_until();
  for (const Step* step : p.all_steps()) {
    if (step->occurred_at.value() <= own->occurred_at.value()) continue;
    const bool consents = step->type.starts_with("Consent") || step->type == "LogClosed";
    if (consents) until = std::min(until, day_of(*step) - 1);
  }
  const bool untouched = until == p.last || (p.closed() && until == day_of(*p.closed()) - 1);
  const auto late = p.quiet(deadline + 1, std::min(deadline + kLateDaysMax, until));
  if (!late && !untouched) return false;
  TimeUs at = late.value_or(TimeUs{});
  for (Step* step : with_note(p, *own)) {
    if (late)
      p.move(*step, at, p.leader());
    else
      p.drop(*step);
    at = later(at, 20);
  }
  p.truth(8, id_of(*opened));
  return true;
}

bool plant_f37(Planting& p) {
  const Step* opened = p.opened();
  if (!opened) return false;
  const Date deadline = day_of(*opened) + kAccessDays;
  const std::vector<Step*> granted = p.all("GuardianAccessGranted");
  if (granted.empty() || !p.passes(deadline, DeadlineRuns::open_log)) return false;
  Step& step = *p.draws.pick(granted);
  const std::string guardian(text_of(step, "guardian"));
  const auto late = p.quiet(deadline + 1, std::min(deadline + kLateDaysMax, p.open_until()));
  const bool is_late = late && p.draws.happens(7000);
  for (Step* read : p.all("EntryRead"))
    if (text_of(*read, "reader") == guardian &&
        (!is_late || read->recorded_at.value() < late->value()))
      p.drop(*read);
  if (is_late)
    p.move(step, *late, p.leader());
  else
    p.drop(step);
  p.truth(37, guardian);
  return true;
}

// Nobody assesses the right to an individual plan.
bool plant_f38(Planting& p) {
  if (!p.has("IpAssessed")) return false;
  std::vector<const Step*> overdue;
  for (const Step* step : p.all_steps()) {
    const bool reaches =
        (step->type == "LogOpened" && step->data.at("level").as_int64() == kPlanLevel) ||
        (step->type == "LevelChanged" && step->data.at("to").as_int64() == kPlanLevel);
    if (!reaches) continue;
    const Date deadline = day_of(*step) + kAssessDays;
    if (p.passes(deadline, DeadlineRuns::open_log) &&
        p.level_at(end_of_day(deadline)) == kPlanLevel)
      overdue.push_back(step);
  }
  if (overdue.empty()) return false;
  for (Step* step : p.all("IpAssessed")) p.drop(*step);
  for (const Step* step : overdue) p.truth(38, id_of(*step));
  const Date late = day_of(*overdue.back()) + kAssessDays + 1;
  const auto at = p.quiet(late, std::min(late + kLateDaysMax, p.open_until()));
  if (at && p.draws.happens(5000))
    p.add(*at, "IpAssessed", p.town.coordinator(), {{"entitled", false}});
  return true;
}

// The log is opened on a consent of an earlier case, or on none.
bool plant_f49(Planting& p) {
  Step* opened = p.opened();
  if (!opened) return false;
  json::array reused;
  if (p.draws.happens(6000)) reused.emplace_back("x-forrige-sak");
  opened->data["consents"] = std::move(reused);
  opened->mode = kPaper;
  p.truth(49, id_of(*opened));
  return true;
}

}  // namespace stafett::bti
