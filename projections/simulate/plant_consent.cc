// F09-F16, F60: consent to services: how long it lasts, how it is proved, what is done without it.

#include <boost/json/array.hpp>

#include "projections/simulate/planters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int32_t kNoteDays = 3;         // oralNoteDays
constexpr std::int32_t kSoonDays = 30;        // consentSoonDays
constexpr std::int32_t kMeasureDaysMax = 25;  // of a measure that is stopped
constexpr std::int32_t kEvaluateDays = 30;
constexpr std::int32_t kShortDaysMax = 90;  // of a consent that ends
constexpr std::int32_t kAnswerDays = 14;
constexpr int kConsentMonths = 12;  // consentMaxMonths

// A measure of the service, planned and started; stopped some days later. Returns its start.
std::string run_measure(Planting& p, TimeUs at, const Service& service, const std::string& id) {
  p.add(at, "MeasurePlanned", p.leader(),
        {{"measure", id},
         {"title", p.text(Topic::measure)},
         {"area", "social"},
         {"arena", json::array{"unit"}},
         {"service", service.id},
         {"responsible", service.employees.front()},
         {"evaluateBy", (local_date(at) + kEvaluateDays).to_text()}});
  const std::string started = p.add(later(at, 30), "MeasureStarted", p.leader(), {{"measure", id}});
  const Date day = local_date(at);
  const auto stopped = p.quiet(day + 1, std::min(day + kMeasureDaysMax, p.open_until()));
  p.add(stopped.value_or(later(at, 90)), "MeasureEnded", p.leader(),
        {{"measure", id}, {"reason", "declined"}});
  return started;
}

Step* any_consent(Planting& p) {
  const std::vector<Step*> all = p.all("ConsentGranted");
  return all.empty() ? nullptr : p.draws.pick(all);
}

Step* note_of(Planting& p, std::string_view consent) {
  for (Step* note : p.all("OralConsentNoted"))
    if (text_of(*note, "consent") == consent) return note;
  return nullptr;
}

}  // namespace

// A service is consented to for some weeks, asked for anew, and goes on when they are over: it
// writes, sits in a meeting, or starts a measure.
bool plant_f09(Planting& p) {
  const Service* service = p.unknown_service();
  const std::int32_t days = p.draws.between(7, 20);
  const auto at = p.quiet_with(days + 1);
  if (!service || !at) return false;
  const Date expired = local_date(*at) + days + 1;
  std::vector<Step*> meetings;
  for (Step* meeting : p.all("MeetingHeld"))
    if (day_of(*meeting) >= expired) meetings.push_back(meeting);
  const auto use = p.quiet(expired, p.open_until());
  if (meetings.empty() && !use) return false;
  p.lend(*at, *service, days);
  p.truth(9, service->id);
  if (!meetings.empty() && (!use || p.draws.happens(4000))) {
    p.draws.pick(meetings)->data.at("services").as_array().emplace_back(service->id);
  } else if (p.draws.happens(4000)) {
    run_measure(p, *use, *service, p.fresh("m"));
  } else {
    p.add(*use, "NoteAdded", p.leader(),
          {{"note", p.fresh("n")},
           {"kind", "progress"},
           {"text", p.text(Topic::note)},
           {"service", service->id}});
  }
  return true;
}

namespace {

Date end_of(const Step& granted) {
  const Date most = add_months(date_of(granted, "from"), kConsentMonths);
  return has_field(granted, "to") ? std::min(date_of(granted, "to"), most) : most;
}

// The consent that the renewal takes the place of. Null: there is none, or it names no service.
Step* renewed_by(Planting& p, const Step& renewal) {
  if (!has_field(renewal, "replaces") || renewal.data.at("services").as_array().empty())
    return nullptr;
  for (Step* granted : p.all("ConsentGranted"))
    if (text_of(*granted, "consent") == text_of(renewal, "replaces")) return granted;
  return nullptr;
}

// A renewal is asked for and given when the consent has nearly ended. Nothing else is said about
// consents in between, and no birthday falls in between.
bool renew_late(Planting& p) {
  for (Step* renewal : p.all("ConsentGranted")) {
    const Step* old = renewed_by(p, *renewal);
    if (!old) continue;
    const Date soon = end_of(*old) - kSoonDays;
    const Date from = day_of(*renewal);
    const auto late = p.quiet(soon + 1, std::min(end_of(*old) - 1, p.open_until()));
    const Date asked_as_youth = birthday(p.family.birth, kAgeOwnConsent) - kSoonDays;
    if (!late || from > soon || day_of(*old) > soon || day_of(*p.opened()) > soon) continue;
    const Date until = local_date(*late);
    if (!p.family.pregnant && asked_as_youth <= until &&
        birthday(p.family.birth, kAgeOwnConsent) >= from - kSoonDays)
      continue;
    std::vector<Step*> moved;
    bool others = false;
    for (Step* step : p.all_steps()) {
      const bool of_it = step == renewal ||
                         (step->type == "ConsentRequested" &&
                          text_of(*step, "request") == text_of(*renewal, "request")) ||
                         (step->type == "OralConsentNoted" &&
                          text_of(*step, "consent") == text_of(*renewal, "consent"));
      if (of_it) moved.push_back(step);
      // Whoever names the new consent must still come after it.
      if (!of_it && (text_of(*step, "consent") == text_of(*renewal, "consent") ||
                     text_of(*step, "replaces") == text_of(*renewal, "consent")))
        others = others || day_of(*step) <= until;
      if (step->type == "ConsentWithdrawn" && from <= day_of(*step) && day_of(*step) <= until)
        others = true;
    }
    if (others) continue;
    TimeUs at = *late;
    for (Step* step : moved) {
      p.move(*step, at, p.leader());
      if (has_field(*step, "until")) step->data["until"] = (until + kAnswerDays).to_text();
      if (has_field(*step, "from")) step->data["from"] = until.to_text();
      at = later(at, 15);
    }
    p.truth(10, std::string(text_of(*old, "consent")));
    return true;
  }
  return false;
}

}  // namespace

// A consent that nobody renews in time: it is renewed when it has nearly ended, or one for some
// weeks ends.
bool plant_f10(Planting& p) {
  if (p.opened() && renew_late(p)) return true;
  const Service* service = p.unknown_service();
  const auto at = p.quiet_with(0);
  if (!service || !at) return false;
  const Date from = local_date(*at);
  // It is to be noticed before the log is closed, and before the simulation ends.
  const std::int32_t left = p.open_until() - from;
  const Date to = from + p.draws.between(10, kSoonDays + std::min(left, kShortDaysMax));
  p.truth(10, p.consent_to(*at, p.speaker_on(from), *service, to));
  return true;
}

bool plant_f11(Planting& p) {
  Step* granted = any_consent(p);
  if (!granted) return false;
  granted->data["recipient"] = "person";
  p.truth(11, std::string(text_of(*granted, "consent")));
  return true;
}

// A written consent, and no paper.
bool plant_f12(Planting& p) {
  std::vector<Step*> written;
  for (Step* granted : p.all("ConsentGranted"))
    if (text_of(*granted, "form") == "written" && p.passes(day_of(*granted), DeadlineRuns::always))
      written.push_back(granted);
  if (written.empty()) return false;
  Step& granted = *p.draws.pick(written);
  granted.data.erase("documentDigest");
  p.truth(12, std::string(text_of(granted, "consent")));
  return true;
}

// An oral consent that is noted late, or not at all. There may be a paper of it all the same.
bool plant_f13(Planting& p) {
  std::vector<Step*> oral;
  for (Step* granted : p.all("ConsentGranted"))
    if (text_of(*granted, "form") == "oral" &&
        p.passes(day_of(*granted) + kNoteDays, DeadlineRuns::always))
      oral.push_back(granted);
  if (oral.empty()) return false;
  Step& granted = *p.draws.pick(oral);
  const std::string consent(text_of(granted, "consent"));
  const Date late = day_of(granted) + kNoteDays + 1;
  const auto at = p.quiet(late, std::min(late + kLateDaysMax, p.open_until()));
  Step* note = note_of(p, consent);
  if (at && p.draws.happens(5000))
    p.move(*note, *at, p.leader());
  else
    p.drop(*note);
  if (p.draws.happens(5000))
    granted.data["documentDigest"] = p.digest();
  else
    p.truth(12, consent);
  p.truth(13, consent);
  return true;
}

// A service that was refused takes part, or starts a measure.
bool plant_f14(Planting& p) {
  const Service* service = p.unknown_service();
  const auto use = p.quiet_with(0);
  const Step* opened = p.opened();
  if (!service || !use) return false;
  const auto refused = p.quiet(day_of(*opened) + 1, local_date(*use) - 1);
  const Holding holder = p.holder_at(*use);
  if (!refused || holder.person.empty()) return false;
  const Date day = local_date(*refused);
  const std::string speaker = p.speaker_on(day);
  if (speaker != p.speaker_on(local_date(*use))) return false;
  p.add(*refused, "ConsentRefused", p.leader(),
        {{"consenter", speaker},
         {"services", json::array{json::string(service->id)}},
         {"openLog", false},
         {"how", "oral"}});
  std::string used;
  if (p.draws.happens(5000))
    used = run_measure(p, *use, *service, p.fresh("m"));
  else
    used = p.add(
        *use, "ParticipantAdded", holder.person,
        {{"participant", p.fresh("p")}, {"service", service->id}, {"task", p.text(Topic::task)}});
  p.truth(14, used + ":" + service->id);
  return true;
}

// A measure of a service that nobody was asked about.
bool plant_f15(Planting& p) {
  const Service* service = p.unknown_service();
  const auto at = p.quiet_with(0);
  if (!service || !at) return false;
  const std::string measure = p.fresh("m");
  run_measure(p, *at, *service, measure);
  p.truth(15, measure);
  return true;
}

// A service that nobody was asked about takes part, or sits in a meeting.
bool plant_f16(Planting& p) {
  const Service* service = p.unknown_service();
  const Step* opened = p.opened();
  if (!service || !opened) return false;
  std::vector<Step*> meetings;
  for (Step* meeting : p.all("MeetingHeld"))
    if (meeting->occurred_at.value() > opened->occurred_at.value()) meetings.push_back(meeting);
  if (!meetings.empty() && p.draws.happens(5000)) {
    Step& meeting = *p.draws.pick(meetings);
    meeting.data.at("services").as_array().emplace_back(service->id);
    p.truth(16, id_of(meeting) + ":" + service->id);
    return true;
  }
  const auto at = p.quiet_with(0);
  if (!at) return false;
  const std::string added = p.add(
      *at, "ParticipantAdded", p.holder_at(*at).person,
      {{"participant", p.fresh("p")}, {"service", service->id}, {"task", p.text(Topic::task)}});
  p.truth(16, added + ":" + service->id);
  return true;
}

// The text is shown in a language that the consenter does not read.
bool plant_f60(Planting& p) {
  Step* granted = any_consent(p);
  if (!granted) return false;
  granted->data["language"] = "en";
  granted->data.erase("interpreter");
  p.truth(60, std::string(text_of(*granted, "consent")));
  return true;
}

}  // namespace stafett::bti
