#include "engine/format/intent.h"

#include <cstring>
#include <limits>

#include "engine/format/intent.capnp.h"
#include "engine/format/part.h"
#include "engine/format/words.h"

namespace stafett::format {
namespace {

// Where the fields are: see only_known_fields().
constexpr std::uint64_t kAll = ~std::uint64_t{0};
constexpr std::uint64_t kIntentBits[] = {kAll, kAll, kAll, kAll, kAll, kAll, 1};
constexpr unsigned kIntentPointers = 11;
constexpr unsigned kCausesPointer = 8;
constexpr unsigned kCorrectsPointer = 9;
constexpr unsigned kPartsPointer = 10;
constexpr std::uint64_t kPartBits[] = {0xffff'ffff'0000'00ff};
constexpr unsigned kPartPointers = 1;

// 0 is `unset`. Errors: malformed, unsupported (a value of a later version).
template <class Enum>
Result<Enum> enum_field(std::uint16_t value, Enum last, const char* name) {
  if (value == 0) return Error{Errc::malformed, std::string{name} + " is unset"};
  if (value > static_cast<std::uint16_t>(last))
    return Error{Errc::unsupported, std::string{name} + " of a later version"};
  return static_cast<Enum>(value);
}

template <class List>
void write_hashes(List list, const std::vector<Hash>& hashes) {
  for (unsigned i = 0; i < hashes.size(); ++i) list.set(i, as_data(hashes[i].view()));
}

Result<std::vector<Hash>> read_hashes(capnp::List<capnp::Data>::Reader list, const char* name) {
  if (list.size() > kCausesMax) return Error{Errc::malformed, std::string{name} + " is too long"};
  std::vector<Hash> hashes;
  hashes.reserve(list.size());
  for (const capnp::Data::Reader item : list) {
    ENGINE_TRY(hash, id_field<Hash>(item, name));
    hashes.push_back(hash);
  }
  return hashes;
}

Result<void> check_length(const PartCommitment& part) {
  if (part.part_class == PartClass::attachment) {
    if (part.length > kAttachmentLengthMax) return Error{Errc::too_large, "attachment"};
    return {};
  }
  if (part.length > padded_length(kPlaintextBytesMax)) return Error{Errc::too_large, "part"};
  // Any other length would tell more of the true one than padding does.
  if (part.length == 0 || padded_length(part.length - 1) != part.length)
    return Error{Errc::malformed, "a part's length is not a padded one"};
  return {};
}

// Of the 30 bits of a struct list's count the library reads 29, and passes over the last.
// REQUIRES: a list of structs that have data; not empty.
bool is_whole_count(capnp::List<schema::PartCommitment>::Reader list) {
  std::uint32_t count_and_kind = 0;  // of the tag, the word before the first element
  const kj::byte* const first = capnp::toAny(list[0]).getDataSection().begin();
  std::memcpy(&count_and_kind, first - sizeof(capnp::word), sizeof count_and_kind);
  return count_and_kind == list.size() << 2;
}

Result<std::vector<PartCommitment>> read_parts(capnp::List<schema::PartCommitment>::Reader list) {
  if (list.size() == 0 || list.size() > kPartsMax)
    return Error{Errc::malformed, "an intent has one to four parts"};
  std::vector<PartCommitment> parts;
  parts.reserve(list.size());
  for (const auto item : list) {
    ENGINE_TRY_VOID(only_known_fields(capnp::toAny(item), kPartBits, kPartPointers));
    ENGINE_TRY(part_class, enum_field(item.getClass(), PartClass::public_, "part's class"));
    if (!parts.empty() && part_class <= parts.back().part_class)
      return Error{Errc::malformed, "part classes rise"};
    ENGINE_TRY(commitment, id_field<Hash>(item.getCommitment(), "commitment"));
    parts.push_back({part_class, item.getLength(), commitment});
    ENGINE_TRY_VOID(check_length(parts.back()));
  }
  if (!is_whole_count(list)) return Error{Errc::malformed, "count of parts"};
  return parts;
}

Result<void> read_ids(schema::Intent::Reader from, Intent& to) {
  ENGINE_TRY(origin_hash, id_field<Hash>(from.getOriginHash(), "originHash"));
  ENGINE_TRY(event_id, id_field<EventId>(from.getEventId(), "eventId"));
  ENGINE_TRY(stream_id, id_field<StreamId>(from.getStreamId(), "streamId"));
  ENGINE_TRY(actor, id_field<ActorId>(from.getActor(), "actor"));
  ENGINE_TRY(key, id_field<KeyId>(from.getKey(), "key"));
  to.origin_hash = origin_hash;
  to.event_id = event_id;
  to.stream_id = stream_id;
  to.actor = actor;
  to.key = key;
  return {};
}

Result<void> read_enums(schema::Intent::Reader from, Intent& to) {
  ENGINE_TRY(kind, enum_field(static_cast<std::uint16_t>(from.getStreamKind()), StreamKind::access,
                              "streamKind"));
  ENGINE_TRY(custody,
             enum_field(static_cast<std::uint16_t>(from.getCustody()), Custody::system, "custody"));
  const auto expects = static_cast<std::uint16_t>(from.getExpects());
  if (expects > static_cast<std::uint16_t>(Expectation::head))
    return Error{Errc::unsupported, "expects of a later version"};
  to.stream_kind = kind;
  to.custody = custody;
  to.expects = static_cast<Expectation>(expects);
  return {};
}

Result<void> read_optionals(schema::Intent::Reader from, Intent& to) {
  if (to.expects == Expectation::head) {
    ENGINE_TRY(head, id_field<Hash>(from.getExpectedHead(), "expectedHead"));
    to.expected_head = head;
  } else if (from.hasExpectedHead()) {
    return Error{Errc::malformed, "expectedHead without expectation"};
  }
  if (from.hasEvidence()) {
    if (to.custody == Custody::own) return Error{Errc::malformed, "evidence with an own key"};
    ENGINE_TRY(evidence, id_field<Hash>(from.getEvidence(), "evidence"));
    to.evidence = evidence;
  }
  if (from.hasVerifiedRoot()) {
    ENGINE_TRY(root, id_field<Hash>(from.getVerifiedRoot(), "verifiedRoot"));
    to.verified = Intent::Verified{TreeSize{from.getVerifiedSize()}, root};
  } else if (from.getVerifiedSize() != 0) {
    return Error{Errc::malformed, "verifiedSize without verifiedRoot"};
  }
  if (from.getValidTo() != std::numeric_limits<std::int64_t>::min())
    to.valid_to = TimeUs{from.getValidTo()};
  return {};
}

// The library also reads lists of other element sizes, for the sake of later versions, and 29 of
// the 30 bits of a list of structs' count: other bytes, the same value.
Result<void> check_list_forms(capnp::List<capnp::AnyPointer>::Reader pointers) {
  for (const unsigned index : {kCausesPointer, kCorrectsPointer, kPartsPointer}) {
    if (index >= pointers.size() || pointers[index].isNull()) continue;
    const auto list = pointers[index].getAs<capnp::AnyList>();
    const auto want =
        index == kPartsPointer ? capnp::ElementSize::INLINE_COMPOSITE : capnp::ElementSize::POINTER;
    if (list.getElementSize() != want) return Error{Errc::malformed, "a list of another kind"};
  }
  return {};
}

Result<void> read_lists(schema::Intent::Reader from, Intent& to) {
  ENGINE_TRY_VOID(check_list_forms(capnp::toAny(from).getPointerSection()));
  ENGINE_TRY(causes, read_hashes(from.getCauses(), "causes"));
  ENGINE_TRY(corrects, read_hashes(from.getCorrects(), "corrects"));
  ENGINE_TRY(parts, read_parts(from.getParts()));
  const bool has_public = parts.back().part_class == PartClass::public_;
  if (to.stream_kind == StreamKind::engine ? !has_public || parts.size() != 1 : has_public)
    return Error{Errc::malformed, "engine events have one public part, others none"};
  to.causes = std::move(causes);
  to.corrects = std::move(corrects);
  to.parts = std::move(parts);
  return {};
}

Result<Intent> read(schema::Intent::Reader from, Trust trust) {
  if (from.getFormatVersion() != kFormatVersion)
    return Error{Errc::unsupported, "intent of another format version"};
  if (trust == Trust::none)
    ENGINE_TRY_VOID(only_known_fields(capnp::toAny(from), kIntentBits, kIntentPointers));
  Intent to;
  ENGINE_TRY_VOID(read_ids(from, to));
  ENGINE_TRY_VOID(read_enums(from, to));
  ENGINE_TRY_VOID(read_optionals(from, to));
  to.enrolled_at = Position{from.getEnrolledAt()};
  to.occurred_at = TimeUs{from.getOccurredAt()};
  to.asserted_at = TimeUs{from.getAssertedAt()};
  to.atomic = from.getAtomic();
  ENGINE_TRY_VOID(read_lists(from, to));
  return to;
}

}  // namespace

Bytes encode(const Intent& intent) {
  capnp::MallocMessageBuilder message;
  schema::Intent::Builder to = message.initRoot<schema::Intent>();
  to.setFormatVersion(kFormatVersion);
  to.setStreamKind(static_cast<schema::StreamKind>(intent.stream_kind));
  to.setCustody(static_cast<schema::Custody>(intent.custody));
  to.setExpects(static_cast<schema::Expectation>(intent.expects));
  to.setEnrolledAt(intent.enrolled_at.value());
  to.setOccurredAt(intent.occurred_at.value());
  if (intent.valid_to) to.setValidTo(intent.valid_to->value());
  to.setAssertedAt(intent.asserted_at.value());
  to.setAtomic(intent.atomic);
  to.setOriginHash(as_data(intent.origin_hash.view()));
  to.setEventId(as_data(intent.event_id.view()));
  to.setStreamId(as_data(intent.stream_id.view()));
  if (intent.expects == Expectation::head) to.setExpectedHead(as_data(intent.expected_head.view()));
  to.setActor(as_data(intent.actor.view()));
  to.setKey(as_data(intent.key.view()));
  if (intent.evidence) to.setEvidence(as_data(intent.evidence->view()));
  if (intent.verified) {
    to.setVerifiedSize(intent.verified->size.value());
    to.setVerifiedRoot(as_data(intent.verified->root.view()));
  }
  if (!intent.causes.empty())
    write_hashes(to.initCauses(static_cast<unsigned>(intent.causes.size())), intent.causes);
  if (!intent.corrects.empty())
    write_hashes(to.initCorrects(static_cast<unsigned>(intent.corrects.size())), intent.corrects);
  auto parts = to.initParts(static_cast<unsigned>(intent.parts.size()));
  for (unsigned i = 0; i < intent.parts.size(); ++i) {
    parts[i].setClass(static_cast<std::uint8_t>(intent.parts[i].part_class));
    parts[i].setLength(intent.parts[i].length);
    parts[i].setCommitment(as_data(intent.parts[i].commitment.view()));
  }
  return canonical_bytes<schema::Intent>(message);
}

namespace {

Result<Intent> decode(ByteView bytes, Trust trust) {
  if (bytes.size() > kIntentBytesMax) return Error{Errc::too_large, "intent"};
  return with_message<schema::Intent>(
      bytes, [trust](schema::Intent::Reader from) { return read(from, trust); }, trust);
}

}  // namespace

Result<Intent> decode_intent(ByteView bytes) {
  return decode(bytes, Trust::none);
}

Result<Intent> decode_own_intent(ByteView bytes) {
  return decode(bytes, Trust::own);
}

Bytes signed_message(const Hash& origin_hash, std::uint32_t count, const Hash& root) {
  constexpr std::string_view context{"stafett/intents/v1\0", 19};
  Bytes message;
  message.reserve(context.size() + 32 + 4 + 32);
  append(message, as_bytes(context));
  append(message, origin_hash.view());
  append(message, little_endian(count));
  append(message, root.view());
  return message;
}

}  // namespace stafett::format
