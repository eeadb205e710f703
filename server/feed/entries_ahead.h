#pragma once
// EntriesAhead: the entries that a feed has before it, read in stretches: of all cases, or of
// one, whose streams say where its events are. What an entry says never changes, so that it
// can be read before it is decided about.
//
// Threads:  one at a time; read() waits for the disk.
// Lifetime: the served log outlives it.
// Limits:   at once kLookedAtMax entries are looked through, and kEntriesMax or kBytesMax of those
//           kept, twice where what follows is read meanwhile; of a case, where all its events are.

#include <array>
#include <deque>
#include <optional>

#include "engine/log/sealed_index.h"
#include "server/logs/read_ahead.h"
#include "server/logs/stored_entry.h"

namespace stafett::server {

struct ServedLog;

class EntriesAhead final {
 public:
  static constexpr std::size_t kLookedAtMax = 4096, kEntriesMax = 1024, kBytesMax = 1 << 20;
  // Nearer than that, what is new is among the log's latest, and else soon looked through; a case's
  // streams take several lookups.
  static constexpr std::uint64_t kNear = 256;

  EntriesAhead(ServedLog& log, std::optional<SubjectId> case_id) : log_(log), case_id_(case_id) {}

  // Of entries [from, end) the first ones. REQUIRES: none is there; from < end; `from` is not below
  // any that was looked at, but after clear(). Errors: not_found (no such case), corrupt, io.
  Result<void> read(TreeSize from, TreeSize end);
  bool empty() const { return entries_.empty(); }
  std::size_t count() const { return entries_.size(); }
  const StoredEntry& next() const { return *entries_.front(); }
  StoredEntryPtr take();
  // Every entry below has been looked at, and is here if it is to be decided about.
  TreeSize read_to() const { return read_to_; }
  void clear();

 private:
  struct Place {
    Position position;
    std::uint8_t lane;
  };
  using Block = std::shared_ptr<StoredBlock>;
  struct Stretch {
    Block block;
    TreeSize to{};
    Result<void> outcome{};
  };

  Result<bool> find_among_latest(TreeSize from, TreeSize end);
  Result<void> find_in_log(TreeSize from, TreeSize end);
  static Stretch stretch_of(ServedLog& log, std::optional<SubjectId> case_id, TreeSize from,
                            TreeSize end);
  Result<void> find_in_case(TreeSize from, TreeSize end);
  Result<void> find_places(TreeSize from, TreeSize end);
  void keep(const Block& block);

  ServedLog& log_;
  const std::optional<SubjectId> case_id_;
  std::deque<StoredEntryPtr> entries_;
  TreeSize read_to_{};
  // What follows, on the way: entries [ahead_from_, ahead_end_) or the first of them.
  std::shared_ptr<ReadAhead::Pending<Stretch>> ahead_;
  TreeSize ahead_from_{}, ahead_end_{};
  // Of a case: where its events below `places_end_` are that have not been read, the stream of each
  // lane, and the next version there.
  std::deque<Place> places_;
  TreeSize places_end_{};
  std::array<log::StreamRecord, log::SubjectRecord::kLanesMax> lanes_{};
  std::array<std::uint64_t, log::SubjectRecord::kLanesMax> versions_{};
};

}  // namespace stafett::server
