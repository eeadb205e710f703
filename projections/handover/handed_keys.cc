#include "projections/handover/handed_keys.h"

#include "engine/format/part.h"
#include "engine/transparency/group_path.h"
#include "projections/bundle/bundle_lines.h"

namespace stafett::bti {

using format::PartClass;

namespace {

Error refused(const char* why) {
  return Error{Errc::refused, why};
}

bool is_of_keys(const format::EngineEvent& event) {
  return std::holds_alternative<format::Genesis>(event) ||
         std::holds_alternative<format::KeyEnrolled>(event) ||
         std::holds_alternative<format::KeyRotated>(event) ||
         std::holds_alternative<format::KeyRevoked>(event);
}

}  // namespace

Result<void> HandedKeys::add(std::string_view text) {
  ENGINE_TRY(line, parse_entry_line(text));
  if (last_ ? line.position <= *last_ : line.position != Position{0})
    return refused("not in order, from the log's first entry on");
  last_ = line.position;
  if (!line.parts.empty() || !line.erased.empty() || !line.withheld.empty())
    return refused("an engine event has no sealed part");
  ENGINE_TRY(entry, format::decode_entry(line.entry));
  if (!line.path || (head_ && !transparency::verify_inclusion(transparency::leaf_hash(line.entry),
                                                              line.position, *head_, *line.path)))
    return refused("not proven to be in the log of the checkpoint");
  const format::Intent& intent = entry.intent;
  if (intent.stream_kind != format::StreamKind::engine || intent.parts.empty())
    return refused("no engine event");
  const format::OpenPart open{PartClass::public_, {}, entry.public_part};
  if (format::commit(open, intent.event_id).commitment != intent.parts.front().commitment)
    return refused("not what its actor committed to");
  ENGINE_TRY(event, format::decode_engine_event(entry.public_part));
  if (!is_of_keys(event)) return refused("an event that is of no key");
  if (const auto* genesis = std::get_if<format::Genesis>(&event);
      genesis && genesis->origin != origin_)
    return refused("the genesis of another log");
  return keyring_.apply(event, line.position);
}

Result<void> HandedKeys::check(const format::Entry& entry, Position position) {
  const format::Intent& intent = entry.intent;
  const auto key = keyring_.genesis() ? keyring_.find(intent.key) : std::nullopt;
  if (!key) return refused("the key that signed it is not among the package's");
  if (key->actor != intent.actor || key->custody != intent.custody ||
      key->enrolled_at != intent.enrolled_at || intent.origin_hash != keyring_.origin_hash())
    return refused("the key that signed it is not its actor's");
  if (!key->valid_at(position)) return refused("the key that signed it did not count any more");
  const format::GroupSignature& group = entry.signature;
  ENGINE_TRY(root, transparency::root_from_group_path(transparency::leaf_hash(entry.intent_bytes),
                                                      group.index, group.count, group.path));
  if (!crypto::verify(key->public_key,
                      format::signed_message(intent.origin_hash, group.count, root),
                      group.signature))
    return refused("not signed by its actor's key");
  switch (key->custody) {
    case format::Custody::own:
      ++counts_.own;
      break;
    case format::Custody::custodial:
      ++counts_.custodial;
      break;
    case format::Custody::system:
      ++counts_.system;
      break;
  }
  if (key->suspect_at(position)) ++counts_.suspect;
  return {};
}

}  // namespace stafett::bti
