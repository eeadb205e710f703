#pragma once
// Intake: the bounded queue between submitters, door threads and the sequencer. Work is checked in
// any order and by many, and leaves in the order in which it was submitted.
//
// Threads: any for push(); door threads for next_unchecked() and set_checked(); the sequencer for
//          take_checked().
// Limits:  kEventsMax events waiting: push() then answers queue_full.

#include <condition_variable>
#include <deque>
#include <mutex>

#include "engine/log/work.h"

namespace stafett::log {

class Intake final {
 public:
  static constexpr std::size_t kEventsMax = 16'384;

  // Errors: queue_full, read_only (closed).
  Result<void> push(std::unique_ptr<Work> work);

  // Blocks; nullptr when closed and empty. Stays owned by the Intake.
  Work* next_unchecked();
  void set_checked(Work* work);

  // Blocks until the oldest is checked, then takes all checked ones at the front, up to about
  // `events_max` events. Empty: closed and drained.
  std::vector<std::unique_ptr<Work>> take_checked(std::size_t events_max);

  void close();  // what is queued still goes through

 private:
  std::mutex mutex_;
  std::condition_variable unchecked_;
  std::condition_variable front_checked_;
  std::deque<std::unique_ptr<Work>> queue_;  // Guarded by mutex_, all below too.
  std::size_t next_ = 0;                     // index in queue_ of the next one to check
  std::size_t event_count_ = 0;
  bool closed_ = false;
};

}  // namespace stafett::log
