#pragma once
// Guard: remembers outside the database what was acknowledged, so that a database put back from an
// old copy, cut short or exchanged is found out before anything is added to it.
//
// For each commit group the writer calls pending() beside the database's own sync; when both have
// returned ok, confirm(); then it acknowledges. A checkpoint is compared and swapped here before it
// is published.
//
// Source:   docs/formats/guard.md
// Threads:  begin(), pending(), confirm() and flush() by one thread at a time (the writer's);
//           swap_checkpoint() and the getters from any thread.
// Lifetime: `files` outlives the Guard. Only the holder of the log's lock calls begin(); open() and
//           the getters write nothing, and are safe beside a writer.
// Limits:   the tail is compacted when it exceeds kTailCompactBytes; notes up to kNoteBytesMax.

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/log/keeping/guard_format.h"
#include "engine/storage/files.h"

namespace stafett::log {

class Guard final {
 public:
  static constexpr std::size_t kTailCompactBytes = std::size_t{1} << 20;

  // A new guard for a log in the given state (a new log: size 0 and the empty tree's root).
  // Errors: conflict (there is one already), io.
  static Result<std::unique_ptr<Guard>> create(storage::Files& files, const std::string& directory,
                                               const Hash& origin, const TreeState& state);
  // Errors: not_found (no guard at all), corrupt (detail names the record or file), unsupported,
  // conflict (another log's), io.
  static Result<std::unique_ptr<Guard>> open(storage::Files& files, const std::string& directory,
                                             const Hash& origin);
  // Forgets what was required: from now on it is `state`, with `checkpoint` as the newest one in
  // the database. Works on a missing or damaged guard. For an operator who accepts a restored log.
  static Result<void> accept(storage::Files& files, const std::string& directory,
                             const Hash& origin, const TreeState& state,
                             const std::optional<GuardedCheckpoint>& checkpoint);

  // The newest state known to have been acknowledged or published: the database must hold exactly
  // this root at this size. After a power cut the last acknowledged group may be only possible().
  TreeState required() const;
  // Written after required(), of unknown outcome: the database may be there or not. If it has this
  // size, it must have this root.
  std::optional<TreeState> possible() const;
  std::optional<GuardedCheckpoint> checkpoint() const;    // none: nothing published yet
  std::size_t torn_bytes() const { return torn_bytes_; }  // dropped from the tail when opened

  // Before the first pending(): settles on the state the database opened in, whose root at
  // required().size the caller has compared. The tail becomes this one confirmed record.
  // Errors: conflict (shorter than required, or another root at a guarded size), io.
  Result<void> begin(const TreeState& database);

  // Appends the state that the group leads to, and syncs. When it fails, the group's outcome is
  // unknown, and the Guard takes no more until reopened.
  // Errors: read_only (not begun, or failed before), conflict (does not grow), io.
  Result<void> pending(TreeSize size, const Hash& root);
  // The pending group is durable in the database too. Not synced: the page cache keeps it if the
  // process dies, and the next pending() syncs it. REQUIRES: a pending() that returned ok.
  Result<void> confirm();
  // Syncs the last confirmation: a clean stop leaves nothing merely possible.
  Result<void> flush();

  // Remembers a newer checkpoint, durably when it returns ok; only then may it be published.
  // `old_size`: the size of the one it replaces (0: none). The same size and root with another note
  // (more cosignatures) is fine.
  // Errors: conflict (not the old size, smaller, another root at a guarded size, or beyond what was
  // confirmed), too_large (note), io (which one is stored is known after reopening only).
  Result<void> swap_checkpoint(TreeSize old_size, const GuardedCheckpoint& next);

 private:
  Guard(storage::Files& files, const std::string& directory, const Hash& origin);
  Result<void> fail(const Error& error);
  Result<void> compact(const TreeState& confirmed);
  Result<void> append_record(const TreeState& state);

  storage::Files& files_;
  const std::string tail_path_;
  const std::string checkpoint_path_;
  const Hash origin_;
  std::size_t torn_bytes_ = 0;  // Constant after open().

  std::unique_ptr<storage::AppendFile> tail_;  // Writer only; null: not begun, or failed.
  std::uint32_t record_count_ = 0;             // Writer only.

  mutable std::mutex mutex_;
  TreeState required_;                           // Guarded by mutex_.
  std::optional<TreeState> possible_;            // Guarded by mutex_.
  std::optional<GuardedCheckpoint> checkpoint_;  // Guarded by mutex_.
  std::mutex swap_mutex_;                        // One swap at a time; taken before mutex_.
};

}  // namespace stafett::log
