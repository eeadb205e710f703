#include "engine/log/verify/public_record.h"

#include <algorithm>

#include "engine/format/entry.h"

namespace stafett::log {
namespace {

using Use = std::function<void(const format::EngineEvent&, const format::Intent&, Position)>;

// What cannot be read is left out: it is reported where it is checked.
void for_each_engine_event(const storage::Reads& reads, const StreamId& engine, Position end,
                           const Use& use) {
  (void)reads.scan_stream(
      engine, Version{0}, [&](Version, Position position) -> Result<storage::Scan> {
        if (position >= end) return storage::Scan::stop;
        const Result<Bytes> bytes = reads.entry(position);
        if (!bytes) return storage::Scan::more;
        const Result<format::Entry> entry = format::decode_entry(*bytes);
        if (!entry) return storage::Scan::more;
        const Result<format::EngineEvent> event = format::decode_engine_event(entry->public_part);
        if (event) use(*event, entry->intent, position);
        return storage::Scan::more;
      });
}

void read_genesis(const storage::Reads& reads, PublicRecord& record) {
  const Result<Bytes> bytes = reads.entry(Position{0});
  if (!bytes) return;
  const Result<format::Entry> entry = format::decode_entry(*bytes);
  if (!entry) return;
  record.engine = entry->intent.stream_id;
  const Result<format::EngineEvent> event = format::decode_engine_event(entry->public_part);
  if (!event || !std::holds_alternative<format::Genesis>(*event)) return;
  record.genesis = std::get<format::Genesis>(*event);
}

ErasureOrder::Act act_of(const format::Intent& intent, Position position) {
  return {intent.actor, position, intent.custody};
}

void find_without_role(const storage::Reads& reads, const WithoutRole& without_role,
                       PublicRecord& record) {
  std::vector<ErasureOrder::Act> acts;
  for_each_engine_event(
      reads, record.engine, Position{reads.size().value()},
      [&](const format::EngineEvent& event, const format::Intent& intent, Position position) {
        if (std::holds_alternative<format::ErasureOrdered>(event) ||
            std::holds_alternative<format::ErasureApproved>(event))
          acts.push_back(act_of(intent, position));
      });
  if (acts.empty()) return;
  Result<std::vector<Position>> found = without_role(acts);
  if (!found) {
    record.roles_unknown = found.error();
    return;
  }
  record.without_role = std::move(*found);
  std::ranges::sort(record.without_role);
}

void note_erasure(const format::EngineEvent& event, const ErasureOrder::Act& act,
                  PublicRecord& record) {
  const bool has_role = !std::ranges::binary_search(record.without_role, act.position);
  if (const auto* order = std::get_if<format::ErasureOrdered>(&event))
    has_role ? record.erasures.ordered(*order, act)
             : record.erasures.ordered_without_right(*order, act.position);
  const auto* approval = std::get_if<format::ErasureApproved>(&event);
  if (approval && has_role) record.erasures.approved(*approval, act);
}

}  // namespace

void PublicRecord::note_reattested(const format::EventReattested& event,
                                   const format::Intent& intent, Position position) {
  reattested.emplace(event.position.value(),
                     Reattestation{event.leaf_hash, intent.actor, intent.key, position});
}

bool PublicRecord::is_reattested(Position position, const Hash& leaf, const ActorId& actor) const {
  const auto [begin, end] = reattested.equal_range(position.value());
  return std::any_of(begin, end, [&](const auto& row) {
    const Reattestation& one = row.second;
    const std::optional<EnrolledKey> key = keyring.find(one.key);
    if (one.leaf != leaf || !key || !key->valid_at(one.position) || key->suspect_at(one.position))
      return false;
    // The program, which the genesis names too, is nobody who could vouch for others.
    const bool is_person = key->custody != format::Custody::system;
    return one.by == actor || (is_person && keyring.is_administrator(one.by));
  });
}

std::unique_ptr<PublicRecord> read_public_record(const storage::Reads& reads,
                                                 const WithoutRole& without_role) {
  auto record = std::make_unique<PublicRecord>();
  read_genesis(reads, *record);
  if (without_role) find_without_role(reads, without_role, *record);
  for_each_engine_event(
      reads, record->engine, Position{reads.size().value()},
      [&](const format::EngineEvent& event, const format::Intent& intent, Position position) {
        (void)record->keyring.apply(event, position);
        note_erasure(event, act_of(intent, position), *record);
        if (const auto* again = std::get_if<format::EventReattested>(&event))
          record->note_reattested(*again, intent, position);
        if (const auto* heads = std::get_if<format::StreamHeads>(&event))
          record->heads.push_back({position, *heads});
      });
  const auto newest = reads.latest_checkpoint();
  if (newest && *newest && record->keyring.genesis()) {
    const auto opened = open_log_checkpoint(as_text((*newest)->note), record->keyring.log_keys());
    if (opened && opened->head().size == (*newest)->size)
      record->newest_checkpoint = opened->head();
  }
  record->erasures.seal(record->newest_checkpoint ? record->newest_checkpoint->size : TreeSize{0});
  return record;
}

void replay_keys(const storage::Reads& reads, const StreamId& engine, Position end,
                 Keyring& keyring) {
  for_each_engine_event(reads, engine, end,
                        [&](const format::EngineEvent& event, const format::Intent&,
                            Position position) { (void)keyring.apply(event, position); });
}

}  // namespace stafett::log
