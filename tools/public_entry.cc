#include "tools/public_entry.h"

#include <boost/json/array.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/transparency/tree.h"

namespace stafett::tools {
namespace {

using boost::json::object;
using boost::json::value;

std::string hex(ByteView bytes) {
  return to_hex(bytes);
}
std::string base64(ByteView bytes) {
  return to_base64(bytes);
}

value position_or_null(const std::optional<Position>& position) {
  return position ? value(position->value()) : value(nullptr);
}

std::string_view reason_name(format::RevocationReason reason) {
  constexpr std::string_view kNames[] = {"", "left", "lost", "compromised", "replaced"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::string_view class_name(format::PartClass part_class) {
  constexpr std::string_view kNames[] = {"",         "fact",       "narrative",
                                         "identity", "attachment", "public"};
  return kNames[static_cast<std::size_t>(part_class)];
}

struct ToJson {
  object operator()(const format::Genesis& event) const {
    boost::json::array administrators;
    for (const auto& one : event.administrators)
      administrators.push_back({{"actor", to_uuid_text(one.actor.view())},
                                {"publicKey", base64(one.public_key.view())},
                                {"custody", custody_name(one.custody)}});
    return {{"origin", event.origin},
            {"logKey", base64(event.log_key.view())},
            {"administrators", std::move(administrators)},
            {"threshold", event.threshold},
            {"profileDigest", hex(event.profile_digest.view())}};
  }
  object operator()(const format::KeyEnrolled& event) const {
    return {{"actor", to_uuid_text(event.actor.view())},
            {"publicKey", base64(event.public_key.view())},
            {"custody", custody_name(event.custody)},
            {"possession", base64(event.possession.view())}};
  }
  object operator()(const format::KeyRotated& event) const {
    return {{"oldKey", hex(event.old_key.view())},
            {"publicKey", base64(event.public_key.view())},
            {"possession", base64(event.possession.view())}};
  }
  object operator()(const format::KeyRevoked& event) const {
    return {{"key", hex(event.key.view())},
            {"compromisedSince", position_or_null(event.compromised_since)},
            {"reason", reason_name(event.reason)}};
  }
  object operator()(const format::LogKeyRotated& event) const {
    return {{"publicKey", base64(event.public_key.view())},
            {"possession", base64(event.possession.view())},
            {"handover", base64(event.handover.view())}};
  }
  object operator()(const format::EventReattested& event) const {
    return {{"attests", event.position.value()}, {"leafHash", base64(event.leaf_hash.view())}};
  }
  object operator()(const format::ErasureOrdered& event) const {
    boost::json::array ranges;
    for (const auto& range : event.ranges)
      ranges.push_back(
          {{"first", range.first.value()}, {"end", range.end.value()}, {"classes", range.classes}});
    constexpr std::string_view kBases[] = {"", "retention", "request", "court"};
    object json{{"order", to_uuid_text(event.order)}, {"ranges", std::move(ranges)}};
    if (event.basis != format::ErasureBasis::none)
      json["basis"] = kBases[static_cast<std::size_t>(event.basis)];
    return json;
  }
  object operator()(const format::ErasureApproved& event) const {
    return {{"order", to_uuid_text(event.order)}};
  }
  object operator()(const format::ErasureCompleted& event) const {
    return {{"order", to_uuid_text(event.order)},
            {"partsDeleted", event.parts_deleted},
            {"rootKeyId", hex(event.root_key_id.view())},
            {"tableDigest", hex(event.table_digest.view())},
            {"places", event.places}};
  }
  object operator()(const format::LogRestored& event) const {
    return {{"size", event.size.value()},
            {"root", base64(event.root.view())},
            {"guardSize", event.guard_size.value()},
            {"guardRoot", base64(event.guard_root.view())}};
  }
  object operator()(const format::ClockStepped& event) const {
    return {{"from", to_text(event.from)}, {"to", to_text(event.to)}};
  }
  object operator()(const format::WitnessPolicyChanged& event) const {
    return {{"policy", event.policy}};
  }
  object operator()(const format::ProjectionDigested& event) const {
    return {{"name", event.name},
            {"version", event.version},
            {"size", event.size.value()},
            {"digest", hex(event.digest.view())}};
  }
  object operator()(const format::StreamHeads& event) const {
    return {
        {"size", event.size.value()}, {"count", event.count}, {"root", base64(event.root.view())}};
  }
};

}  // namespace

std::string_view custody_name(format::Custody custody) {
  constexpr std::string_view kNames[] = {"", "own", "custodial", "system"};
  return kNames[static_cast<std::size_t>(custody)];
}

std::string_view stream_kind_name(format::StreamKind kind) {
  constexpr std::string_view kNames[] = {"", "engine", "directory", "audit", "case", "access"};
  return kNames[static_cast<std::size_t>(kind)];
}

object to_json(const format::EngineEvent& event) {
  object json{{"type", format::name_of(event)}};
  for (auto& member : std::visit(ToJson{}, event)) json.insert(member);
  return json;
}

Result<object> public_entry(Position position, ByteView bytes) {
  constexpr std::string_view kModes[] = {"", "live", "paperBackfill", "imported"};
  ENGINE_TRY(entry, format::decode_entry(bytes));
  const format::Intent& intent = entry.intent;
  boost::json::array parts;
  for (const format::PartCommitment& part : intent.parts)
    parts.push_back({{"class", class_name(part.part_class)}, {"length", part.length}});
  object json{{"position", position.value()},
              {"streamId", to_uuid_text(intent.stream_id.view())},
              {"kind", stream_kind_name(intent.stream_kind)},
              {"version", entry.stamp.version.value()},
              {"recordedAt", to_text(entry.stamp.recorded_at)},
              {"occurredAt", to_text(intent.occurred_at)},
              {"actor", to_uuid_text(intent.actor.view())},
              {"key", hex(intent.key.view())},
              {"custody", custody_name(intent.custody)},
              {"mode", kModes[static_cast<std::size_t>(entry.stamp.mode)]},
              {"leafHash", base64(transparency::leaf_hash(bytes).view())},
              {"parts", std::move(parts)}};
  if (!entry.public_part.empty()) {
    ENGINE_TRY(event, format::decode_engine_event(entry.public_part));
    json["event"] = to_json(event);
  }
  return json;
}

}  // namespace stafett::tools
