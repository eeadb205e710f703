#include "projections/bundle/entry_check.h"

#include <algorithm>

#include "engine/format/words.h"
#include "engine/log/verify/content_check.h"
#include "engine/transparency/group_path.h"
#include "projections/gate/event_source.h"
#include "projections/gate/opened_event.h"
#include "projections/rules/compartment.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using format::PartClass;

namespace code = log::code;

namespace {

Withheld withheld_by(const EntryLine& line) {
  Withheld withheld;
  for (const auto* classes : {&line.erased, &line.withheld})
    for (const PartClass one : *classes)
      if (one <= PartClass::identity) withheld.add(class_at(static_cast<std::size_t>(one) - 1));
  return withheld;
}

bool is_shared(format::StreamKind kind) {
  return kind == format::StreamKind::directory || kind == format::StreamKind::audit;
}
// In a case nothing is withheld. Of what all cases share: all but what findings need.
bool may_be_withheld(format::StreamKind kind, PartClass part_class) {
  return part_class != PartClass::fact && is_shared(kind);
}
// A file of its own, told of in no line of the entries; unless an erasure took it.
bool is_document(const EntryLine& line, format::StreamKind kind, PartClass part_class) {
  return part_class == PartClass::attachment && !is_shared(kind) &&
         std::ranges::find(line.erased, part_class) == line.erased.end();
}
bool must_be_identified(EventType type) {
  return type == EventType::PERSON_REGISTERED || type == EventType::AUDIT_ACCESS_GRANTED;
}

bool is_of_kind(const EventInfo& info, format::StreamKind kind) {
  switch (kind) {
    case format::StreamKind::directory:
      return info.stream == StreamKind::directory;
    case format::StreamKind::audit:
      // What was refused outside of any case is told here.
      return info.stream == StreamKind::audit || info.type == EventType::COMMAND_REJECTED ||
             info.type == EventType::READ_DENIED;
    case format::StreamKind::case_:
      return info.stream == StreamKind::case_;
    case format::StreamKind::access:
      return info.stream == StreamKind::access;
    case format::StreamKind::engine:
      break;
  }
  return false;
}

// In which of its case's streams an event belongs: who may see it hangs on that.
bool is_of_lane(const EventInfo& info, const Event& event, std::uint8_t lane) {
  const Compartment settled = compartment_of(info, event, nullptr);
  if (lane_of(settled) == lane) return true;
  // Of these it hangs on whether the case was open by then.
  return settled == Compartment::level0 && info.compartment == CompartmentRule::level0_or_open &&
         lane == lane_of(Compartment::open);
}

}  // namespace

void EntryCheck::begin_case() {
  order_.start_over();
  ids_.clear();
}

void EntryCheck::part_fault(const EntryLine& line, PartClass part_class, const char* what,
                            const std::string& why) const {
  findings_.add(line.position, "part", what, std::string{log::class_name(part_class)} + ": " + why);
}

std::optional<CheckedLine> EntryCheck::check(const EntryLine& line, const EarlierOf& earlier) {
  ++counts_.entries;
  log::CheckedEntry checked;
  CheckedLine out;
  const bool whole = check_envelope(line, checked, out.opened);
  order_.add(checked);
  if (!whole) return std::nullopt;
  if (checked.kind == format::StreamKind::engine) {
    if (line.parts.empty() && line.erased.empty() && line.withheld.empty()) return out;
    findings_.add(line.position, "part", code::kPartDigest, "an engine event has no sealed part");
    return std::nullopt;
  }
  if (!check_openings(line, out.opened)) return std::nullopt;
  out.opened.parts = line.parts;
  out.opened.erased = line.erased;
  if (std::ranges::find(line.erased, PartClass::fact) != line.erased.end()) return out;
  out.info = check_content(line, out.opened, earlier);
  return out.info ? std::optional{std::move(out)} : std::nullopt;
}

bool EntryCheck::check_envelope(const EntryLine& line, log::CheckedEntry& checked,
                                log::OpenedEntry& opened) {
  checked.position = line.position;
  checked.leaf = transparency::leaf_hash(line.entry);
  opened.position = line.position;
  opened.leaf_hash = checked.leaf;
  Result<format::Entry> entry = format::decode_entry(line.entry);
  if (!entry) {
    findings_.add(line.position, "entry", code::kEntryHash,
                  "not an entry: " + entry.error().detail());
    return false;
  }
  if (!check_inclusion(line, checked.leaf)) return false;
  opened.entry = std::move(*entry);
  const format::Intent& intent = opened.entry.intent;
  checked.present = true;
  checked.event = intent.event_id;
  checked.stream = intent.stream_id;
  checked.kind = intent.stream_kind;
  checked.version = opened.entry.stamp.version;
  checked.previous = opened.entry.stamp.previous;
  checked.recorded_at = opened.entry.stamp.recorded_at;
  checked.expects = intent.expects;
  checked.expected_head = intent.expected_head;
  checked.actor = intent.actor;
  checked.key = intent.key;
  checked.custody = intent.custody;
  checked.enrolled_at = intent.enrolled_at;
  check_signature(opened.entry, checked);
  check_observed(intent, line.position);
  if (!ids_.insert(intent.event_id).second) {
    findings_.add(line.position, "entry", code::kDuplicateId, "another entry has its id");
    return false;
  }
  if (intent.stream_kind != format::StreamKind::engine) {
    const auto stream = record_.streams.find(intent.stream_id);
    if (stream != record_.streams.end()) opened.stream = stream->second.record;
    if (stream != record_.streams.end() && stream->second.record.kind == intent.stream_kind)
      return true;
    findings_.add(line.position, "entry", code::kStreamLink,
                  "its stream is not among the bundle's, or of another kind");
    return false;
  }
  const Result<format::EngineEvent> event = format::decode_engine_event(opened.entry.public_part);
  const format::OpenPart open{PartClass::public_, {}, opened.entry.public_part};
  if (event)
    checked.engine = std::make_unique<const log::CheckedEntry::Engine>(
        log::CheckedEntry::Engine{intent, *event});
  if (event && format::commit(open, intent.event_id).commitment == intent.parts.front().commitment)
    return true;
  findings_.add(line.position, "part", code::kPartDigest,
                "public part: not what the actor committed to");
  return false;
}

bool EntryCheck::check_inclusion(const EntryLine& line, const Hash& leaf) {
  const auto& head = record_.log.newest_checkpoint;
  if (!line.path && ranged_.size() < kRangedEntriesMax) {
    ranged_.push_back({line.position, leaf});
    return true;
  }
  if (line.path &&
      (!head || transparency::verify_inclusion(leaf, line.position, *head, *line.path)))
    return true;
  findings_.add(line.position, "entry", code::kEntryHash,
                line.path ? "not proven to be in the log of the checkpoint"
                          : "one more than ranges may prove");
  return false;
}

void EntryCheck::check_signature(const format::Entry& entry, log::CheckedEntry& checked) const {
  const format::GroupSignature& group = entry.signature;
  checked.signature = group.signature;
  checked.group_count = group.count;
  checked.group_index = group.index;
  const Result<Hash> root = transparency::root_from_group_path(
      transparency::leaf_hash(entry.intent_bytes), group.index, group.count, group.path);
  if (!record_.log.genesis || !root) return;
  checked.group_root = *root;
  if (entry.intent.origin_hash != record_.log.keyring.origin_hash()) return;
  const auto key = log::public_key_of(record_.log, entry.intent.key, checked.position);
  checked.is_signed = log::CheckedEntry::Signed::unknown_key;
  if (!key) return;
  const Bytes message = format::signed_message(entry.intent.origin_hash, group.count, *root);
  checked.is_signed = crypto::verify(*key, message, group.signature)
                          ? log::CheckedEntry::Signed::yes
                          : log::CheckedEntry::Signed::no;
}

// A checkpoint that the actor says to have verified is of this log, as far as the bundle knows one
// of its size.
void EntryCheck::check_observed(const format::Intent& intent, Position position) const {
  if (!intent.verified) return;
  const auto fail = [&](const char* why) {
    findings_.add(position, "entry", code::kCheckpointFork, why);
  };
  if (intent.verified->size.value() > position.value())
    return fail("the actor had verified a checkpoint larger than the log was");
  for (const transparency::TreeHead& head : record_.consistent)
    if (head.size == intent.verified->size && head.root != intent.verified->root)
      return fail("the actor had verified a checkpoint that is not of this log");
}

bool EntryCheck::check_openings(const EntryLine& line, const log::OpenedEntry& opened) {
  const format::Intent& intent = opened.entry.intent;
  bool right = true;
  std::size_t told = line.parts.size() + line.erased.size() + line.withheld.size();
  for (const format::PartCommitment& promised : intent.parts) {
    const bool is_file = is_document(line, intent.stream_kind, promised.part_class);
    told += is_file ? 1 : 0;
    right =
        (is_file ? check_document(line, promised) : check_part(line, intent, promised)) && right;
  }
  if (told != intent.parts.size()) {
    findings_.add(line.position, "part", code::kPartDigest,
                  "parts that the entry does not promise, or one of them twice");
    right = false;
  }
  return right;
}

bool EntryCheck::check_part(const EntryLine& line, const format::Intent& intent,
                            const format::PartCommitment& promised) {
  const PartClass part_class = promised.part_class;
  const auto fault = [&](const char* what, const char* why) {
    part_fault(line, part_class, what, why);
    return false;
  };
  const auto part = std::ranges::find(line.parts, part_class, &format::OpenPart::part_class);
  if (part != line.parts.end()) {
    const bool holds = part->plaintext.size() <= format::kPlaintextBytesMax &&
                       format::padded_length(part->plaintext.size()) == promised.length &&
                       format::commitment(part->salt, intent.event_id, part_class,
                                          part->plaintext) == promised.commitment;
    if (!holds) return fault(code::kPartDigest, "not what the actor committed to");
    ++counts_.parts;
    return true;
  }
  if (std::ranges::find(line.erased, part_class) != line.erased.end())
    return check_gone(line, part_class);
  if (std::ranges::find(line.withheld, part_class) != line.withheld.end() &&
      may_be_withheld(intent.stream_kind, part_class))
    return true;
  return fault(code::kPartMissing, "not in the bundle");
}

bool EntryCheck::check_gone(const EntryLine& line, PartClass part_class) {
  ++counts_.erased;
  switch (record_.log.erasures.of(line.position, part_class)) {
    case log::ErasureCover::Verdict::covered:
      return true;
    case log::ErasureCover::Verdict::does_not_count:
      part_fault(line, part_class, code::kErasureUncovered,
                 "gone, but its erasure was not approved");
      return false;
    case log::ErasureCover::Verdict::none:
      break;
  }
  part_fault(line, part_class, code::kPartMissing, "gone, and no erasure was ordered");
  return false;
}

bool EntryCheck::check_document(const EntryLine& line, const format::PartCommitment& promised) {
  if (documents_.size() < kBundleDocumentsMax) {
    documents_.push_back({line.position, promised.length, {}});
    return true;
  }
  part_fault(line, promised.part_class, code::kPartDigest, "more documents than a bundle has");
  return false;
}

// The commitment pins the sealed document. What it is in clear its event says.
void EntryCheck::name_document(const Event& event, Position position) {
  if (event.type != EventType::ATTACHMENT_ADDED || documents_.empty() ||
      documents_.back().position != position)
    return;
  const auto digest = event.narratives<schema::AttachmentAdded>().getDigest();
  documents_.back().digest = Hash::from({digest.begin(), digest.size()});
}

// An event is read without looking at its bytes again: so all of them are judged here.
const EventInfo* EntryCheck::check_content(const EntryLine& line, const log::OpenedEntry& opened,
                                           const EarlierOf& earlier) {
  const auto fault = [&](const std::string& why) {
    findings_.add(line.position, "part", code::kPartDigest, why);
    return nullptr;
  };
  std::array<kj::Array<capnp::word>, kClassCount> words;
  PartViews views{};
  for (const format::OpenPart& part : opened.parts) {
    auto copied = format::to_words(part.plaintext);
    if (!copied || part.part_class > PartClass::identity) return fault("not of the catalogue");
    const std::size_t index = static_cast<std::size_t>(part.part_class) - 1;
    words[index] = std::move(*copied);
    views[index] = words[index];
  }
  const TypeOf type_of = [&](const EventId& id) {
    const auto found = earlier(id);
    return found ? std::optional{found->type} : std::nullopt;
  };
  const auto parts = check_parts(views, type_of, withheld_by(line));
  if (!parts) return fault("not of the catalogue: " + parts.error().detail);
  if (parts->case_id.value_or(SubjectId{}) != opened.stream->subject)
    return fault("of another case than its stream is said to be of");
  if (must_be_identified(parts->event->type) &&
      std::ranges::find(line.withheld, PartClass::identity) != line.withheld.end()) {
    part_fault(line, PartClass::identity, code::kPartMissing, "not in the bundle");
    return nullptr;
  }
  const EventInfo& info = *parts->event;
  const format::StreamKind kind = opened.entry.intent.stream_kind;
  if (!is_of_kind(info, kind)) return fault("an event of another kind of stream");
  if (kind == format::StreamKind::case_) {
    const Result<EventPtr> event = event_of(opened);
    if (!event || !*event) return fault("cannot be read");
    if (std::ranges::find(line.erased, PartClass::narrative) == line.erased.end())
      name_document(**event, line.position);
    const std::uint8_t lane = opened.stream->lane;
    if (info.type == EventType::ENTRY_CORRECTED) {
      const auto facts = (*event)->facts<schema::EntryCorrected>();
      const auto target = earlier(bti::event_of(facts.getTarget()));
      // Its changes could not be judged without.
      if (!target) return fault("corrects what is not before it in its case");
      if (target->lane != lane) return fault("not in the lane of what it corrects");
    } else if (!is_of_lane(info, **event, lane)) {
      return fault("in a lane that it does not belong in");
    }
  }
  check_names(line, *parts);
  return &info;
}

void EntryCheck::check_names(const EntryLine& line, const CheckedParts& parts) const {
  for (const NewLabel& label : parts.labels) {
    const auto space = static_cast<log::LabelSpace>(label.kind);
    const std::string* given = record_.names.find(space, label.id);
    if (given && *given != label.label)
      findings_.add(line.position, "file names.jsonl", "names",
                    "another name than the log gave when it was first used");
  }
}

}  // namespace stafett::bti
