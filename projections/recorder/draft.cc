#include "projections/recorder/draft.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstring>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "engine/log/door.h"
#include "engine/log/unsigned_intent.h"
#include "projections/gate/directory_source.h"
#include "projections/gate/part_maker.h"
#include "projections/profile/canonical_json.h"
#include "projections/rules/compartment.h"
#include "projections/rules/hard_rules.h"

namespace stafett::bti {
namespace {

// Names to ids through the log's book; the first I/O error is kept, as the codec cannot carry it.
class BookEncode final : public EncodeContext {
 public:
  explicit BookEncode(BtiGate& gate) : gate_(gate) {}
  Resolved<ActorId> person(std::string_view label) override {
    const NamedId named = resolve(log::LabelSpace::person, label);
    return {ActorId{named.id}, named.is_new};
  }
  Resolved<SubjectId> case_id(std::string_view label) override {
    const NamedId named = resolve(log::LabelSpace::subject, label);
    return {SubjectId{named.id}, named.is_new};
  }
  std::optional<EventId> event(std::string_view text) override {
    const auto uuid = parse_uuid(text);
    return uuid ? std::optional{EventId{*uuid}} : std::nullopt;
  }
  std::optional<EventType> type_of(const EventId& event) override { return gate_.type_of(event); }
  std::optional<Error> error;

 private:
  NamedId resolve(log::LabelSpace space, std::string_view label) {
    Result<NamedId> named = gate_.labels().id_of(space, std::string{label});
    if (named) return *named;
    error = named.error();
    return {};
  }
  BtiGate& gate_;
};

Hash fingerprint_of(std::string_view type, const std::optional<std::string>& case_label,
                    TimeUs occurred_at, std::string_view actor, Mode mode,
                    const boost::json::value& data) {
  boost::json::object content;
  content["type"] = type;
  if (case_label) content["case"] = *case_label;
  content["occurredAt"] = to_text(occurred_at);
  content["actor"] = actor;
  content["mode"] = mode_name(mode);
  content["data"] = data;
  return crypto::sha256(as_bytes(canonical_json(content)));
}

struct Drafting {
  Drafting(log::Log& in_log, BtiGate& in_gate, const JsonEvent& of)
      : log(in_log), gate(in_gate), json(of) {}
  log::Log& log;
  BtiGate& gate;
  const JsonEvent& json;
  std::shared_ptr<Event> event = std::make_shared<Event>();
  const EventInfo* info = nullptr;
  CasePtr handle;
  std::optional<NamedId> case_name;
  std::optional<SchemaFault> fault;
  EncodedParts parts;
};

Result<void> find_case(Drafting& draft) {
  const bool wants_case = !draft.info || draft.info->stream == StreamKind::case_ ||
                          draft.info->stream == StreamKind::access;
  if (!draft.json.case_label) {
    if (wants_case && draft.info)
      draft.fault = SchemaFault{SchemaFault::Kind::schema, "/case", "missing"};
    return {};
  }
  if (!wants_case) {
    draft.fault = SchemaFault{SchemaFault::Kind::schema, "/case", "this type has no case"};
    return {};
  }
  ENGINE_TRY(named, draft.gate.labels().id_of(log::LabelSpace::subject, *draft.json.case_label));
  draft.case_name = named;
  draft.event->case_id = SubjectId{named.id};
  ENGINE_TRY(handle, draft.gate.handle(draft.event->case_id));
  draft.handle = handle;
  return {};
}

Result<void> encode_data(Drafting& draft) {
  if (draft.fault) return {};
  BookEncode context{draft.gate};
  std::vector<NewLabel> labels;
  std::optional<SubjectId> case_id;
  if (draft.case_name) {
    case_id = draft.event->case_id;
    if (draft.case_name->is_new)
      labels.push_back({LabelKind::case_, draft.case_name->id, *draft.json.case_label});
  }
  Checked<EncodedParts> encoded =
      encode(*draft.info, case_id, draft.json.data, context, std::move(labels));
  if (context.error) return *context.error;
  if (!encoded) {
    draft.fault = encoded.error();
    if (draft.fault->kind != SchemaFault::Kind::correction) return {};
    // Changes that do not fit the target are a rule's business; the rules before it judge the rest.
    boost::json::object rest = draft.json.data;
    rest.erase("changes");
    rest["void"] = true;  // so that it corrects something
    encoded = encode(*draft.info, case_id, rest, context);
    if (!encoded) return {};
  }
  draft.parts = std::move(*encoded);
  std::shared_ptr<const OpenedPart>* slots[] = {&draft.event->fact, &draft.event->narrative,
                                                &draft.event->identity};
  for (std::size_t i = 0; i < kClassCount; ++i)
    if (const auto& words = draft.parts.words[i]; words.size() > 0) {
      auto copy = kj::heapArray<capnp::word>(words.size());
      std::memcpy(copy.begin(), words.begin(), words.asBytes().size());
      *slots[i] = std::make_shared<const OpenedPart>(kj::mv(copy));
    }
  return {};
}

void settle_compartment(Drafting& draft) {
  Event& event = *draft.event;
  if (!draft.handle) {
    event.compartment = draft.info && draft.info->stream == StreamKind::directory
                            ? Compartment::directory
                            : Compartment::audit;
    return;
  }
  const std::lock_guard lock{draft.handle->mutex};
  const CaseState* state = draft.handle->recorded ? &draft.handle->record.state() : nullptr;
  event.position = Position{std::numeric_limits<std::uint64_t>::max() - 1};
  event.compartment = compartment_of(*draft.info, event, state);
}

StreamId stream_of(const Drafting& draft) {
  if (!draft.handle)
    return draft.event->compartment == Compartment::directory ? draft.log.streams().directory
                                                              : draft.log.streams().audit;
  const std::lock_guard lock{draft.handle->mutex};
  return draft.handle->stream(lane_of(draft.event->compartment));
}

format::StreamKind kind_of(Compartment compartment) {
  switch (compartment) {
    case Compartment::directory:
      return format::StreamKind::directory;
    case Compartment::audit:
      return format::StreamKind::audit;
    case Compartment::access:
      return format::StreamKind::access;
    default:
      return format::StreamKind::case_;
  }
}

// `expect` names the version that the client saw last; it is signed as that entry's leaf hash.
Result<void> expect_head(const Drafting& draft, log::Unsigned& event) {
  if (!draft.json.expect) return {};
  const std::optional<std::uint64_t>& version = *draft.json.expect;
  if (!version) {
    event.expects = format::Expectation::no_stream;
    return {};
  }
  event.expects = format::Expectation::head;
  const storage::Store& store = draft.log.store();
  ENGINE_TRY(position, store.stream_position(event.stream, Version{*version}));
  if (!position) return {};  // the zero hash: no entry has it, so the answer is `conflict`
  ENGINE_TRY(bytes, store.entry(*position));
  event.expected_head = transparency::leaf_hash(bytes);
  return {};
}

log::Attempt attempt_of(Drafting&& draft, const EventId& id, const Hash& fingerprint) {
  auto prepared = std::make_unique<PreparedEvent>();
  prepared->event = draft.event;
  prepared->handle = draft.handle;
  prepared->fault = std::move(draft.fault);
  prepared->event_id = id;
  return {id, fingerprint, std::move(prepared)};
}

// From names to ids, the case, and the content by class; `drafting.fault` says what cannot be.
Result<void> fill(Drafting& drafting, const EventId& id) {
  const JsonEvent& json = drafting.json;
  Event& event = *drafting.event;
  event.id = id;
  event.mode = json.mode;
  event.occurred_at = json.occurred_at;
  ENGINE_TRY(actor, drafting.gate.labels().id_of(log::LabelSpace::person, json.actor));
  event.actor = ActorId{actor.id};
  drafting.info = registry().find(std::string_view{json.type});
  if (drafting.info)
    event.type = drafting.info->type;
  else
    drafting.fault = SchemaFault{SchemaFault::Kind::schema, "/type", "unknown event type"};
  ENGINE_TRY_VOID(find_case(drafting));
  ENGINE_TRY_VOID(encode_data(drafting));
  if (drafting.info && !drafting.fault) settle_compartment(drafting);
  return {};
}

// All but attachments. REQUIRES: there is no fault.
Result<log::Unsigned> unsigned_of(const Drafting& drafting) {
  const Event& event = *drafting.event;
  log::Unsigned unsigned_event;
  unsigned_event.event = event.id;
  unsigned_event.stream_kind = kind_of(event.compartment);
  unsigned_event.stream = stream_of(drafting);
  unsigned_event.occurred_at = event.occurred_at;
  unsigned_event.evidence = drafting.json.evidence;
  unsigned_event.mode = static_cast<format::Mode>(static_cast<int>(event.mode) + 1);
  unsigned_event.parts = open_parts(drafting.parts, drafting.log.random());
  ENGINE_TRY_VOID(expect_head(drafting, unsigned_event));
  return unsigned_event;
}

// What the gate would say now, where that follows from the state.
Result<std::optional<log::Refusal>> refused_now(Drafting& drafting) {
  Event& event = *drafting.event;
  if (drafting.fault && drafting.fault->kind == SchemaFault::Kind::correction)
    return std::optional{log::Refusal{"correction-not-allowed", "H26", drafting.fault->detail,
                                      drafting.fault->pointer}};
  if (!drafting.fault && (event.type == schema::EventType::ENTRY_CORRECTED ||
                          event.type == schema::EventType::ENTRY_READ))
    return std::optional<log::Refusal>{};
  event.recorded_at = drafting.log.clock().now();
  ENGINE_TRY(directory, drafting.gate.directory_now());
  Attempt attempt{event};
  attempt.fault = drafting.fault ? &*drafting.fault : nullptr;
  if (drafting.handle)
    attempt.find_access_event = [&](const EventId& id) -> EventPtr {
      const Result<std::vector<EventPtr>> events =
          drafting.gate.source().of_case(drafting.handle->streams, drafting.log.head().size);
      if (!events) return nullptr;
      const auto found = std::ranges::find(*events, id, [](const EventPtr& e) { return e->id; });
      const bool there = found != events->end() && (*found)->compartment == Compartment::access;
      return there ? *found : nullptr;
    };
  std::optional<Refusal> refusal;
  if (drafting.handle) {
    const std::lock_guard lock{drafting.handle->mutex};
    const CaseState* state = drafting.handle->recorded ? &drafting.handle->record.state() : nullptr;
    refusal = judge(attempt, state, *directory);
  } else {
    refusal = judge(attempt, nullptr, *directory);
  }
  if (!refusal) return std::optional<log::Refusal>{};
  return std::optional{log::Refusal{std::string{refusal->code}, std::string{refusal->rule},
                                    refusal->detail, refusal->pointer}};
}

}  // namespace

Hash fingerprint_of(const JsonEvent& json) {
  return fingerprint_of(json.type, json.case_label, json.occurred_at, json.actor, json.mode,
                        json.data);
}

Result<Draft> make_draft(log::Log& log, BtiGate& gate, const JsonEvent& json, const EventId& id,
                         std::optional<format::PartCommitment>& document) {
  Drafting drafting(log, gate, json);
  ENGINE_TRY_VOID(fill(drafting, id));
  const Event& event = *drafting.event;

  Draft draft;
  draft.compartment = event.compartment;
  Result<std::shared_ptr<const log::Signer>> signer = log.signer_of(event.actor);
  if (!signer && signer.error().code() != Errc::not_found) return signer.error();
  if (drafting.fault || !signer) {
    draft.attempt = attempt_of(std::move(drafting), id, fingerprint_of(json));
    return draft;
  }
  ENGINE_TRY(unsigned_event, unsigned_of(drafting));
  if (json.attachment) {
    if (!drafting.handle) return Error{Errc::invalid_argument, "an attachment belongs to a case"};
    if (!document) {
      DomainId content;
      {
        const std::lock_guard lock{drafting.handle->mutex};
        if (drafting.handle->erased) return Error{Errc::erased, "the case was erased"};
        content = drafting.handle->streams.content;
      }
      ENGINE_TRY(stored,
                 log::store_attachment({log.store(), log.vault(), log.random(), log.origin_hash()},
                                       id, content, json.attachment));
      document = stored;
    }
    unsigned_event.attachments.push_back(*document);
  }
  std::vector<log::Unsigned> events;
  events.push_back(std::move(unsigned_event));
  draft.group = (*signer)->sign(std::move(events), log.clock().now());
  return draft;
}

Result<std::variant<DraftToSign, log::Refusal>> make_draft_to_sign(log::Log& log, BtiGate& gate,
                                                                   const JsonEvent& json,
                                                                   const EventId& id) {
  Drafting drafting(log, gate, json);
  ENGINE_TRY_VOID(fill(drafting, id));
  const Event& event = *drafting.event;
  const std::optional<KeyId> key_id = log.keyring().current_key(event.actor);
  const std::optional<log::EnrolledKey> key = key_id ? log.keyring().find(*key_id) : std::nullopt;
  if (!key || key->custody != format::Custody::own)
    return Error{Errc::not_found, "no key that the actor keeps"};
  ENGINE_TRY(refusal, refused_now(drafting));
  if (refusal) return std::variant<DraftToSign, log::Refusal>{*refusal};

  ENGINE_TRY(unsigned_event, unsigned_of(drafting));
  const format::Intent intent = log::intent_of(
      unsigned_event, {log.origin_hash(), event.actor, *key_id, key->enrolled_at, key->custody},
      log.clock().now());
  DraftToSign draft;
  draft.compartment = event.compartment;
  log::Submission submission{format::encode(intent), std::move(unsigned_event.parts),
                             unsigned_event.mode};
  draft.message = log::message_alone(log.origin_hash(), submission.intent);
  draft.group.events.push_back(std::move(submission));
  return std::variant<DraftToSign, log::Refusal>{std::move(draft)};
}

Result<std::optional<Answer>> earlier_answer(log::Log& log, BtiGate& gate, const EventId& id,
                                             const Hash& fingerprint) {
  ENGINE_TRY(seen, log.store().event(id));
  if (std::holds_alternative<std::monostate>(seen)) return std::optional<Answer>{};
  const auto* position = std::get_if<Position>(&seen);
  if (!position) {
    ENGINE_TRY(outcome, log::earlier_outcome(log.store(), log.index(), id, fingerprint));
    if (!outcome) return std::optional<Answer>{};
    return std::optional{Answer{id, std::get<log::Refusal>(std::move(*outcome))}};
  }
  const BookLabels labels{gate.labels()};
  ENGINE_TRY(opened, log.opener().open(*position));
  ENGINE_TRY(json, recorded_json(opened, gate, labels));
  ENGINE_TRY(event, gate.source().event(opened));
  std::optional<std::string> case_label;
  if (const boost::json::value* label = json.if_contains("case"))
    case_label = std::string{label->as_string()};
  const Hash recorded = fingerprint_of(
      json.at("type").is_string() ? std::string_view{json.at("type").as_string()} : "", case_label,
      opened.entry.intent.occurred_at, json.at("actor").as_string(),
      event ? event->mode : Mode::live, json.at("data"));
  if (recorded != fingerprint) return std::optional{Answer{id, log::conflict_refusal()}};
  ENGINE_TRY(receipt, log::receipt_for(log.store(), *position));
  return std::optional{Answer{id, Recorded{std::move(receipt), case_label.value_or(""),
                                           event ? event->compartment : Compartment::open}}};
}

}  // namespace stafett::bti
