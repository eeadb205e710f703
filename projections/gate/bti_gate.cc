#include "projections/gate/bti_gate.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/format/words.h"
#include "projections/catalogue/part_check.h"
#include "projections/gate/directory_source.h"
#include "projections/rules/compartment.h"

namespace stafett::bti {
namespace {

bool is_case_stream(const EventInfo* info) {
  return info && (info->stream == StreamKind::case_ || info->stream == StreamKind::access);
}

log::Refusal to_log(const Refusal& refusal) {
  return {std::string{refusal.code}, std::string{refusal.rule}, refusal.detail, refusal.pointer};
}

}  // namespace

BtiGate::BtiGate(log::Log& log, std::size_t cases_max)
    : log_(log),
      source_(log.store(), log.index(), log.opener()),
      labels_(log.index(), log.random()),
      evidence_(log.index()),
      documents_(log),
      cases_(log, source_, cases_max),
      system_events_(log),
      live_directory_(log, source_) {}

Result<std::unique_ptr<BtiGate>> BtiGate::open(log::Log& log, std::size_t cases_max) {
  std::unique_ptr<BtiGate> gate{new BtiGate{log, cases_max}};
  ENGINE_TRY(directory, directory_at(log, gate->source_, TreeSize{UINT64_MAX}));
  gate->directory_ = std::move(directory);
  return gate;
}

Result<std::shared_ptr<const Directory>> BtiGate::directory_now() {
  return live_directory_.at_least(log_.size());
}

Result<std::shared_ptr<const Directory>> BtiGate::directory_known(TreeSize size) {
  const TreeSize known{std::min(size.value(), log_.size().value())};
  ENGINE_TRY(live, live_directory_.at(known));
  if (live) return live;
  ENGINE_TRY(directory, directory_at(log_, source_, size));
  return std::make_shared<const Directory>(std::move(directory));
}

std::optional<EventType> BtiGate::type_of(const EventId& id) const {
  const Result<storage::EventOutcome> outcome = log_.store().event(id);
  if (!outcome) return std::nullopt;
  const Position* position = std::get_if<Position>(&*outcome);
  if (!position) return std::nullopt;
  const Result<EventPtr> event = source_.at(*position);
  if (!event || !*event) return std::nullopt;
  return (*event)->type;
}

Result<log::Prepared> BtiGate::prepare(const log::Candidate& candidate) {
  auto prepared = std::make_unique<PreparedEvent>();
  auto event = std::make_shared<Event>();
  const format::Intent& intent = candidate.intent;
  event->id = intent.event_id;
  event->actor = intent.actor;
  event->mode = static_cast<Mode>(static_cast<std::uint8_t>(candidate.mode) - 1);
  event->occurred_at = intent.occurred_at;
  prepared->event_id = intent.event_id;
  prepared->intent_leaf = candidate.intent_leaf;
  if (intent.evidence) {
    ENGINE_TRY(row, evidence_.row(*intent.evidence));
    prepared->evidence = std::move(row);
  }
  prepared->stream = intent.stream_id;
  prepared->expects_no_stream = intent.expects == format::Expectation::no_stream;

  PartViews views{};
  std::array<kj::Array<capnp::word>, kClassCount> words;
  bool aligned = true;
  for (const format::OpenPart& part : candidate.parts) {
    const std::size_t i = static_cast<std::size_t>(part.part_class) - 1;
    Result<kj::Array<capnp::word>> copied = format::to_words(part.plaintext);
    aligned = aligned && copied && i < kClassCount;
    if (!aligned) break;
    words[i] = kj::mv(*copied);
    views[i] = words[i];
  }
  if (aligned) {
    Checked<CheckedParts> checked =
        check_parts(views, [this](const EventId& id) { return type_of(id); });
    if (checked) {
      event->type = checked->event->type;
      event->case_id = checked->case_id.value_or(SubjectId{});
      prepared->labels = std::move(checked->labels);
      const auto keep = [&](std::size_t i) {
        return words[i].size() == 0 ? nullptr
                                    : std::make_shared<const OpenedPart>(kj::mv(words[i]));
      };
      event->fact = keep(0);
      event->narrative = keep(1);
      event->identity = keep(2);
    } else {
      prepared->fault = checked.error();
    }
  } else {
    prepared->fault = SchemaFault{SchemaFault::Kind::schema, "", "a part is not of the schema"};
  }
  prepared->event = event;
  ENGINE_TRY_VOID(prepare_stream(candidate, *prepared));
  ENGINE_TRY(domain, domain_for(*prepared));
  return log::Prepared{std::move(prepared), domain};
}

Result<void> BtiGate::prepare_stream(const log::Candidate& candidate, PreparedEvent& prepared) {
  Event& event = *prepared.event;
  const EventInfo* info = registry().find(event.type);
  if (!is_case_stream(info)) {
    event.compartment = candidate.intent.stream_kind == format::StreamKind::directory
                            ? Compartment::directory
                            : Compartment::audit;
    return {};
  }
  if (event.case_id.is_zero()) return {};
  ENGINE_TRY(handle, cases_.acquire(event.case_id));
  prepared.handle = handle;
  bool ours;
  {
    const std::lock_guard lock{handle->mutex};
    ours = std::ranges::find(handle->streams.streams, prepared.stream) !=
               handle->streams.streams.end() ||
           std::ranges::find(handle->planned, prepared.stream) != handle->planned.end();
  }
  if (!ours) {
    ENGINE_TRY(record, log_.index().stream(prepared.stream));
    prepared.stream_is_taken = record.has_value();
  }
  return {};
}

Result<DomainId> BtiGate::domain_for(PreparedEvent& prepared) {
  const Event& event = *prepared.event;
  if (prepared.handle) {
    const EventInfo* info = registry().find(event.type);
    const std::lock_guard lock{prepared.handle->mutex};
    // Refused at its turn: sealed under a key that there is, and stored nowhere.
    if (prepared.handle->erased) return shared_domain(log_.streams().audit);
    return info->stream == StreamKind::access ? prepared.handle->streams.access
                                              : prepared.handle->streams.content;
  }
  if (event.type == schema::EventType::PERSON_DETAILS_RECORDED) {
    const auto person = event.identities<schema::PersonDetailsRecorded>().getPerson();
    const std::string label = to_hex({person.begin(), person.size()});
    ENGINE_TRY(known, log_.index().id_of(log::LabelSpace::person_key, label));
    if (known) {
      prepared.person_key = DomainId{*known};
    } else {
      ENGINE_TRY(fresh, log_.vault().acquire(log::DomainKind::person));
      prepared.person_key = fresh;
    }
    return *prepared.person_key;
  }
  const bool directory = event.compartment == Compartment::directory;
  return shared_domain(directory ? log_.streams().directory : log_.streams().audit);
}

Result<DomainId> BtiGate::shared_domain(const StreamId& stream) const {
  ENGINE_TRY(record, log_.index().stream(stream));
  if (!record) return Error{Errc::corrupt, "the directory's or audit stream's index row"};
  return record->domain;
}

log::Decision BtiGate::decide(log::Preparation& preparation, const log::Placement& placement) {
  auto& prepared = static_cast<PreparedEvent&>(preparation);
  Event& event = *prepared.event;
  event.position = placement.position;
  event.recorded_at = placement.recorded_at;
  std::unique_lock<std::mutex> lock;
  if (prepared.handle) lock = std::unique_lock{prepared.handle->mutex};
  if (prepared.handle && prepared.handle->erased) {
    // Nothing is recorded of the attempt: the case has no stream for it any more, or soon.
    log::Decision decision;
    decision.keep_refusal = log::Decision::Keep::no;  // an order that is not whole reopens the case
    decision.refusal = log::Refusal{"erased", "", "the case was erased", {}};
    return decision;
  }
  if (const std::optional<Refusal> refusal = judge_event(prepared))
    return refuse(prepared, *refusal, placement);
  if (!prepared.intent_leaf) {
    log::Decision decision;
    decision.keep_refusal = log::Decision::Keep::no;  // a key may be enrolled later
    decision.refusal = log::Refusal{"no-key", "", "no key of the actor is kept here", {}};
    return decision;
  }
  if (std::optional<log::Decision> moved = check_stream(prepared)) return std::move(*moved);

  log::Decision decision;
  decision.profile_version = directory_.profiles().in_force(local_date(event.occurred_at)).version;
  if (const Result<void> accepted = accept(prepared, decision); !accepted) {
    // Nothing was folded or promised; the actor may try again.
    decision = {};
    decision.keep_refusal = log::Decision::Keep::no;
    decision.refusal = log::Refusal{"not-decided", "", accepted.error().to_string(), {}};
  }
  return decision;
}

Result<bool> BtiGate::is_erased(const SubjectId& case_id) const {
  ENGINE_TRY(erasure, log_.index().erasure(case_id));
  if (erasure) return true;
  ENGINE_TRY(record, source_.subject(case_id));
  return record && !log_.vault().contains(record->content);
}

std::optional<log::Refusal> BtiGate::judge_engine_event(const format::Intent& intent,
                                                        const format::EngineEvent& event,
                                                        const log::Placement&) {
  if (!std::holds_alternative<format::ErasureOrdered>(event) &&
      !std::holds_alternative<format::ErasureApproved>(event))
    return std::nullopt;
  const Registration* person = directory_.person(intent.actor);
  if (person && person->active && person->roles.has(schema::Role::ADMIN)) return std::nullopt;
  return log::Refusal{
      "not-authorised", "", "an erasure is ordered and approved by administrators", {}};
}

Result<CasePtr> BtiGate::recorded_case(const SubjectId& case_id) {
  if (CasePtr in_use = cases_.find(case_id)) return in_use;
  ENGINE_TRY(erased, is_erased(case_id));
  if (erased) return Error{Errc::erased, "the case was erased"};
  // Nothing is loaded, nor a key made, for what is asked for only.
  ENGINE_TRY(record, source_.subject(case_id));
  if (!record) return CasePtr{};
  return cases_.acquire(case_id);
}

std::optional<Refusal> BtiGate::judge_event(PreparedEvent& prepared) {
  Event& event = *prepared.event;
  CaseHandle* handle = prepared.handle.get();
  const CaseState* state = handle && handle->recorded ? &handle->record.state() : nullptr;
  if (const EventInfo* info = registry().find(event.type); is_case_stream(info))
    event.compartment = compartment_of(*info, event, state);

  Attempt attempt{event};
  attempt.fault = prepared.fault ? &*prepared.fault : nullptr;
  if (state)
    attempt.find_access_event = [&](const EventId& id) -> EventPtr {
      const Result<std::vector<EventPtr>> events = case_events(*handle);
      if (!events) return nullptr;
      const auto found = std::ranges::find(*events, id, [](const EventPtr& e) { return e->id; });
      const bool there = found != events->end() && (*found)->compartment == Compartment::access;
      return there ? *found : nullptr;
    };
  if (event.type == schema::EventType::ENTRY_CORRECTED && state && !attempt.fault)
    return judge_correction(prepared, attempt);
  std::optional<CaseState> earlier;
  if (event.type == schema::EventType::ENTRY_READ && state && event.occurred_at < state->last.at) {
    if (const Result<std::vector<EventPtr>> events = case_events(*handle)) {
      earlier = build(handle->id, *events, {}, event.occurred_at);
      attempt.state_at_read = &*earlier;
    }
  }
  return judge(attempt, state, directory_);
}

// H26 compares the target as it is known with what the correction would make of it.
std::optional<Refusal> BtiGate::judge_correction(PreparedEvent& prepared, Attempt attempt) {
  const Event& event = *prepared.event;
  CaseHandle& handle = *prepared.handle;
  const CaseState& state = handle.record.state();
  const EventRef* target = correctable_target(event, state);
  EventPtr before, after;
  std::optional<SchemaFault> fault;
  std::optional<CorrectionAttempt> correction;
  if (target) {
    if (const Result<std::vector<EventPtr>> events = case_events(handle)) {
      std::vector<EventPtr> corrections;
      EventPtr original;
      for (const EventPtr& one : *events) {
        if (one->id == target->id) original = one;
        if (one->type != schema::EventType::ENTRY_CORRECTED) continue;
        const auto names = one->facts<schema::EntryCorrected>().getTarget();
        if (EventId::from({names.begin(), names.size()}) == target->id) corrections.push_back(one);
      }
      if (original) before = corrected(original, corrections);
      if (original && !before) before = original;  // voided: the rules see the flag
      if (before) after = with_correction(*before, event);
      if (before && !after)
        fault = SchemaFault{SchemaFault::Kind::correction, "/data/changes",
                            "the changes do not fit the target"};
    }
  }
  if (fault) attempt.fault = &*fault;
  if (before && after) {
    correction.emplace(CorrectionAttempt{*before, *after});
    attempt.correction = &*correction;
  }
  return judge(attempt, &state, directory_);
}

Result<std::vector<EventPtr>> BtiGate::case_events(CaseHandle& handle) const {
  return cases_.load_events(handle);
}

log::Decision BtiGate::refuse(const PreparedEvent& prepared, const Refusal& refusal,
                              const log::Placement& placement) {
  log::Decision decision;
  decision.refusal = to_log(refusal);
  if (refusal.number == 1) return decision;  // an unknown actor: nobody to name
  decision.follow_ups = system_events_.rejected(
      {prepared.event->actor, prepared.event.get(), refusal.rule, refusal.code,
       prepared.intent_leaf, prepared.event_id, prepared.handle, placement.recorded_at});
  return decision;
}

// The compartment was settled by the events recorded until now; the actor signed for a stream. When
// the two do not meet, the same event signed for another stream may well be accepted.
std::optional<log::Decision> BtiGate::check_stream(PreparedEvent& prepared) {
  const Event& event = *prepared.event;
  bool fits;
  if (prepared.handle) {
    const std::uint8_t lane = lane_of(event.compartment);
    const StreamId& begun = prepared.handle->streams.streams[lane];
    const bool is_planned = prepared.stream == prepared.handle->planned[lane];
    fits = begun.is_zero() ? is_planned || (prepared.expects_no_stream && !prepared.stream_is_taken)
                           : prepared.stream == begun;
  } else {
    fits =
        prepared.stream == (event.compartment == Compartment::directory ? log_.streams().directory
                                                                        : log_.streams().audit);
  }
  if (fits) return std::nullopt;
  log::Decision decision;
  decision.keep_refusal = log::Decision::Keep::no;
  decision.refusal =
      log::Refusal{"stream-moved", "", "signed for another stream than the event belongs to", {}};
  return decision;
}

Result<void> BtiGate::accept(PreparedEvent& prepared, log::Decision& decision) {
  const Event& event = *prepared.event;
  for (const NewLabel& label : prepared.labels) {
    ENGINE_TRY(rows, labels_.rows(label));
    for (storage::IndexRow& row : rows) decision.rows.push_back(std::move(row));
  }
  if (prepared.evidence) decision.rows.push_back(*prepared.evidence);
  if (prepared.person_key) {
    const auto person = event.identities<schema::PersonDetailsRecorded>().getPerson();
    for (storage::IndexRow& row :
         log_.index().rows(log::LabelSpace::person_key, to_hex({person.begin(), person.size()}),
                           prepared.person_key->array()))
      decision.rows.push_back(std::move(row));
    decision.rows.push_back(log_.index().row(event.id, *prepared.person_key));
  }
  if (!prepared.handle) {
    directory_.apply(event);
    return {};
  }
  CaseHandle& handle = *prepared.handle;
  if (atomic_) remember_for_undo(prepared.handle);
  const Result<void> folded =
      handle.record.add({prepared.event}, [&] { return case_events(handle); });
  if (!folded) {
    handle.usable = false;
    return folded.error();
  }
  handle.not_durable.push_back(prepared.event);
  touched_.emplace_back(event.position, prepared.handle);
  cases_.take_snapshots(decision.rows);
  const std::uint8_t lane = lane_of(event.compartment);
  ++handle.next_versions[lane];
  if (handle.streams.streams[lane].is_zero()) {
    handle.streams.streams[lane] = prepared.stream;
    handle.recorded = true;
    const bool access = event.compartment == Compartment::access;
    decision.rows.push_back(log_.index().row(
        prepared.stream, {access ? format::StreamKind::access : format::StreamKind::case_, lane,
                          handle.id, access ? handle.streams.access : handle.streams.content}));
    decision.rows.push_back(log_.index().row(handle.id, handle.streams));
  }
  return {};
}

std::vector<log::SubmissionGroup> BtiGate::refused(const log::RefusedEvent& refused) {
  const auto* prepared = static_cast<const PreparedEvent*>(refused.preparation);
  return system_events_.rejected({refused.intent.actor, prepared ? prepared->event.get() : nullptr,
                                  refused.refusal.rule, refused.refusal.code, refused.intent_leaf,
                                  refused.intent.event_id, prepared ? prepared->handle : nullptr,
                                  refused.recorded_at});
}

void BtiGate::begin_atomic() {
  atomic_ = true;
  directory_before_ = directory_;
  touched_before_ = touched_.size();
}

void BtiGate::remember_for_undo(const CasePtr& handle) {
  if (std::ranges::find(undo_, handle, &Undo::handle) != undo_.end()) return;
  undo_.push_back({handle, handle->streams, handle->recorded, handle->record, handle->next_versions,
                   handle->not_durable.size()});
}

void BtiGate::end_atomic(Keep keep) {
  if (keep == Keep::no) {
    directory_ = std::move(*directory_before_);
    touched_.resize(touched_before_);
    for (Undo& undo : undo_) {
      const std::lock_guard lock{undo.handle->mutex};
      undo.handle->streams = undo.streams;
      undo.handle->recorded = undo.recorded;
      undo.handle->record = std::move(undo.record);
      undo.handle->next_versions = undo.next_versions;
      undo.handle->not_durable.resize(undo.not_durable);
    }
  }
  undo_.clear();
  directory_before_.reset();
  atomic_ = false;
}

void BtiGate::durable(TreeSize size) {
  for (const auto& [position, handle] : touched_) {
    CHECK(position.value() < size.value());
    const std::lock_guard lock{handle->mutex};
    handle->not_durable.clear();
  }
  touched_.clear();
}

}  // namespace stafett::bti
