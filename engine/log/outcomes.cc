// What became of an event before: receipts rebuilt from the database, refusals by event id.

#include <boost/endian/conversion.hpp>

#include "engine/log/door.h"
#include "engine/transparency/group_path.h"

namespace stafett::log {
namespace {

void put_text(Bytes& to, std::string_view text) {
  append(to, little_endian(static_cast<std::uint32_t>(text.size())));
  append(to, as_bytes(text));
}

std::optional<std::string> take_text(ByteView& from) {
  if (from.size() < 4) return std::nullopt;
  const std::size_t size = boost::endian::load_little_u32(from.data());
  if (from.size() - 4 < size) return std::nullopt;
  std::string text{as_text(from.subspan(4, size))};
  from = from.subspan(4 + size);
  return text;
}

struct StoredRefusal {
  Refusal refusal;
  Hash fingerprint;
};

Bytes encode_refusal(const Refusal& refusal, const Hash& fingerprint) {
  Bytes bytes;
  append(bytes, fingerprint.view());
  put_text(bytes, refusal.code);
  put_text(bytes, refusal.rule);
  put_text(bytes, refusal.detail);
  bytes.push_back(refusal.pointer ? 1 : 0);
  put_text(bytes, refusal.pointer.value_or(""));
  return bytes;
}

Result<StoredRefusal> decode_refusal(ByteView bytes) {
  const Error damaged{Errc::corrupt, "stored refusal"};
  if (bytes.size() < 32) return damaged;
  StoredRefusal stored;
  stored.fingerprint = *Hash::from(bytes.first(32));
  bytes = bytes.subspan(32);
  auto code = take_text(bytes), rule = take_text(bytes), detail = take_text(bytes);
  if (!code || !rule || !detail || bytes.empty()) return damaged;
  const bool has_pointer = bytes[0] == 1;
  bytes = bytes.subspan(1);
  auto pointer = take_text(bytes);
  if (!pointer || !bytes.empty()) return damaged;
  stored.refusal = {std::move(*code), std::move(*rule), std::move(*detail), std::nullopt};
  if (has_pointer) stored.refusal.pointer = std::move(*pointer);
  return stored;
}

Bytes refusal_key(const EventId& event) {
  Bytes key{'R'};
  append(key, event.view());
  return key;
}

}  // namespace

Refusal conflict_refusal() {
  return Refusal{"conflict", "", "an event with this id and other content is in the log", {}};
}

storage::RefusalRow refusal_row(const SealedIndex& index, const EventId& event,
                                const Refusal& refusal, const Hash& fingerprint) {
  return {event, index.seal(refusal_key(event), encode_refusal(refusal, fingerprint))};
}

Result<Receipt> receipt_for(const storage::Reads& reads, Position position) {
  ENGINE_TRY(row, reads.receipt_group_of(position));
  ENGINE_TRY(group, format::decode_receipt_group(row.first, row.record));
  std::vector<Hash> leaves;
  leaves.reserve(group.count);
  Receipt receipt;
  ENGINE_TRY_VOID(reads.scan_entries(group.first, Position{group.first.value() + group.count},
                                     [&](Position at, ByteView bytes) -> Result<storage::Scan> {
                                       leaves.push_back(transparency::leaf_hash(bytes));
                                       if (at != position) return storage::Scan::more;
                                       ENGINE_TRY(entry, format::decode_entry(bytes));
                                       receipt.event = entry.intent.event_id;
                                       receipt.stream = entry.intent.stream_id;
                                       receipt.stream_kind = entry.intent.stream_kind;
                                       receipt.version = entry.stamp.version;
                                       receipt.recorded_at = entry.stamp.recorded_at;
                                       return storage::Scan::more;
                                     }));
  const std::uint64_t index = position.value() - group.first.value();
  if (index >= leaves.size()) return Error{Errc::corrupt, "receipt group"};
  receipt.position = position;
  receipt.leaf_hash = leaves[index];
  receipt.path = transparency::path_of(leaves, index);
  receipt.group = group;
  return receipt;
}

Result<std::optional<Outcome>> earlier_outcome(const storage::Reads& reads,
                                               const SealedIndex& index, const EventId& event,
                                               const Hash& fingerprint) {
  ENGINE_TRY(seen, reads.event(event));
  if (const auto* position = std::get_if<Position>(&seen)) {
    ENGINE_TRY(bytes, reads.entry(*position));
    ENGINE_TRY(entry, format::decode_entry(bytes));
    if (transparency::leaf_hash(entry.intent_bytes) != fingerprint)
      return std::optional<Outcome>{conflict_refusal()};
    ENGINE_TRY(receipt, receipt_for(reads, *position));
    return std::optional<Outcome>{std::move(receipt)};
  }
  if (const auto* refusal = std::get_if<Bytes>(&seen)) {
    ENGINE_TRY(bytes, index.open(refusal_key(event), *refusal));
    ENGINE_TRY(stored, decode_refusal(bytes));
    if (stored.fingerprint != fingerprint) return std::optional<Outcome>{conflict_refusal()};
    return std::optional<Outcome>{std::move(stored.refusal)};
  }
  return std::optional<Outcome>{};
}

}  // namespace stafett::log
