#pragma once
// GroupBuilder: one commit group while it is being placed: stamps events, hashes them into the
// tree, and collects what storage will be handed.
//
// Threads: the sequencer's.

#include <vector>

#include "engine/log/log_signer.h"
#include "engine/log/work.h"
#include "engine/transparency/tile_builder.h"

namespace stafett::log {

class GroupBuilder final {
 public:
  // The tree is advanced as events are placed. `tree` outlives the builder.
  explicit GroupBuilder(transparency::TileBuilder& tree)
      : tree_(tree), first_(tree.size().value()) {}

  Position first() const { return first_; }
  Position next() const { return Position{first_.value() + rows_.size()}; }
  bool empty() const { return rows_.empty(); }

  // Stamps, hashes, moves the stream's head. REQUIRES: it fits in an entry (the door's limits).
  Position place(CheckedEvent& event, std::uint32_t profile_version, TimeUs recorded_at);
  void add_rows(std::vector<storage::IndexRow> rows);
  void add_refusal(storage::RefusalRow row) { refusals_.push_back(std::move(row)); }
  bool nothing_to_store() const { return rows_.empty() && refusals_.empty(); }

  // Signs the group's receipts; then the batch is complete.
  void seal(const LogSigner& log_signer, const Hash& origin_hash);
  storage::SealedBatch take_batch();
  const std::vector<storage::TileRow>& tiles() const { return tiles_; }
  // REQUIRES: sealed; position in this group.
  Receipt receipt(Position position) const;

 private:
  struct Placed {
    EventId event;
    StreamId stream;
    format::StreamKind kind;
    Version version;
    TimeUs recorded_at;
  };
  transparency::TileBuilder& tree_;
  const Position first_;
  std::vector<storage::EntryRow> rows_;
  std::vector<Placed> placed_;
  std::vector<Hash> leaves_;
  std::vector<std::vector<Hash>> paths_;
  std::vector<std::shared_ptr<StreamSlot>> slots_;  // held until durable
  std::vector<storage::IndexRow> labels_;
  std::vector<storage::RefusalRow> refusals_;
  std::vector<storage::TileRow> tiles_;
  format::ReceiptGroup group_;
};

}  // namespace stafett::log
