#include "engine/log/group_builder.h"

#include "engine/transparency/group_path.h"

namespace stafett::log {

Position GroupBuilder::place(CheckedEvent& event, std::uint32_t profile_version,
                             TimeUs recorded_at) {
  StreamSlot& slot = *event.slot;
  const format::Stamp stamp{event.mode, profile_version, Version{slot.next_version}, recorded_at,
                            slot.head};
  Bytes bytes = format::encode_entry(stamp, event.signature, event.sealed_digests,
                                     event.public_part, event.intent_bytes);
  CHECK(bytes.size() <= format::kEntryBytesMax);
  const Position position = next();
  const Hash leaf = transparency::leaf_hash(bytes);
  tree_.append(leaf, [&](const transparency::Tile& tile, ByteView hashes) {
    tiles_.push_back(
        {static_cast<std::uint8_t>(tile.level), tile.index, Bytes(hashes.begin(), hashes.end())});
  });
  leaves_.push_back(leaf);
  placed_.push_back({event.intent.event_id, event.intent.stream_id, event.intent.stream_kind,
                     stamp.version, recorded_at});
  rows_.push_back({std::move(bytes), event.intent.stream_id, stamp.version, event.intent.event_id,
                   std::move(event.sealed)});
  slot.kind = event.intent.stream_kind;
  slot.head = leaf;
  ++slot.next_version;
  slots_.push_back(event.slot);
  return position;
}

void GroupBuilder::add_rows(std::vector<storage::IndexRow> rows) {
  for (storage::IndexRow& row : rows) labels_.push_back(std::move(row));
}

void GroupBuilder::seal(const LogSigner& log_signer, const Hash& origin_hash) {
  if (leaves_.empty()) return;
  group_.first = first_;
  group_.count = static_cast<std::uint32_t>(leaves_.size());
  const crypto::SigningKey& log_key = log_signer.at(TreeSize{first_.value()});
  group_.signature = log_key.sign(format::receipt_message(origin_hash, group_.first, group_.count,
                                                          transparency::root_of(leaves_)));
  paths_ = transparency::paths_of(leaves_);
}

storage::SealedBatch GroupBuilder::take_batch() {
  storage::SealedBatch batch;
  batch.first = first_;
  batch.entries = std::move(rows_);
  batch.labels = std::move(labels_);
  batch.refusals = std::move(refusals_);
  if (!leaves_.empty()) batch.receipt_group = format::encode(group_);
  return batch;
}

Receipt GroupBuilder::receipt(Position position) const {
  const std::size_t i = position.value() - first_.value();
  CHECK(i < placed_.size());
  const Placed& placed = placed_[i];
  return Receipt{placed.event, placed.stream,      placed.kind, position, placed.version,
                 leaves_[i],   placed.recorded_at, group_,      paths_[i]};
}

}  // namespace stafett::log
