#include "projections/gate/system_events.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "projections/gate/part_maker.h"

namespace stafett::bti {
namespace {

// The only person of these events is given; what they name of events is given as UUIDs.
class GivenPerson final : public EncodeContext {
 public:
  explicit GivenPerson(const ActorId& person) : person_(person) {}
  Resolved<ActorId> person(std::string_view) override { return {person_, false}; }
  Resolved<SubjectId> case_id(std::string_view) override { return {}; }
  std::optional<EventId> event(std::string_view text) override {
    const auto uuid = parse_uuid(text);
    return uuid ? std::optional{EventId{*uuid}} : std::nullopt;
  }
  std::optional<EventType> type_of(const EventId&) override { return std::nullopt; }

 private:
  const ActorId person_;
};

constexpr char kTheActor[] = "actor";

void describe(const SystemEvents::Refused& refused, boost::json::object& data) {
  data["code"] = refused.code;
  if (refused.intent_leaf) data["intent"] = to_hex(refused.intent_leaf->view());
  data["event"] = to_uuid_text(refused.event_id.view());
}

boost::json::object command_rejected(const SystemEvents::Refused& refused) {
  const EventInfo* info = refused.event ? registry().find(refused.event->type) : nullptr;
  boost::json::object data;
  data["commandType"] = info ? std::string{info->name} : std::string{"unknown"};
  data["rule"] = refused.rule.empty() ? std::string{"engine"} : std::string{refused.rule};
  data["attemptedBy"] = kTheActor;
  describe(refused, data);
  return data;
}

boost::json::object read_denied(const SystemEvents::Refused& refused) {
  const auto read = refused.event->facts<schema::EntryRead>();
  boost::json::object data;
  data["reader"] = kTheActor;
  if (read.hasService()) data["service"] = read.getService().cStr();
  const EventInfo* info = registry().find(schema::EventType::READ_DENIED);
  const auto& purposes = info->field("purpose")->enum_values;
  const auto purpose = static_cast<std::size_t>(read.getPurpose());
  if (purpose < purposes.size()) data["purpose"] = std::string{purposes[purpose]};
  if (read.hasEntries()) {
    boost::json::array entries;
    for (const auto entry : read.getEntries())
      entries.emplace_back(to_uuid_text({entry.begin(), entry.size()}));
    data["entries"] = std::move(entries);
  }
  describe(refused, data);
  return data;
}

ActorId reader_of(const Event& read) {
  const auto reader = read.identities<schema::EntryRead>().getReader();
  return ActorId::from({reader.begin(), reader.size()}).value_or(read.actor);
}

Checked<EncodedParts> encode_as(schema::EventType type, const SystemEvents::Refused& refused,
                                const ActorId& person, boost::json::object data) {
  GivenPerson context{person};
  const bool in_case = refused.handle && refused.handle->recorded;
  return encode(*registry().find(type), in_case ? std::optional{refused.handle->id} : std::nullopt,
                data, context);
}

// ReadDenied for a read; CommandRejected for all else, and for a read that was refused before its
// data was looked at, when that does not hold what ReadDenied must say.
EncodedParts parts_of(const SystemEvents::Refused& refused) {
  const bool denied_read = refused.event && refused.rule != "H04" &&
                           refused.event->type == schema::EventType::ENTRY_READ && refused.handle &&
                           refused.handle->recorded;
  if (denied_read) {
    Checked<EncodedParts> denied = encode_as(schema::EventType::READ_DENIED, refused,
                                             reader_of(*refused.event), read_denied(refused));
    if (denied) return *std::move(denied);
  }
  Checked<EncodedParts> rejected = encode_as(schema::EventType::COMMAND_REJECTED, refused,
                                             refused.actor, command_rejected(refused));
  CHECK(rejected);
  return *std::move(rejected);
}

}  // namespace

bool SystemEvents::within_limit(const ActorId& actor, TimeUs now) {
  constexpr std::size_t kActorsMax = 100'000;
  if (minutes_.size() > kActorsMax) minutes_.clear();
  Minute& minute = minutes_[actor];
  const std::int64_t current = now.value() / 60'000'000;
  if (minute.minute != current) minute = {current, 0};
  if (minute.count < kPerMinute) {
    ++minute.count;
    return true;
  }
  ++suppressed_;
  return false;
}

std::vector<log::SubmissionGroup> SystemEvents::rejected(const Refused& refused) {
  if (!within_limit(refused.actor, refused.recorded_at)) return {};
  const EncodedParts parts = parts_of(refused);
  const bool in_case = refused.handle && refused.handle->recorded;
  log::Unsigned event;
  event.event = make_event_id(refused.recorded_at, log_.random());
  event.stream_kind = in_case ? format::StreamKind::access : format::StreamKind::audit;
  event.stream =
      in_case ? refused.handle->stream(lane_of(Compartment::access)) : log_.streams().audit;
  event.occurred_at = refused.recorded_at;
  event.parts = open_parts(parts, log_.random());
  std::vector<log::Unsigned> events;
  events.push_back(std::move(event));
  std::vector<log::SubmissionGroup> groups;
  groups.push_back(log_.system().sign(std::move(events), refused.recorded_at));
  return groups;
}

}  // namespace stafett::bti
