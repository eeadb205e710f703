// F31-F36: hearing the child, meetings, and the time between.

#include <algorithm>
#include <boost/json/array.hpp>

#include "projections/simulate/planters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int32_t kMinutesDays = 7;  // minutesDays

bool child_is_heard_on(const Planting& p, Date day) {
  return !p.family.pregnant && p.family.age(day) >= kHeardFromAge;
}

bool is_before(const Step& a, const Step& b) {
  return a.occurred_at.value() < b.occurred_at.value();
}

// The evaluation meetings of the open log.
std::vector<Step*> meetings(Planting& p) {
  std::vector<Step*> out;
  for (Step* step : p.all("MeetingHeld"))
    if (text_of(*step, "kind") == "evaluation") out.push_back(step);
  return out;
}

std::vector<Step*> hearings(Planting& p) {
  std::vector<Step*> out = p.all("ChildHeard");
  for (Step* step : p.all("ChildHearingExempted")) out.push_back(step);
  std::sort(out.begin(), out.end(), [](const Step* a, const Step* b) { return is_before(*a, *b); });
  return out;
}

// The hearing of the meeting: the latest before it. Null: it is that of an earlier one.
Step* hearing_of(Planting& p, const Step& meeting, const Step* before) {
  Step* out = nullptr;
  for (Step* step : hearings(p))
    if (is_before(*step, meeting) && (!before || is_before(*before, *step))) out = step;
  return out;
}

// Where the window of an evaluation begins.
const Step* window_of(const MeasureLife& life, const Step& evaluated) {
  const Step* out = nullptr;
  for (const Step* step : life.steps) {
    if (step == &evaluated) break;
    const bool begins =
        step->type == "MeasureEvaluated" ||
        (step->type == "MeasureStarted" && (!out || out->type != "MeasureEvaluated"));
    if (begins || !out) out = step;
  }
  return out;
}

// The evaluations that looked at the hearing, now that it is gone: those that an earlier one is
// left for name it, the others are without.
void forget_hearing(Planting& p, const Step& gone) {
  const std::string id(text_of(gone, "hearing"));
  for (Step* step : p.all_steps())
    if (names(*step, "hearings", id)) step->data.erase("hearings");
  for (const MeasureLife& life : p.measures()) {
    for (Step* evaluated : life.steps) {
      if (evaluated->type != "MeasureEvaluated") continue;
      const Step* start = window_of(life, *evaluated);
      if (!is_before(*start, gone) || !is_before(gone, *evaluated)) continue;
      bool any = false;
      for (const Step* other : hearings(p)) {
        if (other == &gone || !is_before(*start, *other) || !is_before(*other, *evaluated))
          continue;
        any = true;
        if (other->type == "ChildHeard")
          evaluated->data["hearings"] = json::array{json::string(text_of(*other, "hearing"))};
      }
      if (!any) p.truth(31, id_of(*evaluated));
    }
  }
}

}  // namespace

// Nobody has talked with the child before the meeting and the evaluations that follow. A meeting
// that follows another is without a talk as well.
bool plant_f31(Planting& p) {
  std::vector<std::pair<Step*, Step*>> rounds;  // hearing, meeting
  const Step* before = nullptr;
  const std::vector<Step*> all = meetings(p);
  for (Step* meeting : all) {
    Step* hearing = hearing_of(p, *meeting, before);
    const bool evaluated = p.any_between("MeasureEvaluated", day_of(*meeting), day_of(*meeting));
    if (hearing && evaluated && child_is_heard_on(p, day_of(*hearing)) &&
        !p.is_silent_without(*hearing))
      rounds.emplace_back(hearing, meeting);
    before = meeting;
  }
  if (rounds.empty()) return false;
  const auto [hearing, meeting] = p.draws.pick(rounds);
  if (meeting != all.front()) p.truth(33, std::string(text_of(*meeting, "meeting")));
  forget_hearing(p, *hearing);
  p.drop(*hearing);
  return true;
}

// The child is heard, and it is not weighed.
bool plant_f32(Planting& p) {
  std::vector<Step*> weighed;
  for (Step* step : p.all_steps()) {
    const bool judged = step->type == "MeasureEvaluated" || step->type == "LogClosed";
    if (judged && has_field(*step, "hearings") && child_is_heard_on(p, day_of(*step)))
      weighed.push_back(step);
  }
  if (weighed.empty()) return false;
  Step& step = *p.draws.pick(weighed);
  step.data.erase("hearings");
  p.truth(32, id_of(step));
  return true;
}

// The child is heard when the meeting is over.
bool plant_f33(Planting& p) {
  std::vector<std::pair<Step*, Step*>> rounds;  // hearing, meeting
  Step* before = nullptr;
  for (Step* meeting : meetings(p)) {
    Step* hearing = before ? hearing_of(p, *meeting, before) : nullptr;
    if (hearing && child_is_heard_on(p, day_of(*hearing)) && !p.is_silent_without(*hearing))
      rounds.emplace_back(hearing, meeting);
    before = meeting;
  }
  if (rounds.empty()) return false;
  const auto& [hearing, meeting] = p.draws.pick(rounds);
  p.move(*hearing, TimeUs{meeting->recorded_at.value() + kJustAfterUs}, hearing->actor);
  p.truth(33, std::string(text_of(*meeting, "meeting")));
  return true;
}

namespace {

// What a round is made of when nothing is decided in it but to go on.
bool is_plain(const Step& step) {
  constexpr std::array kPlain = {"NoteAdded",       "EntryRead",        "MeetingCalled",
                                 "ChildHeard",      "MeetingHeld",      "ChildHearingExempted",
                                 "MinutesRecorded", "MeasureEvaluated", "EvaluationRescheduled"};
  return std::find(kPlain.begin(), kPlain.end(), step.type) != kPlain.end() &&
         text_of(step, "decision") != "end";
}

bool ends_round(const Step& step) {
  return step.type == "MeasureEvaluated" || step.type == "EvaluationRescheduled" ||
         step.type == "MinutesRecorded" || step.type == "MeetingHeld";
}

// A round that can be left out: the last step before it, and the first after it.
struct Round {
  std::size_t before, after;
};
std::optional<Round> round_around(Planting& p, const Step& meeting) {
  const auto at = static_cast<std::size_t>(&meeting - p.steps.data());
  std::size_t before = at, after = at + 1;
  while (before > 0 && is_plain(p.steps[before - 1]) && !ends_round(p.steps[before - 1])) --before;
  if (before == 0) return std::nullopt;
  --before;
  while (after < p.steps.size() && is_plain(p.steps[after]) &&
         p.steps[after].type != "ChildHeard" && p.steps[after].type != "ChildHearingExempted")
    ++after;
  // The step after is the first that counts.
  while (after < p.steps.size() && !is_substantive(p.steps[after])) ++after;
  while (before > 0 && !is_substantive(p.steps[before])) --before;
  if (after == p.steps.size()) return std::nullopt;
  return Round{before, after};
}

// What was said or held in the round is named later on.
bool is_named_later(const Planting& p, const Round& round) {
  for (std::size_t i = round.before + 1; i < round.after; ++i) {
    const std::string_view meeting =
        p.steps[i].type == "MeetingHeld" ? text_of(p.steps[i], "meeting") : std::string_view();
    const std::string_view hearing = text_of(p.steps[i], "hearing");
    for (std::size_t j = round.after; j < p.steps.size(); ++j)
      if ((!hearing.empty() && names(p.steps[j], "hearings", hearing)) ||
          (!meeting.empty() && text_of(p.steps[j], "meeting") == meeting))
        return true;
  }
  return false;
}

// The measures are not to be evaluated in the round that is left out.
void put_off_evaluations(Planting& p, const Round& round) {
  const TimeUs from = p.steps[round.before].occurred_at, to = p.steps[round.after].occurred_at;
  for (const MeasureLife& life : p.measures()) {
    Step* set = nullptr;
    const Step* next = nullptr;
    for (Step* step : life.steps) {
      if (step->occurred_at.value() <= from.value()) {
        if (has_field(*step, "evaluateBy")) set = step;
      } else if (step->occurred_at.value() >= to.value() && !next &&
                 step->type != "MeasureChanged" && step->type != "MeasureStarted") {
        next = step;
      }
    }
    const bool over = life.ended && life.ended->occurred_at.value() <= from.value();
    if (set && !over) set->data["evaluateBy"] = ((next ? day_of(*next) : p.last) + 1).to_text();
  }
}

}  // namespace

// A round does not take place.
bool plant_f34(Planting& p) {
  const Step* opened = p.opened();
  if (!opened) return false;
  for (Step* meeting : meetings(p)) {
    const auto round = round_around(p, *meeting);
    if (!round || is_before(p.steps[round->before], *opened) || is_named_later(p, *round)) continue;
    const Step& silent = p.steps[round->before];
    const Date deadline = day_of(silent) + kSilentDays;
    if (day_of(p.steps[round->after]) <= deadline || !p.passes(deadline, DeadlineRuns::open_log))
      continue;
    put_off_evaluations(p, *round);
    for (std::size_t i = round->before + 1; i < round->after; ++i)
      if (is_substantive(p.steps[i])) p.drop(p.steps[i]);
    p.truth(34, id_of(silent));
    return true;
  }
  return false;
}

bool plant_f35(Planting& p) {
  std::vector<Step*> dated;
  for (Step* meeting : meetings(p)) {
    const Date day = day_of(*meeting);
    if (p.any_between("LogClosed", day, day) || p.any_between("MeetingCalled", day, day)) continue;
    for (const MeasureLife& life : p.measures()) {
      const bool running =
          day_of(*life.steps.front()) <= day && !(life.ended && day_of(*life.ended) <= day);
      if (!running) continue;
      dated.push_back(meeting);
      break;
    }
  }
  if (dated.empty()) return false;
  Step& meeting = *p.draws.pick(dated);
  meeting.data.erase("nextDate");
  p.truth(35, std::string(text_of(meeting, "meeting")));
  return true;
}

bool plant_f36(Planting& p) {
  std::vector<Step*> held;
  for (Step* meeting : meetings(p))
    if (p.passes(day_of(*meeting) + kMinutesDays, DeadlineRuns::open_log)) held.push_back(meeting);
  if (held.empty()) return false;
  Step& meeting = *p.draws.pick(held);
  const std::string id(text_of(meeting, "meeting"));
  meeting.data.erase("minutes");
  for (Step* minutes : p.all("MinutesRecorded"))
    if (text_of(*minutes, "meeting") == id) p.drop(*minutes);
  p.truth(36, id);
  const Date late = day_of(meeting) + kMinutesDays + 1;
  const auto at = p.quiet(late, std::min(late + kLateDaysMax, p.open_until()));
  if (at && p.draws.happens(5000))
    p.add(*at, "MinutesRecorded", p.leader(), {{"meeting", id}, {"text", p.text(Topic::minutes)}});
  return true;
}

}  // namespace stafett::bti
