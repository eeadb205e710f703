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

// What the gate will ask about, at the instant of the question.
bti::Basis basis_now(const bti::ViewedCase& viewed, const std::string& service,
                     schema::Capacity capacity) {
  const TimeUs at = viewed.question().at;
  const bti::Profile& profile = viewed.directory().profiles().in_force(bti::local_date(at)).profile;
  return bti::basis_of({viewed.question().viewer, service, capacity, bti::Moment::after_all(at)},
                       {viewed.whole(), viewed.directory(), {}, profile});
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

Result<Admission> RecordedReads::admit(const SubjectId& case_id, const SignedIn& reader,
                                       const ReadPurpose& purpose) {
  const bti::ViewerReader viewer{log_, gate_};
  ENGINE_TRY(axes, bti::viewer_axes(log_, {}));
  ENGINE_TRY(viewed, viewer.view(case_id, reader.person, axes));
  const bti::ViewerRows rows = viewed->visibility().rows();
  const RowCapacity capacity = capacity_of(viewed->visibility());
  // The latest registration, as the gate asks for it.
  const bti::Registration* person = viewed->directory().person(reader.person);
  std::string service = purpose.service;
  if (service.empty() && person) service = person->service;
  const bti::Basis basis = basis_now(*viewed, service, capacity.value);

  const Visit visit{reader.person, case_id, capacity.name, service, purpose.purpose, purpose.visit};
  const bool is_active = !person || person->active;
  if (is_active && basis == bti::Basis::ok && is_known(visit, axes.as_of))
    return Admission{std::nullopt, rows};

  bti::JsonEvent event;
  event.case_label = gate_.labels().label_of(log::LabelSpace::subject, case_id.array());
  event.type = "EntryRead";
  event.occurred_at = axes.as_of;
  event.actor = reader.label;
  event.data = {{"reader", reader.label},
                {"capacity", capacity.name},
                {"purpose", purpose.purpose},
                {"visit", purpose.visit}};
  if (!service.empty()) event.data["service"] = service;
  const bti::Answer answer = bti::Recorder{log_, gate_}.record_and_wait(std::move(event));
  if (const auto* refusal = std::get_if<log::Refusal>(&answer.result)) {
    if (basis == bti::Basis::none) return Admission{no_relation(), rows};
    return Admission{*refusal, rows};
  }
  if (const auto* error = std::get_if<Error>(&answer.result)) return *error;
  remember(visit, axes.as_of);
  return Admission{std::nullopt, rows};
}

}  // namespace stafett::server
