#include "server/logs/public_tree.h"

#include "engine/format/entry.h"
#include "engine/log/entry_proof.h"
#include "engine/log/log_tree.h"
#include "engine/log/witness/cosigned_checkpoints.h"
#include "engine/transparency/checkpoint.h"

namespace stafett::server {

PublicTree::PublicTree(const log::Log& log, Clock& clock, std::chrono::seconds grid)
    : log_(log), clock_(clock), grid_us_(std::chrono::microseconds{grid}.count()) {}

// How many entries had been recorded before this instant: recordedAt never falls.
Result<TreeSize> PublicTree::size_at(TimeUs instant) const {
  std::uint64_t low = 0, high = log_.size().value();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    ENGINE_TRY(entry, log_.store().entry(Position{middle}));
    ENGINE_TRY(outline, format::outline_of_own_entry(entry));
    if (outline.recorded_at < instant)
      low = middle + 1;
    else
      high = middle;
  }
  return TreeSize{low};
}

Result<std::optional<storage::StoredCheckpoint>> PublicTree::stored() const {
  if (grid_us_ == 0) return log_.latest_checkpoint();
  const std::int64_t now = clock_.now().value();
  ENGINE_TRY(size, size_at(TimeUs{now - now % grid_us_}));
  return log_.store().checkpoint_within(size);
}

Result<PublicCheckpoint> PublicTree::checkpoint() const {
  const std::lock_guard lock{mutex_};
  const std::int64_t slot = grid_us_ == 0 ? -1 : clock_.now().value() / grid_us_;
  if (grid_us_ != 0 && shown_ && shown_at_ == slot) return *shown_;
  // What lies in a database that contradicts its guard may be an older log than was shown before.
  if (const auto reason = log_.read_only_reason(); reason && !shown_)
    return Error{Errc::read_only, *reason};
  ENGINE_TRY(found, stored());
  // A clock that was set back does not take away what was shown.
  if (found && (!shown_ || shown_->head.size < found->size)) {
    const std::string note{as_text(found->note)};
    ENGINE_TRY(opened, log::open_log_checkpoint(note, log_.keyring().log_keys()));
    shown_ = PublicCheckpoint{opened.head(), note};
  }
  if (!shown_) return Error{Errc::not_found, "no checkpoint yet"};
  shown_at_ = slot;
  return *shown_;
}

Result<Bytes> PublicTree::tile(const transparency::Tile& tile) const {
  ENGINE_TRY(shown, checkpoint());
  const TreeSize size = shown.head.size;
  if (tile.level >= transparency::kTileLevels ||
      tile.width > transparency::tile_width(size, tile.level, tile.index))
    return Error{Errc::not_found, "no such tile at the checkpoint's size"};
  ENGINE_TRY(bytes, log::tile_reader(log_.store(), size)(tile));
  const std::size_t wanted = tile.width * Hash::kBytes;
  if (bytes.size() < wanted) return Error{Errc::corrupt, transparency::tile_path(tile)};
  bytes.resize(wanted);
  return bytes;
}

// REQUIRES: mutex_ is held.
Result<PublicTree::Cosigned> PublicTree::look_for_cosigned(TreeSize shown,
                                                           std::int64_t now_us) const {
  if (!policies_) {
    ENGINE_TRY(policies, log::WitnessPolicies::read(log_.store(), log_.streams().engine));
    policies_ = std::move(policies);
  }
  Cosigned found{shown, now_us, {}, {}};
  if (!policies_->newest()) return found;
  const log::CosignedCheckpoints all{storage::posix_files(),
                                     log::witnessed_directory(log_.paths().database),
                                     log_.keyring().log_keys(), *policies_};
  ENGINE_TRY(newest, all.newest_final(log_.store(), {}, shown));
  if (newest) found.newest = PublicCheckpoint{newest->head, newest->note};
  // What cannot be read is named by the verifier; here the log's own word is as good.
  if (const auto of_shown = all.at(shown);
      of_shown && log::check_is_of(log_.store(), of_shown->head))
    found.of_shown = of_shown->note;
  return found;
}

Result<PublicTree::Cosigned> PublicTree::cosigned(TreeSize shown) const {
  constexpr std::int64_t kLookAgainUs = 1'000'000;
  const std::lock_guard lock{mutex_};
  const std::int64_t now = clock_.now().value();
  const bool is_fresh = cosigned_ && cosigned_->shown == shown && now >= cosigned_->looked_at_us &&
                        now - cosigned_->looked_at_us < kLookAgainUs;
  if (!is_fresh) {
    ENGINE_TRY(found, look_for_cosigned(shown, now));
    cosigned_ = std::move(found);
  }
  return *cosigned_;
}

Result<std::string> PublicTree::published() const {
  ENGINE_TRY(shown, checkpoint());
  ENGINE_TRY(found, cosigned(shown.head.size));
  return found.of_shown ? std::move(*found.of_shown) : std::move(shown.note);
}

Result<std::string> PublicTree::proof(Position position) const {
  ENGINE_TRY(shown, checkpoint());
  ENGINE_TRY(found, cosigned(shown.head.size));
  // If the newest does not cover it, no other does.
  const bool is_covered = found.newest && found.newest->head.size.value() > position.value();
  const PublicCheckpoint& used = is_covered ? *found.newest : shown;
  return log::entry_proof(log_.store(), position, used.head, used.note);
}

}  // namespace stafett::server
