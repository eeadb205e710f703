#include "server/content/recorded_read.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "projections/calendar/calendar.h"
#include "projections/catalogue/enum_name.h"
#include "projections/recorder/recorder.h"
#include "projections/rules/basis.h"

namespace stafett::server {
namespace {

namespace schema = bti::schema;
using bti::ViewerRow;

struct RowCapacity {
  ViewerRow row;
  const char* name;
  schema::Capacity value;
};
// The first that holds is what the person reads as.
constexpr RowCapacity kCapacities[] = {
    {ViewerRow::guardian, "guardian", schema::Capacity::GUARDIAN},
    {ViewerRow::subject, "subject", schema::Capacity::SUBJECT},
    {ViewerRow::holder, "holder", schema::Capacity::HOLDER},
    {ViewerRow::barnevern_participant, "participant", schema::Capacity::PARTICIPANT},
    {ViewerRow::participant, "participant", schema::Capacity::PARTICIPANT},
    {ViewerRow::broke_glass, "breakGlass", schema::Capacity::BREAK_GLASS},
    {ViewerRow::home_leader, "leader", schema::Capacity::LEADER},
    {ViewerRow::holder_leader, "leader", schema::Capacity::LEADER},
    {ViewerRow::named_coordinator, "coordinator", schema::Capacity::COORDINATOR},
    {ViewerRow::coordinator, "coordinator", schema::Capacity::COORDINATOR},
    {ViewerRow::auditor, "auditor", schema::Capacity::AUDITOR},
    {ViewerRow::dpo, "dpo", schema::Capacity::DPO},
    {ViewerRow::archivist, "archivist", schema::Capacity::ARCHIVIST},
    {ViewerRow::reporter, "reporter", schema::Capacity::REPORTER},
};

RowCapacity capacity_of(const bti::Visibility& visibility) {
  for (const RowCapacity& one : kCapacities)
    if (visibility.rows().has(one.row)) return one;
  return {ViewerRow::recorder, "staff", schema::Capacity::STAFF};
}

// What the reader reads as, and what the gate will ask about that at the instant of the question.
struct Capacity {
  RowCapacity as;
  std::string service;
  bti::Basis basis;
  bool holds;  // the gate would accept it: expired only where that is warned of
};

Capacity capacity_now(const bti::PresentCase& present, const ReadPurpose& purpose) {
  const bti::Directory& directory = present.directory();
  // The latest registration, as the gate asks for it.
  const bti::Registration* person = directory.person(present.viewer());
  Capacity capacity{capacity_of(present.visibility()), purpose.service, bti::Basis::none, false};
  if (capacity.service.empty() && person) capacity.service = person->service;
  const bti::Profile& profile =
      directory.profiles().in_force(bti::local_date(present.at())).profile;
  capacity.basis = bti::basis_of(
      {present.viewer(), capacity.service, capacity.as.value, bti::Moment::after_all(present.at())},
      {present.whole(), directory, {}, profile});
  const bool is_warned_of =
      capacity.basis == bti::Basis::expired && profile.consent_expiry == bti::ConsentExpiry::warn;
  capacity.holds =
      (!person || person->active) && (capacity.basis == bti::Basis::ok || is_warned_of);
  return capacity;
}

log::Refusal no_relation() {
  return {"read-no-relation", "H31", "the reader has no relation to the case", std::nullopt};
}

}  // namespace

bool is_well_formed(const ReadPurpose& purpose) {
  constexpr std::size_t kLineMax = 200;
  const auto is_line = [](const std::string& text) {
    return !text.empty() && text.size() <= kLineMax && is_utf8(text) &&
           std::ranges::none_of(text, [](char c) { return c >= 0 && (c < ' ' || c == 0x7f); });
  };
  bool is_known = false;
  for (std::uint16_t number = 1; number < 64 && !is_known; ++number)
    is_known = bti::enum_name(static_cast<schema::Purpose>(number)) == purpose.purpose;
  return is_known && !purpose.purpose.empty() && is_line(purpose.visit) &&
         (purpose.service.empty() || is_line(purpose.service));
}

RecordedReads::Recording::Recording(RecordedReads& all, const Visit& visit)
    : all_(all), visit_(visit) {
  std::unique_lock lock{all_.mutex_};
  all_.recorded_.wait(lock, [&] { return all_.under_way_.insert(visit_).second; });
}

RecordedReads::Recording::~Recording() {
  {
    const std::lock_guard lock{all_.mutex_};
    all_.under_way_.erase(visit_);
  }
  all_.recorded_.notify_all();
}

bool RecordedReads::is_known(const Visit& visit, TimeUs now) const {
  const std::lock_guard lock{mutex_};
  const auto found = visits_.find(visit);
  if (found == visits_.end()) return false;
  const std::int64_t age = now.value() - found->second.value();
  return age >= 0 && age < std::chrono::microseconds{kVisitLasts}.count();
}

void RecordedReads::remember(const Visit& visit, TimeUs now) {
  const std::lock_guard lock{mutex_};
  visits_[visit] = now;
  in_order_.emplace_back(visit, now);
  if (in_order_.size() <= kVisitsMax) return;
  // Of a visit that was recorded again since, the later one counts.
  const auto& [oldest, at] = in_order_.front();
  if (const auto found = visits_.find(oldest); found != visits_.end() && found->second == at)
    visits_.erase(found);
  in_order_.pop_front();
}

void RecordedReads::forget(const SubjectId& case_id) {
  const std::lock_guard lock{mutex_};
  std::erase_if(visits_, [&](const auto& one) { return one.first.case_id == case_id; });
  std::erase_if(in_order_, [&](const auto& one) { return one.first.case_id == case_id; });
}

Result<std::shared_ptr<const bti::PresentCase>> RecordedReads::present(const SubjectId& case_id,
                                                                       const SignedIn& reader) {
  ENGINE_TRY(now, bti::PresentCase::of(log_, gate_, case_id, reader.person));
  return std::shared_ptr<const bti::PresentCase>{std::move(now)};
}

bool RecordedReads::has_basis(const bti::PresentCase& present, const ReadPurpose& purpose) {
  return capacity_now(present, purpose).holds;
}

Result<Admission> RecordedReads::admit(const SubjectId& case_id, const SignedIn& reader,
                                       const ReadPurpose& purpose) {
  ENGINE_TRY(now, present(case_id, reader));
  return admit(case_id, reader, purpose, std::move(now));
}

Result<Admission> RecordedReads::admit(const SubjectId& case_id, const SignedIn& reader,
                                       const ReadPurpose& purpose,
                                       std::shared_ptr<const bti::PresentCase> present) {
  if (reader.only_about && !present->whole().is_subject(*reader.only_about))
    return Admission{no_relation(), std::move(present)};
  const Capacity capacity = capacity_now(*present, purpose);
  const Visit visit{reader.person,    case_id,         capacity.as.name,
                    capacity.service, purpose.purpose, purpose.visit};
  // What will be refused is refused each time, and waits for nobody.
  if (!capacity.holds)
    return record(visit, reader, purpose, capacity.basis != bti::Basis::none, std::move(present));
  if (is_known(visit, present->at())) return Admission{std::nullopt, std::move(present)};
  {
    const Recording alone{*this, visit};
    if (!is_known(visit, log_.clock().now()))
      return record(visit, reader, purpose, true, std::move(present));
  }
  // Another request of the visit has recorded it since: what it is given is looked at anew.
  return admit(case_id, reader, purpose);
}

Result<Admission> RecordedReads::record(const Visit& visit, const SignedIn& reader,
                                        const ReadPurpose& purpose, bool has_relation,
                                        std::shared_ptr<const bti::PresentCase> present) {
  const TimeUs at = present->at();
  bti::JsonEvent event;
  const EventId id = make_event_id(at, log_.random());
  event.id = id;
  requests_.remember(id, purpose.request);
  event.case_label = gate_.labels().label_of(log::LabelSpace::subject, visit.case_id.array());
  event.type = "EntryRead";
  event.occurred_at = at;
  event.actor = reader.label;
  event.evidence = reader.evidence;
  event.data = {{"reader", reader.label},
                {"capacity", visit.capacity},
                {"purpose", purpose.purpose},
                {"visit", purpose.visit}};
  if (!visit.service.empty()) event.data["service"] = visit.service;
  const bti::Answer answer = bti::Recorder{log_, gate_}.record_and_wait(std::move(event));
  if (!answer.accepted()) requests_.forget(id);
  if (const auto* refusal = std::get_if<log::Refusal>(&answer.result))
    return Admission{has_relation ? *refusal : no_relation(), std::move(present)};
  if (const auto* error = std::get_if<Error>(&answer.result)) {
    // Whether there is a case is not told by the log's troubles either.
    if (!has_relation) return Admission{no_relation(), std::move(present)};
    return *error;
  }
  remember(visit, at);
  ENGINE_TRY(then, this->present(visit.case_id, reader));
  return Admission{std::nullopt, std::move(then)};
}

}  // namespace stafett::server
