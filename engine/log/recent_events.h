#pragma once
// RecentEvents: the ids placed lately, so that a repetition is seen between the door's look into
// the database and the event's turn.
//
// Threads: epoch() from any thread; the rest by the sequencer.
// Limits:  kKept ids. A look that is older than all of them is repeated in the database.

#include <atomic>
#include <deque>
#include <optional>
#include <unordered_map>

#include "engine/log/submission.h"

namespace stafett::log {

class RecentEvents final {
 public:
  static constexpr std::size_t kKept = 65'536;
  struct Seen {
    Hash fingerprint;
    std::optional<Position> position;  // empty: refused
    std::optional<Refusal> refusal;
  };

  // What the database showed at this epoch is complete for all ids before it.
  std::uint64_t epoch() const { return durable_.load(std::memory_order_acquire); }
  bool covers(std::uint64_t epoch) const { return epoch >= first_; }

  const Seen* find(const EventId& event) const {
    const auto found = seen_.find(event);
    return found == seen_.end() ? nullptr : &found->second;
  }
  void add(const EventId& event, Seen seen) {
    seen_.insert_or_assign(event, std::move(seen));
    order_.push_back(event);
    while (order_.size() > kKept && first_ < durable_.load(std::memory_order_relaxed)) {
      seen_.erase(order_.front());
      order_.pop_front();
      ++first_;
    }
  }
  void all_durable() { durable_.store(first_ + order_.size(), std::memory_order_release); }

 private:
  std::unordered_map<EventId, Seen, IdHash> seen_;
  std::deque<EventId> order_;
  std::uint64_t first_ = 0;  // how many ids were added before order_.front()
  std::atomic<std::uint64_t> durable_{0};
};

}  // namespace stafett::log
