#pragma once
// LiveDirectory: the directory as far as the log is durable, kept up as it grows. Who asks often
// asks here; directory_at() folds all of it at every call.
//
// Threads:  any.
// Lifetime: log and source outlive it.

#include <memory>
#include <mutex>

#include "projections/gate/event_source.h"
#include "projections/state/directory.h"

namespace stafett::bti {

class LiveDirectory final {
 public:
  LiveDirectory(const log::Log& log, const EventSource& source) : log_(log), source_(source) {}

  // Of entries [0, size) at least. REQUIRES, errors: as of at().
  Result<std::shared_ptr<const Directory>> at_least(TreeSize size);
  // Of entries [0, size); nobody changes what is given. Null: the directory has grown since then,
  // and is kept as it is now only. REQUIRES: size is durable. Errors: corrupt, io.
  Result<std::shared_ptr<const Directory>> at(TreeSize size);

 private:
  // Where one of its two streams is folded to.
  struct Followed {
    StreamId stream;
    std::uint64_t next_version = 0;
  };
  Result<void> fold_until(TreeSize head);
  Result<std::vector<EventPtr>> newer_events(TreeSize head);
  Result<void> read_on(Followed& followed, TreeSize head, log::Opening opening,
                       std::vector<EventPtr>& to) const;

  const log::Log& log_;
  const EventSource& source_;
  std::mutex mutex_;
  // Guarded by mutex_, as all below. Null: not folded yet.
  std::shared_ptr<const Directory> directory_;
  TreeSize size_{};
  TreeSize changed_at_{};               // behind the last event of the two
  std::array<Followed, 2> followed_{};  // directory, audit
};

}  // namespace stafett::bti
