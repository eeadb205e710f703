// F09-F16, F60: consent to services: how long it lasts, how it is proved, what is done without it.

#include <boost/json/array.hpp>

#include "projections/simulate/planters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int32_t kNoteDays = 3;         // oralNoteDays
constexpr std::int32_t kSoonDays = 30;        // consentSoonDays
constexpr std::int32_t kLateDaysMax = 20;     // of what is done late
constexpr std::int32_t kMeasureDaysMax = 25;  // of a measure that is stopped
constexpr std::int32_t kEvaluateDays = 30;

// In writing, with the paper.
json::object consent_of(Planting& p, std::string_view consent, std::string_view consenter,
                        const Service& service, Date from, Date to) {
  return {{"consent", consent},
          {"consenter", consenter},
          {"services", json::array{json::string(service.id)}},
          {"openLog", false},
          {"form", "written"},
          {"from", from.to_text()},
          {"to", to.to_text()},
          {"recipient", "service"},
          {"documentDigest", p.digest()},
          {"textVersion", "2024-1"}};
}

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

// A service is consented to for some weeks, asked for anew, and writes on when they are over.
bool plant_f09(Planting& p) {
  const Service* service = p.unknown_service();
  const std::int32_t days = p.draws.between(7, 20);
  const auto at = p.quiet_with(days + 1);
  if (!service || !at) return false;
  const Date from = local_date(*at);
  const auto use = p.quiet(from + days + 1, p.open_until());
  if (!use) return false;
  TimeUs now = *at;
  for (const std::string& consenter : p.consenters_on(from)) {
    p.add(now, "ConsentGranted", p.leader(),
          consent_of(p, p.fresh("c"), consenter, *service, from, from + days));
    now = later(now, 5);
  }
  for (const std::string& consenter : p.consenters_on(from)) {
    p.add(now, "ConsentRequested", p.leader(),
          {{"request", p.fresh("q")},
           {"consenter", consenter},
           {"services", json::array{json::string(service->id)}},
           {"openLog", false}});
    now = later(now, 5);
  }
  p.add(*use, "NoteAdded", p.leader(),
        {{"note", p.fresh("n")},
         {"kind", "progress"},
         {"text", p.text(Topic::note)},
         {"service", service->id}});
  p.truth(9, service->id);
  return true;
}

// A consent for some weeks that nobody thinks of renewing in time.
bool plant_f10(Planting& p) {
  const Service* service = p.unknown_service();
  const auto at = p.quiet_with(0);
  if (!service || !at) return false;
  const Date from = local_date(*at);
  const Date until = p.open_until();
  // It is to be noticed before the log is closed, and before the simulation ends.
  const Date to = from + p.draws.between(10, std::min(kSoonDays + 90, kSoonDays + (until - from)));
  const std::string consent = p.fresh("c");
  p.add(*at, "ConsentGranted", p.leader(),
        consent_of(p, consent, p.speaker_on(from), *service, from, to));
  p.truth(10, consent);
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
    if (text_of(*granted, "form") == "written" && p.passes(day_of(*granted), Clock::always))
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
        p.passes(day_of(*granted) + kNoteDays, Clock::always))
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
