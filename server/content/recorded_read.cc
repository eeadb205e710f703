#include "server/content/recorded_read.h"

#include <boost/json.hpp>

#include "projections/recorder/recorder.h"

namespace stafett::server {
namespace {

using bti::ViewerRow;

struct RowCapacity {
  ViewerRow row;
  const char* capacity;
};
// The first that holds is what the person reads as.
constexpr RowCapacity kCapacities[] = {
    {ViewerRow::guardian, "guardian"},
    {ViewerRow::subject, "subject"},
    {ViewerRow::holder, "holder"},
    {ViewerRow::barnevern_participant, "participant"},
    {ViewerRow::participant, "participant"},
    {ViewerRow::home_leader, "leader"},
    {ViewerRow::holder_leader, "leader"},
    {ViewerRow::named_coordinator, "coordinator"},
    {ViewerRow::coordinator, "coordinator"},
    {ViewerRow::auditor, "auditor"},
    {ViewerRow::dpo, "dpo"},
    {ViewerRow::archivist, "archivist"},
    {ViewerRow::broke_glass, "breakGlass"},
    {ViewerRow::reporter, "reporter"},
};

const char* capacity_of(const bti::Visibility& visibility) {
  for (const RowCapacity& one : kCapacities)
    if (visibility.rows().has(one.row)) return one.capacity;
  return "staff";
}

}  // namespace

bool RecordedReads::is_known(const Visit& visit) const {
  const std::lock_guard lock{mutex_};
  return visits_.contains(visit);
}

void RecordedReads::remember(const Visit& visit) {
  const std::lock_guard lock{mutex_};
  if (!visits_.insert(visit).second) return;
  in_order_.push_back(visit);
  if (in_order_.size() <= kVisitsMax) return;
  visits_.erase(in_order_.front());
  in_order_.pop_front();
}

void RecordedReads::forget(const Visit& visit) {
  const std::lock_guard lock{mutex_};
  if (visits_.erase(visit) != 0) std::erase(in_order_, visit);
}

Result<Admission> RecordedReads::admit(const SubjectId& case_id, const SignedIn& reader,
                                       const ReadPurpose& purpose) {
  const bti::ViewerReader viewer{log_, gate_};
  ENGINE_TRY(axes, bti::viewer_axes(log_, {}));
  ENGINE_TRY(viewed, viewer.view(case_id, reader.person, axes));
  const Visit visit{reader.person, case_id, purpose.purpose, purpose.visit, purpose.service};
  // Whoever is shown nothing any more is told so, and the attempt is recorded.
  const bti::ViewerRows rows = viewed->visibility().rows();
  if (is_known(visit) && !viewed->seen().empty()) return Admission{std::nullopt, rows};
  forget(visit);

  const std::string capacity = capacity_of(viewed->visibility());
  std::string service = purpose.service;
  const bti::Registration* person = viewed->directory().person(
      reader.person, {viewed->question().at, viewed->question().known.size});
  if (service.empty() && person && !viewed->visibility().is_family()) service = person->service;

  bti::JsonEvent event;
  event.case_label = gate_.labels().label_of(log::LabelSpace::subject, case_id.array());
  event.type = "EntryRead";
  event.occurred_at = axes.as_of;
  event.actor = reader.label;
  event.data = {{"reader", reader.label},
                {"capacity", capacity},
                {"purpose", purpose.purpose},
                {"visit", purpose.visit}};
  if (!service.empty()) event.data["service"] = service;
  const bti::Answer answer = bti::Recorder{log_, gate_}.record_and_wait(std::move(event));
  if (const auto* refusal = std::get_if<log::Refusal>(&answer.result))
    return Admission{*refusal, rows};
  if (const auto* error = std::get_if<Error>(&answer.result)) return *error;
  remember(visit);
  return Admission{std::nullopt, rows};
}

}  // namespace stafett::server
