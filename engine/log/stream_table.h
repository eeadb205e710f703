#pragma once
// StreamTable: the head of each stream in use: the next version and the leaf hash it follows.
//
// Threads:  acquire() from any thread; a slot's head is read and written by the sequencer only,
//           once acquire() has loaded it.
// Lifetime: whoever placed an event that is not durable yet holds the slot, so that an eviction
//           never loses a head that the database does not have.
// Limits:   `slots_max` slots beside those held.

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "engine/format/entry.h"
#include "engine/storage/store.h"

namespace stafett::log {

// Of a stream of one subject, which is folded as a whole. The streams that the whole log shares
// grow with the municipality; their bound is that of a version in the database's keys.
inline constexpr std::uint64_t kSubjectStreamEventsMax = 10'000;
inline constexpr std::uint64_t kSharedStreamEventsMax = 0xffff'ffff;
constexpr std::uint64_t stream_events_max(format::StreamKind kind) {
  const bool of_subject = kind == format::StreamKind::case_ || kind == format::StreamKind::access;
  return of_subject ? kSubjectStreamEventsMax : kSharedStreamEventsMax;
}

struct StreamSlot {
  StreamId id;
  // Sequencer only, after acquire():
  std::uint64_t next_version = 0;
  Hash head;                                            // zero: no entry yet
  format::StreamKind kind = format::StreamKind::case_;  // of its first entry, when there is one

 private:
  friend class StreamTable;
  std::mutex loading_;
  bool loaded_ = false;  // Guarded by loading_.
};

class StreamTable final {
 public:
  static constexpr std::size_t kSlotsMaxDefault = 262'144;  // estimated 200 bytes each
  explicit StreamTable(const storage::Reads& reads, std::size_t slots_max = kSlotsMaxDefault)
      : reads_(reads), slots_max_(slots_max) {}

  // Errors: io, corrupt.
  Result<std::shared_ptr<StreamSlot>> acquire(const StreamId& stream);

 private:
  using Order = std::list<std::shared_ptr<StreamSlot>>;
  std::shared_ptr<StreamSlot> find_or_make(const StreamId& stream);
  Result<void> load(StreamSlot& slot) const;

  const storage::Reads& reads_;
  const std::size_t slots_max_;
  std::mutex mutex_;
  Order order_;                                                  // Guarded; front = newest.
  std::unordered_map<StreamId, Order::iterator, IdHash> slots_;  // Guarded.
};

}  // namespace stafett::log
