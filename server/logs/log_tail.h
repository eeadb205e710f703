#pragma once
// LogTail: the latest entries of a log with their sealed parts, read once for all who follow it.
//
// Threads:  any; whoever comes first reads, and the others wait for that.
// Lifetime: the log outlives it.
// Limits:   kEntriesMax entries, kBytesMax and what was read with the oldest of them.

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/log/log.h"
#include "server/logs/entry_streams.h"
#include "server/logs/stored_entry.h"

namespace stafett::server {

using StoredEntries = std::shared_ptr<const std::vector<StoredEntryPtr>>;  // never null

class LogTail final {
 public:
  static constexpr std::uint64_t kEntriesMax = 1024;
  static constexpr std::size_t kBytesMax = 4 << 20;

  LogTail(const log::Log& log, EntryStreams& streams) : log_(log), streams_(streams) {}

  // Entries [from, end), the same object for all who ask for the newest of them. None: they are not
  // among the latest, or too many. REQUIRES: end is durable. Errors: corrupt, io.
  Result<StoredEntries> between(TreeSize from, TreeSize end);
  // Whose they are may have changed: they are read anew.
  void forget();

 private:
  Result<void> read_until(TreeSize end);
  void drop_oldest();
  TreeSize begin() const { return TreeSize{size_.value() - entries_.size()}; }

  const log::Log& log_;
  EntryStreams& streams_;
  std::mutex mutex_;
  std::deque<StoredEntryPtr> entries_;  // Guarded by mutex_, as all below; none is missing
  TreeSize size_{};                     // behind the last of them
  std::size_t bytes_ = 0;
  StoredEntries newest_;  // what was asked for last, if it was not empty: [newest_from_, size_)
  TreeSize newest_from_{};
};

}  // namespace stafett::server
