#pragma once
// DailyHeads: records once a day where all streams of a running log end (stream_heads.h), so that a
// stream that was cut short later contradicts what was said before.
//
// Threads:  one of its own; record_if_due() by one caller at a time.
// Lifetime: the log outlives it, and runs as long as it is there.
// Limits:   a day without an event but this one asks for none.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "engine/log/log.h"

namespace stafett::log {

class DailyHeads final {
 public:
  using Failed = std::function<void(const Error&)>;
  // `look_every`: how often it looks whether a day has passed; the first time after as long.
  // Zero: never by itself. `failed` is told on its thread. `besides`: done there each time too, so
  // that what is seldom to be done needs no other thread.
  DailyHeads(Log& log, std::chrono::seconds look_every, Failed failed,
             std::function<void()> besides = {});
  ~DailyHeads();

  // True: recorded. Errors: as record_stream_heads().
  Result<bool> record_if_due();

 private:
  Result<void> find_last();
  void run(const std::stop_token& stop);

  Log& log_;
  const std::chrono::seconds look_every_;
  const Failed failed_;
  const std::function<void()> besides_;
  bool known_ = false;  // the two below are
  TimeUs last_at_;      // 0: never
  TreeSize behind_last_;
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // last: it uses what is above
};

}  // namespace stafett::log
