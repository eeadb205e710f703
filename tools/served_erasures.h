#pragma once
// ServedErasures: the orders of a served log that are approved and not carried out, beside its
// readers and writers: those that were there when the server began. Only where it is said where
// copies of the key table are kept and that nobody has shares of the root key, and where the log's
// views are open, if it has any. While a backup is at work it waits.
//
// Threads:  the owner's; one of its own in between.
// Lifetime: log, views and what is told to outlive it. Its end comes between two steps; a
//           compaction that has begun is waited for, and the next start goes on.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "projections/erasure/ceremony.h"
#include "projections/recorder/bti_log.h"

namespace stafett::tools {

class ServedErasures final {
 public:
  // "erasure-step", "erasure-completed", "erasure-failed", "erasure-waits"; the order, and more.
  using Note = std::function<void(const char* event, const std::string& detail)>;

  // What else the server keeps of these cases in memory is forgotten when it returns.
  using Forget = std::function<void(std::span<const SubjectId>)>;

  // `views`: null: the log has none.
  ServedErasures(bti::BtiLog& log, bti::Views* views, Note note, Forget forget);
  ~ServedErasures();
  ServedErasures(const ServedErasures&) = delete;
  ServedErasures& operator=(const ServedErasures&) = delete;

 private:
  void run();
  Result<void> carry_out_all();
  Result<log::ErasureReport> carry_out(const std::vector<std::string>& places,
                                       const log::OrderId& order);

  bti::BtiLog& log_;
  bti::Views* const views_;
  const Note note_;
  const Forget forget_;
  std::atomic<bool> stopping_{false};  // set under mutex_
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::thread thread_;
};

}  // namespace stafett::tools
