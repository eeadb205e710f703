#include "engine/log/checkpointer.h"

#include "engine/log/log_tree.h"

namespace stafett::log {
namespace {

using transparency::CompactRange;
using transparency::Subtree;

// The frontier at `size`, from tiles.
Result<CompactRange> range_at(const storage::Reads& reads, TreeSize size) {
  transparency::TileHashSource source{size, tile_reader(reads, size)};
  std::vector<Hash> roots;
  for (const Subtree& subtree : transparency::cover(0, size.value())) {
    ENGINE_TRY(hash, source.hash_of(subtree));
    roots.push_back(hash);
  }
  return CompactRange::from(size, roots);
}

}  // namespace

Result<std::unique_ptr<Checkpointer>> Checkpointer::open(storage::Store& store, Guard& guard,
                                                         const LogSigner& log_signer,
                                                         std::string origin) {
  std::unique_ptr<Checkpointer> self{new Checkpointer{store, guard, log_signer, std::move(origin)}};
  ENGINE_TRY(latest, store.latest_checkpoint());
  // The guard is told first: after a crash between the two, its note is the newest.
  if (const auto guarded = guard.checkpoint();
      guarded && (!latest || latest->size < guarded->state.size)) {
    const Bytes& note = guarded->note;
    ENGINE_TRY_VOID(store.put_checkpoint(guarded->state.size, note));
    latest = storage::StoredCheckpoint{guarded->state.size, note};
  }
  if (!latest) return self;
  ENGINE_TRY(opened, open_log_checkpoint(as_text(latest->note), log_signer.keyring().log_keys()));
  if (opened.head().size > store.size())
    return Error{Errc::corrupt, "the database is shorter than its checkpoint"};
  ENGINE_TRY(range, range_at(store, opened.head().size));
  if (range.root() != opened.head().root)
    return Error{Errc::corrupt, "the database does not have the checkpoint's root"};
  self->reread_ = range;
  self->latest_ = std::move(latest);
  return self;
}

Result<std::string> Checkpointer::checkpoint(const transparency::TreeHead& head) {
  const std::lock_guard lock{mutex_};
  if (latest_ && head.size <= latest_->size) return std::string{as_text(latest_->note)};
  CompactRange range = reread_;
  ENGINE_TRY_VOID(store_.scan_entries(Position{range.size().value()}, Position{head.size.value()},
                                      [&](Position, ByteView entry) -> Result<storage::Scan> {
                                        range.append(transparency::leaf_hash(entry));
                                        return storage::Scan::more;
                                      }));
  if (range.head() != head)
    return Error{Errc::corrupt, "what was stored is not what was hashed; nothing is signed"};
  const std::string note =
      transparency::sign_checkpoint({origin_, head}, log_signer_.at(head.size));
  const TreeSize before = latest_ ? latest_->size : TreeSize{0};
  ENGINE_TRY_VOID(
      guard_.swap_checkpoint(before, {{head.size, head.root}, Bytes(note.begin(), note.end())}));
  ENGINE_TRY_VOID(store_.put_checkpoint(head.size, as_bytes(note)));
  reread_ = range;
  latest_ = storage::StoredCheckpoint{head.size, Bytes(note.begin(), note.end())};
  return note;
}

std::optional<storage::StoredCheckpoint> Checkpointer::latest() const {
  const std::lock_guard lock{mutex_};
  return latest_;
}

}  // namespace stafett::log
