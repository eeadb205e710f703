#pragma once
// ReadRequests: by which request a read was recorded, for the server's own log.
//
// Threads: any.
// Limits:  the last kKept reads.

#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "engine/base/ids.h"

namespace stafett::server {

class ReadRequests final {
 public:
  static constexpr std::size_t kKept = 4096;

  // Before the read is recorded, so that whoever follows the log knows it by then. False: the read
  // is known by another request.
  bool remember(const EventId& read, const std::string& request);
  void forget(const EventId& read);                   // it was refused
  std::string request_of(const EventId& read) const;  // empty: not known, or not any more

 private:
  mutable std::mutex mutex_;
  std::map<EventId, std::string> requests_;  // Guarded by mutex_.
  std::deque<EventId> in_order_;             // Guarded by mutex_. The oldest first.
};

}  // namespace stafett::server
