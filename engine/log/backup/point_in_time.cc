#include "engine/log/backup/point_in_time.h"

#include <fmt/format.h>

#include "engine/format/entry.h"
#include "engine/log/log_tree.h"
#include "engine/log/verify/public_record.h"

namespace stafett::log {
namespace {

Result<TimeUs> recorded_at(const storage::Reads& reads, std::uint64_t position) {
  ENGINE_TRY(bytes, reads.entry(Position{position}));
  ENGINE_TRY(entry, format::decode_entry(bytes));
  return entry.stamp.recorded_at;
}

// How many entries were recorded at `time` or before: the times never go back.
Result<TreeSize> size_at(const storage::Reads& reads, TimeUs time) {
  std::uint64_t low = 0;
  std::uint64_t high = reads.size().value();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    ENGINE_TRY(recorded, recorded_at(reads, middle));
    if (recorded <= time)
      low = middle + 1;
    else
      high = middle;
  }
  return TreeSize{low};
}

class HeadFinder final {
 public:
  HeadFinder(const BackupPlace& place, const AtGeneration& at, const PointInTime& point)
      : place_(place), at_(at), point_(point) {}

  Result<SignedHead> find() {
    ENGINE_TRY(newest, place_.choose(at_));
    ENGINE_TRY(backups, storage::Backups::open(place_.database(), storage::BackupAccess::read));
    backups_ = std::move(backups);
    ENGINE_TRY(store, backups_->open_store(newest.generation));
    ENGINE_TRY(head, head_in(*store));
    // Of an older one less has to be cut off.
    if (std::holds_alternative<std::monostate>(at_)) {
      ENGINE_TRY(numbers, place_.generations());
      for (const std::uint32_t number : numbers) {
        if (number >= newest.generation) break;
        auto older = place_.manifest(number);
        if (older && holds(*older, head, *store)) return SignedHead{std::move(*older), head};
      }
    } else {
      ENGINE_TRY_VOID(compare_with_later(newest.generation, head));
    }
    return SignedHead{std::move(newest), head};
  }

 private:
  // Later generations are larger than the head, so that their sizes do not tell of a history that
  // was given up: their entries do. One that cannot be opened tells nothing.
  Result<void> compare_with_later(std::uint32_t chosen, const TreeState& head) const {
    const auto newest = place_.choose({});
    if (!newest || newest->generation <= chosen || newest->state.size < head.size) return {};
    const auto store = backups_->open_store(newest->generation);
    if (!store) return {};
    const auto root = root_at(**store, head.size);
    if (!root || *root == head.root) return {};
    return Error{Errc::conflict, fmt::format("generation {} shows another history than generation "
                                             "{}: another root at size {}",
                                             newest->generation, chosen, head.size.value())};
  }

  Result<TreeState> head_in(const storage::Reads& reads) const {
    const TimeUs* time = std::get_if<TimeUs>(&point_);
    ENGINE_TRY(size, time != nullptr ? size_at(reads, *time)
                                     : Result<TreeSize>{std::get<TreeSize>(point_)});
    ENGINE_TRY(nearest, reads.checkpoint_within(size));
    if (!nearest || (time == nullptr && nearest->size != size))
      return no_head(reads, size, nearest);
    const auto record = read_public_record(reads);
    if (!record->keyring.genesis()) return Error{Errc::corrupt, "the backup has no genesis"};
    ENGINE_TRY(opened, open_log_checkpoint(as_text(nearest->note), record->keyring.log_keys()));
    if (opened.head().size != nearest->size)
      return Error{Errc::corrupt, "a checkpoint under another size than its own"};
    return TreeState{opened.head().size, opened.head().root};
  }

  static Result<TreeState> no_head(const storage::Reads& reads, TreeSize size,
                                   const std::optional<storage::StoredCheckpoint>& below) {
    std::optional<TreeSize> above;
    if (size < reads.size())
      ENGINE_TRY_VOID(reads.scan_checkpoints(TreeSize{size.value() + 1},
                                             [&](TreeSize at, ByteView) -> Result<storage::Scan> {
                                               above = at;
                                               return storage::Scan::stop;
                                             }));
    std::string nearest = "there is none";
    if (below && above)
      nearest =
          fmt::format("the nearest are of sizes {} and {}", below->size.value(), above->value());
    else if (below || above)
      nearest = fmt::format("the nearest is of size {}", (below ? below->size : *above).value());
    return Error{Errc::not_found,
                 fmt::format("the log signed no head of size {} that the backup has; {}",
                             size.value(), nearest)};
  }

  // As an earlier part of that history, with the head as the log signed it.
  bool holds(const BackupManifest& older, const TreeState& head,
             const storage::Reads& newest) const {
    if (older.state.size < head.size || older.state.size > newest.size()) return false;
    const auto root = root_at(newest, older.state.size);
    if (!root || *root != older.state.root) return false;
    const auto store = backups_->open_store(older.generation);
    if (!store) return false;
    const auto note = (*store)->checkpoint_at(head.size);
    return note && note->has_value();
  }

  const BackupPlace& place_;
  const AtGeneration& at_;
  const PointInTime& point_;
  std::unique_ptr<storage::Backups> backups_;
};

}  // namespace

Result<SignedHead> find_signed_head(const BackupPlace& place, const AtGeneration& at,
                                    const PointInTime& point) {
  return HeadFinder{place, at, point}.find();
}

}  // namespace stafett::log
