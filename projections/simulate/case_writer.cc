#include "projections/simulate/case_writer.h"

#include "engine/base/encoding.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int32_t kOfficeOpens = 8 * 60;
constexpr std::int32_t kOfficeCloses = 15 * 60 + 30;
constexpr std::int32_t kEveningBegins = 16 * 60 + 30;
constexpr std::int32_t kEveningEnds = 21 * 60 + 30;
constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kMinuteUs = 60 * kSecondUs;
constexpr std::size_t kRecentMax = 5;

}  // namespace

CaseWriter::CaseWriter(const Town& town_given, const Parameters& parameters_given,
                       std::uint64_t seed, std::uint32_t index, TimeUs start)
    : draws(sub_seed(seed, "case", index)),
      town(town_given),
      parameters(parameters_given),
      now_(start) {
  model.index = index;
  std::string number = std::to_string(index);
  number.insert(0, number.size() < 6 ? 6 - number.size() : 0, '0');
  model.label = "sak-" + number;
}

void CaseWriter::minutes(std::int32_t first, std::int32_t last) {
  now_ = TimeUs{now_.value() + draws.between(first, last) * kMinuteUs +
                draws.between(1, static_cast<std::int32_t>(kMinuteUs))};
}

void CaseWriter::later_today() {
  const Date day = today();
  minutes(10, 90);
  const std::int32_t minute = local_minute(now_);
  if (today() != day || !is_working_day(day, {}) || minute > kOfficeCloses) by(day + 1);
  if (minute < kOfficeOpens) by(day);
}

void CaseWriter::on_workday(int days) {
  if (days == 0)
    later_today();
  else
    by(today() + days);
}

void CaseWriter::by(Date day) {
  if (day < today()) return later_today();
  Date found = day;
  for (;; found = found + 1) {
    if (!is_working_day(found, {})) continue;
    if (found > today() || local_minute(now_) < kOfficeOpens) break;
    if (local_minute(now_) + 90 < kOfficeCloses) return minutes(5, 80);
  }
  const std::int32_t minute = draws.between(kOfficeOpens, kOfficeCloses - 1);
  const TimeUs at = local_time(found, minute);
  now_ = TimeUs{std::max(at.value(), now_.value()) + draws.between(1, 59'999'999)};
}

void CaseWriter::in_the_evening() {
  Date day = today();
  if (local_minute(now_) >= kEveningBegins) day = day + 1;
  now_ = TimeUs{local_time(day, draws.between(kEveningBegins, kEveningEnds)).value() +
                draws.between(0, 59'999'999)};
}

Step& CaseWriter::put(std::string_view type, std::string_view actor, json::object data, Told told) {
  Step step;
  if (told == Told::in_world) {
    step.occurred_at = TimeUs{(now_.value() / kSecondUs + 1) * kSecondUs};
    now_ = TimeUs{step.occurred_at.value() + draws.between(3, 25) * kMinuteUs};
  } else {
    step.occurred_at = now_;
  }
  now_ = step.recorded_at = TimeUs{now_.value() + draws.between(20'000, 900'000)};
  step.id = make_event_id(now_, draws);
  step.case_label = model.label;
  step.type = type;
  step.actor = actor;
  step.data = std::move(data);
  written_.push_back(std::move(step));
  now_ = TimeUs{now_.value() + draws.between(1'000'000, 40'000'000)};
  return written_.back();
}

std::string CaseWriter::write(std::string_view type, std::string_view actor, json::object data,
                              Told told) {
  const bool hidden = data.contains("hideFromGuardians");
  const Step& step = put(type, actor, std::move(data), told);
  std::string id = to_uuid_text(step.id.view());
  if (!model.log_open) {
    if (model.stage != Stage::concern) reads_after();
    return id;
  }
  // Named by readers later on: what all who take part may see.
  if (!hidden && (type == "NoteAdded" || type == "MeetingHeld" || type == "MeasureEvaluated" ||
                  type == "MeasurePlanned" || type == "MinutesRecorded")) {
    if (recent_.size() == kRecentMax) recent_.erase(recent_.begin());
    recent_.push_back(id);
  }
  reads_after();
  if (draws.happens(parameters.refused_attempt)) refused_attempt();
  return id;
}

void CaseWriter::attempt(std::string_view rule, std::string_view type, std::string_view actor,
                         json::object data) {
  put(type, actor, std::move(data), Told::in_log).refused_by = rule;
}

void CaseWriter::read(std::string_view reader, std::string_view service, std::string_view capacity,
                      std::string_view purpose) {
  json::object data{{"reader", reader}, {"capacity", capacity}, {"purpose", purpose}};
  if (!service.empty()) data["service"] = service;
  const bool all_open = capacity == "holder" || capacity == "participant";
  if (all_open && !recent_.empty() && draws.happens(3000))
    data["entries"] = json::array{json::string(draws.pick(recent_))};
  data["visit"] = "besok-" + std::to_string(++model.visits);
  put("EntryRead", reader, std::move(data), Told::in_log);
}

void CaseWriter::reads_after() {
  if (!draws.happens(parameters.read_per_write)) return;
  minutes(1, 12);
  staff_read();
}

void CaseWriter::staff_read() {
  // Before the log is opened: those who know of the concern. Afterwards those who are consented to.
  const char* purpose = draws.happens(7000) ? "followUp" : "meeting";
  const std::size_t others = model.log_open && model.holder_covered ? model.participants.size() : 0;
  const std::size_t choice =
      draws.below(static_cast<std::uint32_t>(2 + others));  // leader, main person, participants
  const bool closed = model.stage == Stage::closing && !model.log_open;
  if (choice == 0 || closed) return read(model.home->leader, model.home->id, "leader", purpose);
  if (choice == 1) {
    if (!model.log_open) return read(model.author, model.home->id, "staff", purpose);
    if (model.holder_covered) read(model.holder, model.holder_service->id, "holder", purpose);
    return;
  }
  const Participation& one = model.participants[choice - 2];
  const Service& service = town.named(one.service);
  read(one.person.empty() ? service.employees.front() : one.person, service.id, "participant",
       purpose);
}

void CaseWriter::refused_attempt() {
  minutes(1, 20);
  const Service& culture = town.of_kind("other", draws);
  switch (draws.below(3)) {
    case 0:
      return attempt("H31", "EntryRead", culture.employees[1],
                     {{"reader", culture.employees[1]},
                      {"service", culture.id},
                      {"capacity", "staff"},
                      {"purpose", "followUp"},
                      {"visit", "besok-" + std::to_string(++model.visits)}});
    case 1: {
      const int wrong = model.level == 3 ? 2 : model.level + 1;
      return attempt("H16", "LevelChanged", model.holder,
                     {{"from", wrong}, {"to", model.level}, {"reason", text(Topic::reason)}});
    }
    default:
      return attempt("H09", "NoteAdded", culture.employees[1],
                     {{"note", local_id("n")}, {"kind", "general"}, {"text", text(Topic::note)}});
  }
}

void CaseWriter::register_family() {
  const auto person = [&](const FamilyMember& member, std::string role, Date birth) {
    Person out{member.label, {std::move(role)}, {}, birth, Sex::female, member.languages};
    out.sex = member.relation == "father" ||
                      (member.relation.empty() && !model.pregnant && draws.happens(parameters.male))
                  ? Sex::male
                  : Sex::female;
    register_person(out, draws, now_, written_);
  };
  person(model.subject, model.pregnant ? "pregnant" : "child", model.birth);
  for (const FamilyMember& guardian : model.guardians)
    person(guardian, "guardian", model.birth - draws.between(21 * 366, 40 * 365));
}

std::string CaseWriter::take_entry() {
  if (recent_.empty()) return {};
  std::string id = std::move(recent_.back());
  recent_.pop_back();
  return id;
}

std::string CaseWriter::local_id(std::string_view prefix) {
  return std::string(prefix) + std::to_string(++model.ids);
}

std::string CaseWriter::digest() {
  std::array<std::uint8_t, 32> bytes;
  draws.fill(bytes);
  return to_hex(bytes);
}

Script CaseWriter::take() {
  Script out;
  out.swap(written_);
  return out;
}

}  // namespace stafett::bti
