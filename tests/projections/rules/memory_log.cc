#include "tests/projections/rules/memory_log.h"

#include <boost/json/array.hpp>

#include "engine/base/check.h"
#include "projections/rules/compartment.h"
#include "projections/state/wire.h"

namespace stafett::bti::test {

namespace json = boost::json;

namespace {

const TimeUs kBeginning{631152000LL * 1'000'000};  // 1990

std::shared_ptr<const OpenedPart> opened(kj::Array<capnp::word>& words) {
  if (words.size() == 0) return nullptr;
  return std::make_shared<const OpenedPart>(kj::mv(words));
}

void open_parts(Event& event, EncodedParts& parts) {
  event.fact = opened(parts.words[class_index(FieldClass::FACT)]);
  event.narrative = opened(parts.words[class_index(FieldClass::NARRATIVE)]);
  event.identity = opened(parts.words[class_index(FieldClass::IDENTITY)]);
}

}  // namespace

std::array<std::uint8_t, 16> id_for(std::string_view label) {
  std::array<std::uint8_t, 16> out{};
  std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a, twice
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (const char c : label) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
    hash = (hash ^ i) * 0x100000001b3ULL;
    out[i] = static_cast<std::uint8_t>(hash >> 32);
  }
  out[0] |= 1;  // never zero
  return out;
}

class MemoryLog::Context final : public EncodeContext {
 public:
  explicit Context(MemoryLog& log) : log_(log) {}
  Resolved<ActorId> person(std::string_view label) override {
    log_.learn(label);
    return {id<ActorId>(label)};
  }
  Resolved<SubjectId> case_id(std::string_view label) override {
    log_.learn(label);
    return {id<SubjectId>(label)};
  }
  std::optional<EventId> event(std::string_view text) override { return id<EventId>(text); }
  std::optional<EventType> type_of(const EventId& event) override {
    const auto found = log_.by_id_.find(event);
    if (found == log_.by_id_.end()) return std::nullopt;
    return found->second->type;
  }

 private:
  MemoryLog& log_;
};

MemoryLog::MemoryLog(Profile first) : directory_(ProfileHistory(std::move(first))) {}

void MemoryLog::learn(std::string_view label) {
  labels_[id_for(label)] = label;
}

void MemoryLog::append_directory(std::string_view type, const json::object& data) {
  const EventInfo* info = registry().find(type);
  Context context(*this);
  auto parts = encode(*info, std::nullopt, data, context);
  CHECK(parts.has_value());
  Event event;
  event.position = Position{next_position_++};
  event.occurred_at = event.recorded_at = kBeginning;
  event.type = info->type;
  event.compartment = Compartment::directory;
  open_parts(event, *parts);
  directory_.apply(event);
}

void MemoryLog::add_service(std::string_view service, std::string_view kind) {
  append_directory("ServiceRegistered",
                   {{"service", service},
                    {"kind", kind},
                    {"names", {{"nb", service}, {"nn", service}, {"en", service}}}});
}

void MemoryLog::add_person(std::string_view label, const json::array& roles,
                           std::string_view service) {
  json::object data{{"person", label}, {"roles", roles}, {"active", true}};
  if (!service.empty()) data["service"] = service;
  append_directory("PersonRegistered", data);
}

std::optional<Refusal> MemoryLog::record(const Command& command) {
  learn(command.id);
  learn(command.by);
  learn(command.case_label);
  auto event = std::make_shared<Event>();
  event->id = id<EventId>(command.id);
  event->position = Position{next_position_};
  event->actor = id<ActorId>(command.by);
  event->mode = command.mode;
  event->occurred_at = command.occurred_at;
  event->recorded_at = command.recorded_at;
  std::optional<SchemaFault> fault;
  const Checked<const EventInfo*> info = event_named(command.type);
  if (!info) {
    fault = info.error();
    return judge_and_keep(event, fault, "");
  }
  event->type = (*info)->type;
  const bool of_case =
      (*info)->stream == StreamKind::case_ || (*info)->stream == StreamKind::access;
  const std::string case_label = of_case ? command.case_label : "";
  if (of_case) event->case_id = id<SubjectId>(case_label);
  Context context(*this);
  auto parts =
      encode(**info, of_case ? std::optional(event->case_id) : std::nullopt, command.data, context);
  if (parts)
    open_parts(*event, *parts);
  else
    fault = parts.error();
  // Changes that do not fit the target leave no parts: the rest of the event is judged all the
  // same.
  if (fault && fault->kind == SchemaFault::Kind::correction) {
    json::object without = command.data;
    without.erase("changes");
    without["occurredAt"] = "2000-01-01T00:00:00Z";
    auto rest = encode(**info, event->case_id, without, context);
    CHECK(rest.has_value());
    open_parts(*event, *rest);
  }
  event->compartment = compartment_of(**info, *event, state(case_label));
  return judge_and_keep(event, fault, case_label);
}

std::optional<Refusal> MemoryLog::judge_and_keep(const std::shared_ptr<Event>& event,
                                                 const std::optional<SchemaFault>& fault,
                                                 const std::string& case_label) {
  const CaseState* now = state(case_label);
  std::optional<CaseState> then;
  EventPtr before, after;
  std::optional<CorrectionAttempt> correction;
  if (now && event->type == EventType::ENTRY_READ && event->occurred_at < now->last.at)
    then = state_at(case_label, {}, event->occurred_at);
  if (const EventRef* target = now && !fault ? correctable_target(*event, *now) : nullptr) {
    std::vector<EventPtr> earlier;
    for (const EventPtr& one : events(case_label))
      if (one->type == EventType::ENTRY_CORRECTED &&
          event_of(one->facts<schema::EntryCorrected>().getTarget()) == target->id)
        earlier.push_back(one);
    before = corrected(by_id_.at(target->id), earlier);
    if (before) after = with_correction(*before, *event);
    if (after) correction.emplace(CorrectionAttempt{*before, *after});
  }
  Attempt attempt{*event,
                  fault ? &*fault : nullptr,
                  correction ? &*correction : nullptr,
                  then ? &*then : nullptr,
                  {}};
  if (now)
    attempt.find_access_event = [&](const EventId& wanted) -> EventPtr {
      for (const EventPtr& one : events(case_label))
        if (one->id == wanted && one->compartment == Compartment::access) return one;
      return nullptr;
    };
  if (auto refusal = judge(attempt, now, directory_)) return refusal;
  ++next_position_;
  by_id_[event->id] = event;
  directory_.apply(*event);
  if (case_label.empty()) return std::nullopt;
  Case& kept = cases_[case_label];
  kept.events.push_back(event);
  if (!kept.record) kept.record = std::make_unique<CaseRecord>(event->case_id);
  CHECK(kept.record->add({event}, [&]() -> Result<std::vector<EventPtr>> { return kept.events; })
            .has_value());
  return std::nullopt;
}

std::vector<std::string> MemoryLog::cases() const {
  std::vector<std::string> out;
  for (const auto& [label, one] : cases_) out.push_back(label);
  return out;
}

const std::vector<EventPtr>& MemoryLog::events(std::string_view case_label) const {
  static const std::vector<EventPtr> kNone;
  const auto found = cases_.find(case_label);
  return found == cases_.end() ? kNone : found->second.events;
}

const CaseState* MemoryLog::state(std::string_view case_label) const {
  const auto found = cases_.find(case_label);
  return found == cases_.end() ? nullptr : &found->second.record->state();
}

CaseState MemoryLog::state_at(std::string_view case_label, Knowledge known, TimeUs as_of) const {
  return build(id<SubjectId>(case_label), events(case_label), known, as_of);
}

json::object MemoryLog::state_json(std::string_view case_label, Knowledge known,
                                   TimeUs as_of) const {
  return to_json(state_at(case_label, known, as_of), as_of, directory_.profiles(), *this);
}

std::string MemoryLog::label_of(const std::array<std::uint8_t, 16>& id) const {
  const auto found = labels_.find(id);
  return found == labels_.end() ? "?" : found->second;
}
std::string MemoryLog::person(const ActorId& id) const {
  return label_of(id.array());
}
std::string MemoryLog::case_id(const SubjectId& id) const {
  return label_of(id.array());
}
std::string MemoryLog::event(const EventId& id) const {
  return label_of(id.array());
}

}  // namespace stafett::bti::test
