#include "engine/format/engine_event.h"

#include <algorithm>
#include <limits>

#include "engine/base/encoding.h"
#include "engine/format/engine_events.capnp.h"
#include "engine/format/words.h"

namespace stafett::format {
namespace {

using Builder = schema::EngineEvent::Builder;

constexpr std::size_t kErasureEvidenceBytes = 2 * Hash::kBytes + sizeof(std::uint32_t);

void write(Builder to, const Genesis& event) {
  auto genesis = to.initGenesis();
  genesis.setFormatVersion(kFormatVersion);
  genesis.setThreshold(event.threshold);
  genesis.setOrigin(event.origin);
  genesis.setLogKey(as_data(event.log_key.view()));
  genesis.setProfileDigest(as_data(event.profile_digest.view()));
  auto list = genesis.initAdministrators(static_cast<unsigned>(event.administrators.size()));
  for (unsigned i = 0; i < event.administrators.size(); ++i) {
    list[i].setActor(as_data(event.administrators[i].actor.view()));
    list[i].setPublicKey(as_data(event.administrators[i].public_key.view()));
    list[i].setCustody(static_cast<schema::Custody>(event.administrators[i].custody));
  }
}
void write(Builder to, const KeyEnrolled& event) {
  auto enrolled = to.initKeyEnrolled();
  enrolled.setActor(as_data(event.actor.view()));
  enrolled.setPublicKey(as_data(event.public_key.view()));
  enrolled.setCustody(static_cast<schema::Custody>(event.custody));
  enrolled.setPossession(as_data(event.possession.view()));
}
void write(Builder to, const KeyRotated& event) {
  auto rotated = to.initKeyRotated();
  rotated.setOldKey(as_data(event.old_key.view()));
  rotated.setPublicKey(as_data(event.public_key.view()));
  rotated.setPossession(as_data(event.possession.view()));
}
void write(Builder to, const KeyRevoked& event) {
  auto revoked = to.initKeyRevoked();
  revoked.setKey(as_data(event.key.view()));
  if (event.compromised_since) revoked.setCompromisedSince(event.compromised_since->value());
  revoked.setReason(static_cast<schema::KeyRevoked::Reason>(event.reason));
}
void write(Builder to, const LogKeyRotated& event) {
  auto rotated = to.initLogKeyRotated();
  rotated.setPublicKey(as_data(event.public_key.view()));
  rotated.setPossession(as_data(event.possession.view()));
  rotated.setHandover(as_data(event.handover.view()));
}
void write(Builder to, const EventReattested& event) {
  auto reattested = to.initEventReattested();
  reattested.setPosition(event.position.value());
  reattested.setLeafHash(as_data(event.leaf_hash.view()));
}
void write(Builder to, const ErasureOrdered& event) {
  auto ordered = to.initErasureOrdered();
  ordered.setOrder(as_data(event.order));
  auto ranges = ordered.initRanges(static_cast<unsigned>(event.ranges.size()));
  for (unsigned i = 0; i < event.ranges.size(); ++i) {
    ranges[i].setFirst(event.ranges[i].first.value());
    ranges[i].setEnd(event.ranges[i].end.value());
    ranges[i].setClasses(event.ranges[i].classes);
  }
  ordered.setBasis(static_cast<schema::ErasureOrdered::Basis>(event.basis));
}
void write(Builder to, const ErasureApproved& event) {
  to.initErasureApproved().setOrder(as_data(event.order));
}
void write(Builder to, const ErasureCompleted& event) {
  auto completed = to.initErasureCompleted();
  completed.setOrder(as_data(event.order));
  completed.setPartsDeleted(event.parts_deleted);
  Bytes evidence;
  append(evidence, event.root_key_id.view());
  append(evidence, event.table_digest.view());
  append(evidence, big_endian(event.places));
  completed.setEvidence(as_data(evidence));
}
void write(Builder to, const LogRestored& event) {
  auto restored = to.initLogRestored();
  restored.setSize(event.size.value());
  restored.setRoot(as_data(event.root.view()));
  restored.setGuardSize(event.guard_size.value());
  restored.setGuardRoot(as_data(event.guard_root.view()));
}
void write(Builder to, const ClockStepped& event) {
  auto stepped = to.initClockStepped();
  stepped.setFrom(event.from.value());
  stepped.setTo(event.to.value());
}
void write(Builder to, const WitnessPolicyChanged& event) {
  to.initWitnessPolicyChanged().setPolicy(event.policy);
}
void write(Builder to, const ProjectionDigested& event) {
  auto digested = to.initProjectionDigested();
  digested.setName(event.name);
  digested.setVersion(event.version);
  digested.setSize(event.size.value());
  digested.setDigest(as_data(event.digest.view()));
}
void write(Builder to, const StreamHeads& event) {
  auto heads = to.initStreamHeads();
  heads.setSize(event.size.value());
  heads.setCount(event.count);
  heads.setRoot(as_data(event.root.view()));
}

Result<std::string> read_text(capnp::Text::Reader from, std::size_t bytes_max, const char* name) {
  const std::string_view text{from.begin(), from.size()};
  if (text.empty() || text.size() > bytes_max || !is_utf8(text) ||
      text.find('\0') != std::string_view::npos)
    return Error{Errc::malformed, std::string{name} + " is empty, too long or not text"};
  return std::string{text};
}

Result<Custody> read_custody(schema::Custody from) {
  const auto value = static_cast<std::uint16_t>(from);
  if (value == 0) return Error{Errc::malformed, "custody is unset"};
  if (value > static_cast<std::uint16_t>(Custody::system))
    return Error{Errc::unsupported, "custody of a later version"};
  return static_cast<Custody>(value);
}

Result<EngineEvent> read(schema::Genesis::Reader from) {
  Genesis event;
  if (from.getFormatVersion() != kFormatVersion)
    return Error{Errc::unsupported, "log of another format version"};
  ENGINE_TRY(origin, read_text(from.getOrigin(), kOriginBytesMax, "origin"));
  event.origin = std::move(origin);
  ENGINE_TRY(log_key, id_field<crypto::PublicKey>(from.getLogKey(), "logKey"));
  ENGINE_TRY(digest, id_field<Hash>(from.getProfileDigest(), "profileDigest"));
  event.log_key = log_key;
  event.profile_digest = digest;
  event.threshold = from.getThreshold();
  const auto list = from.getAdministrators();
  if (list.size() > kAdministratorsMax || event.threshold < 1 || event.threshold > list.size())
    return Error{Errc::malformed, "administrators or threshold"};
  for (const auto item : list) {
    ENGINE_TRY(actor, id_field<ActorId>(item.getActor(), "administrator"));
    ENGINE_TRY(key, id_field<crypto::PublicKey>(item.getPublicKey(), "administrator's key"));
    ENGINE_TRY(custody, read_custody(item.getCustody()));
    event.administrators.push_back({actor, key, custody});
  }
  return EngineEvent{event};
}

Result<EngineEvent> read(schema::KeyEnrolled::Reader from) {
  ENGINE_TRY(actor, id_field<ActorId>(from.getActor(), "actor"));
  ENGINE_TRY(key, id_field<crypto::PublicKey>(from.getPublicKey(), "publicKey"));
  ENGINE_TRY(custody, read_custody(from.getCustody()));
  ENGINE_TRY(possession, id_field<crypto::Signature>(from.getPossession(), "possession"));
  return EngineEvent{KeyEnrolled{actor, key, custody, possession}};
}

Result<EngineEvent> read(schema::KeyRotated::Reader from) {
  ENGINE_TRY(old_key, id_field<KeyId>(from.getOldKey(), "oldKey"));
  ENGINE_TRY(key, id_field<crypto::PublicKey>(from.getPublicKey(), "publicKey"));
  ENGINE_TRY(possession, id_field<crypto::Signature>(from.getPossession(), "possession"));
  return EngineEvent{KeyRotated{old_key, key, possession}};
}

Result<EngineEvent> read(schema::LogKeyRotated::Reader from) {
  ENGINE_TRY(key, id_field<crypto::PublicKey>(from.getPublicKey(), "publicKey"));
  ENGINE_TRY(possession, id_field<crypto::Signature>(from.getPossession(), "possession"));
  ENGINE_TRY(handover, id_field<crypto::Signature>(from.getHandover(), "handover"));
  return EngineEvent{LogKeyRotated{key, possession, handover}};
}

Result<EngineEvent> read(schema::KeyRevoked::Reader from) {
  ENGINE_TRY(key, id_field<KeyId>(from.getKey(), "key"));
  const auto reason = static_cast<std::uint16_t>(from.getReason());
  if (reason == 0) return Error{Errc::malformed, "reason is unset"};
  if (reason > static_cast<std::uint16_t>(RevocationReason::replaced))
    return Error{Errc::unsupported, "reason of a later version"};
  KeyRevoked event{key, std::nullopt, static_cast<RevocationReason>(reason)};
  if (from.getCompromisedSince() != std::numeric_limits<std::uint64_t>::max())
    event.compromised_since = Position{from.getCompromisedSince()};
  return EngineEvent{event};
}

Result<std::array<std::uint8_t, 16>> read_order(capnp::Data::Reader from) {
  ENGINE_TRY(order, id_field<EventId>(from, "order"));
  return order.array();
}

Result<EngineEvent> read(schema::ErasureOrdered::Reader from) {
  ErasureOrdered event;
  ENGINE_TRY(order, read_order(from.getOrder()));
  event.order = order;
  const auto ranges = from.getRanges();
  if (ranges.size() > kErasureRangesMax) return Error{Errc::malformed, "too many ranges"};
  for (const auto range : ranges)
    event.ranges.push_back(
        {Position{range.getFirst()}, Position{range.getEnd()}, range.getClasses()});
  const auto basis = static_cast<std::uint16_t>(from.getBasis());
  if (basis > static_cast<std::uint16_t>(ErasureBasis::court))
    return Error{Errc::unsupported, "basis of a later version"};
  event.basis = static_cast<ErasureBasis>(basis);
  return EngineEvent{event};
}

Result<EngineEvent> read(schema::ErasureCompleted::Reader from) {
  ErasureCompleted event;
  ENGINE_TRY(order, read_order(from.getOrder()));
  event.order = order;
  event.parts_deleted = from.getPartsDeleted();
  ByteView evidence = view(from.getEvidence());
  if (evidence.size() != kErasureEvidenceBytes) return Error{Errc::malformed, "evidence"};
  event.root_key_id = *Hash::from(evidence.first(Hash::kBytes));
  event.table_digest = *Hash::from(evidence.subspan(Hash::kBytes, Hash::kBytes));
  event.places = from_big_endian<std::uint32_t>(evidence.subspan(2 * Hash::kBytes));
  return EngineEvent{event};
}

Result<EngineEvent> read(schema::LogRestored::Reader from) {
  ENGINE_TRY(root, id_field<Hash>(from.getRoot(), "root"));
  ENGINE_TRY(guard_root, id_field<Hash>(from.getGuardRoot(), "guardRoot"));
  return EngineEvent{
      LogRestored{TreeSize{from.getSize()}, root, TreeSize{from.getGuardSize()}, guard_root}};
}

Result<EngineEvent> read(schema::ProjectionDigested::Reader from) {
  ENGINE_TRY(digest, id_field<Hash>(from.getDigest(), "digest"));
  ENGINE_TRY(name, read_text(from.getName(), kProjectionNameBytesMax, "name"));
  return EngineEvent{
      ProjectionDigested{std::move(name), from.getVersion(), TreeSize{from.getSize()}, digest}};
}

Result<EngineEvent> read(schema::EngineEvent::Reader from) {
  using Which = schema::EngineEvent::Which;
  switch (from.which()) {
    case Which::GENESIS:
      return read(from.getGenesis());
    case Which::KEY_ENROLLED:
      return read(from.getKeyEnrolled());
    case Which::KEY_ROTATED:
      return read(from.getKeyRotated());
    case Which::KEY_REVOKED:
      return read(from.getKeyRevoked());
    case Which::LOG_KEY_ROTATED:
      return read(from.getLogKeyRotated());
    case Which::EVENT_REATTESTED: {
      ENGINE_TRY(leaf, id_field<Hash>(from.getEventReattested().getLeafHash(), "leafHash"));
      return EngineEvent{EventReattested{Position{from.getEventReattested().getPosition()}, leaf}};
    }
    case Which::ERASURE_ORDERED:
      return read(from.getErasureOrdered());
    case Which::ERASURE_APPROVED: {
      ENGINE_TRY(order, read_order(from.getErasureApproved().getOrder()));
      return EngineEvent{ErasureApproved{order}};
    }
    case Which::ERASURE_COMPLETED:
      return read(from.getErasureCompleted());
    case Which::LOG_RESTORED:
      return read(from.getLogRestored());
    case Which::CLOCK_STEPPED: {
      const auto stepped = from.getClockStepped();
      return EngineEvent{ClockStepped{TimeUs{stepped.getFrom()}, TimeUs{stepped.getTo()}}};
    }
    case Which::WITNESS_POLICY_CHANGED: {
      ENGINE_TRY(policy, read_text(from.getWitnessPolicyChanged().getPolicy(),
                                   kWitnessPolicyBytesMax, "policy"));
      return EngineEvent{WitnessPolicyChanged{std::move(policy)}};
    }
    case Which::PROJECTION_DIGESTED:
      return read(from.getProjectionDigested());
    case Which::STREAM_HEADS: {
      const auto heads = from.getStreamHeads();
      ENGINE_TRY(root, id_field<Hash>(heads.getRoot(), "root"));
      return EngineEvent{StreamHeads{TreeSize{heads.getSize()}, heads.getCount(), root}};
    }
    case Which::UNSET:
      return Error{Errc::malformed, "engine event is unset"};
    default:
      return Error{Errc::unsupported, "engine event of a later version"};
  }
}

}  // namespace

const char* name_of(const EngineEvent& event) {
  constexpr const char* kNames[] = {"Genesis",
                                    "KeyEnrolled",
                                    "KeyRotated",
                                    "KeyRevoked",
                                    "LogKeyRotated",
                                    "EventReattested",
                                    "ErasureOrdered",
                                    "ErasureApproved",
                                    "ErasureCompleted",
                                    "LogRestored",
                                    "ClockStepped",
                                    "WitnessPolicyChanged",
                                    "ProjectionDigested",
                                    "StreamHeads"};
  static_assert(std::size(kNames) == std::variant_size_v<EngineEvent>);
  return kNames[event.index()];
}

Bytes encode(const EngineEvent& event) {
  capnp::MallocMessageBuilder message;
  const Builder to = message.initRoot<schema::EngineEvent>();
  std::visit([&](const auto& alternative) { write(to, alternative); }, event);
  return canonical_bytes<schema::EngineEvent>(message);
}

Result<EngineEvent> decode_engine_event(ByteView bytes) {
  ENGINE_TRY(event, with_message<schema::EngineEvent>(
                        bytes, [](schema::EngineEvent::Reader from) { return read(from); }));
  // One value has one byte form; engine events are few, so this is how it is made sure of.
  if (!std::ranges::equal(encode(event), bytes))
    return Error{Errc::unsupported, "fields that this version does not know"};
  return event;
}

Bytes possession_message(const Hash& origin_hash, const ActorId& actor,
                         const crypto::PublicKey& key) {
  constexpr std::string_view context{"stafett/enrol/v1\0", 17};
  Bytes message;
  append(message, as_bytes(context));
  append(message, origin_hash.view());
  append(message, actor.view());
  append(message, key.view());
  return message;
}

Bytes log_key_message(const Hash& origin_hash, const crypto::PublicKey& before,
                      const crypto::PublicKey& after) {
  constexpr std::string_view context{"stafett/log-key/v1\0", 19};
  Bytes message;
  append(message, as_bytes(context));
  append(message, origin_hash.view());
  append(message, before.view());
  append(message, after.view());
  return message;
}

}  // namespace stafett::format
