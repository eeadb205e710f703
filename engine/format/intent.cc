#include "engine/format/intent.h"

#include "engine/format/intent.capnp.h"
#include "engine/format/words.h"

namespace stafett::format {
namespace {

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

Result<std::vector<PartCommitment>> read_parts(capnp::List<schema::PartCommitment>::Reader list) {
  if (list.size() == 0 || list.size() > kPartsMax)
    return Error{Errc::malformed, "an intent has one to four parts"};
  std::vector<PartCommitment> parts;
  parts.reserve(list.size());
  std::uint8_t last = 0;
  for (const auto item : list) {
    const std::uint8_t part_class = item.getClass();
    if (part_class <= last || part_class > static_cast<std::uint8_t>(PartClass::public_))
      return Error{Errc::malformed, "part classes are known and rise"};
    last = part_class;
    ENGINE_TRY(commitment, id_field<Hash>(item.getCommitment(), "commitment"));
    parts.push_back({static_cast<PartClass>(part_class), item.getLength(), commitment});
  }
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
  const auto kind = static_cast<std::uint16_t>(from.getStreamKind());
  const auto custody = static_cast<std::uint16_t>(from.getCustody());
  const auto expects = static_cast<std::uint16_t>(from.getExpects());
  if (kind < 1 || kind > static_cast<std::uint16_t>(StreamKind::access) || custody < 1 ||
      custody > static_cast<std::uint16_t>(Custody::system) ||
      expects > static_cast<std::uint16_t>(Expectation::head))
    return Error{Errc::malformed, "unknown stream kind, custody or expectation"};
  to.stream_kind = static_cast<StreamKind>(kind);
  to.custody = static_cast<Custody>(custody);
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

Result<Intent> read(schema::Intent::Reader from) {
  if (from.getFormatVersion() != kFormatVersion)
    return Error{Errc::unsupported, "intent of another format version"};
  Intent to;
  ENGINE_TRY_VOID(read_ids(from, to));
  ENGINE_TRY_VOID(read_enums(from, to));
  ENGINE_TRY_VOID(read_optionals(from, to));
  to.enrolled_at = Position{from.getEnrolledAt()};
  to.occurred_at = TimeUs{from.getOccurredAt()};
  to.asserted_at = TimeUs{from.getAssertedAt()};
  to.atomic = from.getAtomic();
  ENGINE_TRY(causes, read_hashes(from.getCauses(), "causes"));
  ENGINE_TRY(corrects, read_hashes(from.getCorrects(), "corrects"));
  ENGINE_TRY(parts, read_parts(from.getParts()));
  to.causes = std::move(causes);
  to.corrects = std::move(corrects);
  to.parts = std::move(parts);
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

Result<Intent> decode_intent(ByteView bytes) {
  if (bytes.size() > kIntentBytesMax) return Error{Errc::too_large, "intent"};
  return with_message<schema::Intent>(bytes,
                                      [](schema::Intent::Reader from) { return read(from); });
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
