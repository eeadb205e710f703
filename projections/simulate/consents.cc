// Consent: asked for, given, refused, renewed; and the youth who begins to decide.

#include <array>

#include "projections/simulate/chapters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

// Renewed when they end within so many days of the day the next meeting is due: consentSoonDays,
// and time for that meeting's own work.
constexpr std::int32_t kRenewAheadDays = 55;

std::string_view language_of(const CaseWriter& w) {
  return w.model.form == Form::nb ? "nb" : "nn";
}

// From some time before the birthday on which the youth's own word counts, so that none of the days
// between asking and answering is that birthday.
bool is_asked_as_youth(const CaseWriter& w) {
  return !w.model.pregnant && w.model.age(w.today() + kYouthAskedAheadDays) >= kAgeOwnConsent;
}

struct Asked {
  const FamilyMember* who;
  std::vector<std::string> services;
  OpensLog opens_log;
  std::string replaces;     // empty: nothing
  std::string request;      // empty: it was asked for by word of mouth
  std::string transfer_to;  // municipality; empty: none
};

void request(CaseWriter& w, const std::string& recorder, Asked& asked) {
  asked.request = w.local_id("q");
  w.write("ConsentRequested", recorder,
          {{"request", asked.request},
           {"consenter", asked.who->label},
           {"services", texts_of(asked.services)},
           {"openLog", asked.opens_log == OpensLog::yes},
           {"until", (w.today() + 14).to_text()},
           {"textVersion", "2024-1"},
           {"language", language_of(w)}});
}

void grant(CaseWriter& w, const std::string& recorder, const Asked& asked) {
  const auto roll = w.draws.below(kCertain);
  const bool oral = roll < w.parameters.oral_consent;
  const bool digital = !oral && roll < w.parameters.oral_consent + w.parameters.digital_consent;
  if (digital) w.in_the_evening();
  const Date from = w.today();
  const int months = w.draws.happens(1000) ? 6 : 12;
  ConsentHeld held{w.local_id("c"), asked.who->label, asked.services,
                   asked.opens_log == OpensLog::yes, add_months(from, months)};
  json::object data{{"consent", held.id},
                    {"consenter", held.consenter},
                    {"services", texts_of(held.services)},
                    {"openLog", held.open_log},
                    {"form", oral      ? "oral"
                             : digital ? "digital"
                                       : "written"},
                    {"from", from.to_text()},
                    {"recipient", "service"},
                    {"textVersion", "2024-1"},
                    {"language", language_of(w)}};
  if (!asked.request.empty()) data["request"] = asked.request;
  if (!asked.transfer_to.empty()) data["transferTo"] = asked.transfer_to;
  // Without an end it lasts consentMaxMonths, which is 12.
  if (months != 12 || w.draws.happens(5000)) data["to"] = held.to.to_text();
  if (!oral) data["documentDigest"] = w.digest();
  if (asked.who->languages.front() != language_of(w)) data["interpreter"] = true;
  if (!asked.replaces.empty()) data["replaces"] = asked.replaces;
  w.write("ConsentGranted", digital ? held.consenter : recorder, std::move(data), Told::in_log);
  if (oral) {
    w.minutes(5, 40);
    w.write("OralConsentNoted", recorder,
            {{"consent", held.id}, {"note", w.text(Topic::family_view)}});
  }
  w.model.consents.push_back(std::move(held));
}

}  // namespace

std::vector<const FamilyMember*> deciders(const CaseWriter& w) {
  const CaseModel& m = w.model;
  std::vector<const FamilyMember*> out;
  for (const FamilyMember& guardian : m.guardians)
    if (guardian.responsible && !guardian.exempted) out.push_back(&guardian);
  if (m.pregnant || is_asked_as_youth(w)) out.push_back(&m.subject);
  return out;
}

json::array labels_of(std::span<const FamilyMember* const> people) {
  json::array out;
  for (const FamilyMember* one : people) out.emplace_back(one->label);
  return out;
}

json::array texts_of(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& one : texts) out.emplace_back(one);
  return out;
}

void agree(CaseWriter& w, const std::string& about) {
  constexpr std::array kHow = {"meeting", "meeting", "oral", "digital"};
  w.write("AgreementRecorded", w.model.holder,
          {{"about", about}, {"persons", labels_of(deciders(w))}, {"how", w.draws.pick(kHow)}},
          Told::in_log);
}

void ask_consent(CaseWriter& w, const std::string& recorder,
                 const std::vector<std::string>& services, OpensLog opens_log) {
  CaseModel& m = w.model;
  if (m.log_open) youth_decides(w);
  std::vector<Asked> all;
  for (const FamilyMember* one : deciders(w)) all.push_back({one, services, opens_log, {}, {}, {}});
  for (Asked& asked : all) request(w, recorder, asked);
  w.on_workday(w.draws.between(1, 5));
  if (opens_log == OpensLog::no && w.draws.happens(w.parameters.service_refused)) {
    w.write("ConsentRefused", recorder,
            {{"consenter", all.front().who->label},
             {"services", texts_of(services)},
             {"openLog", false},
             {"how", "oral"}},
            Told::in_world);
    m.unwelcome.insert(m.unwelcome.end(), services.begin(), services.end());
    return;
  }
  for (const Asked& asked : all) {
    grant(w, recorder, asked);
    w.later_today();
  }
  m.services.insert(m.services.end(), services.begin(), services.end());
  if (opens_log == OpensLog::yes && all.back().who == &m.subject) m.youth_decided = true;
}

json::array consent_to_transfer(CaseWriter& w, const std::string& municipality) {
  json::array ids;
  for (const FamilyMember* one : deciders(w)) {
    grant(w, w.model.holder, {one, {}, OpensLog::no, {}, {}, municipality});
    ids.emplace_back(w.model.consents.back().id);
    w.later_today();
  }
  return ids;
}

void renew_consents(CaseWriter& w, Date day) {
  CaseModel& m = w.model;
  youth_decides(w);
  std::vector<Asked> ending;
  for (const ConsentHeld& held : m.consents) {
    if (held.to - day > kRenewAheadDays) continue;
    const FamilyMember* who = &m.subject;
    for (const FamilyMember& guardian : m.guardians)
      if (guardian.label == held.consenter) who = &guardian;
    ending.push_back(
        {who, held.services, held.open_log ? OpensLog::yes : OpensLog::no, held.id, {}, {}});
  }
  if (ending.empty()) return;
  for (Asked& asked : ending) request(w, m.holder, asked);
  w.on_workday(w.draws.between(1, 4));
  for (const Asked& asked : ending) {
    grant(w, m.holder, asked);
    std::erase_if(m.consents, [&](const ConsentHeld& held) { return held.id == asked.replaces; });
    w.later_today();
  }
}

void youth_decides(CaseWriter& w) {
  CaseModel& m = w.model;
  if (m.youth_decided || !is_asked_as_youth(w)) return;
  m.youth_decided = true;
  w.write("MaturityAssessed", m.holder, {{"capable", true}, {"basis", w.text(Topic::child_view)}});
  w.minutes(5, 30);
  Asked asked{&m.subject, m.services, OpensLog::yes, {}, {}, {}};
  request(w, m.holder, asked);
  w.on_workday(1);
  grant(w, m.holder, asked);
  w.later_today();
}

}  // namespace stafett::bti
