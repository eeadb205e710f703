#pragma once
// DirectoryNow: the directory as all that is recorded makes it. Folding it takes about a second in
// a town, so it is folded again only when its streams have grown.
//
// Threads:  any; while one folds, the others wait for it.
// Lifetime: log and gate outlive it.

#include <memory>
#include <mutex>

#include "projections/gate/bti_gate.h"

namespace stafett::server {

class DirectoryNow final {
 public:
  DirectoryNow(const log::Log& log, const bti::BtiGate& gate) : log_(log), gate_(gate) {}

  struct Known {
    std::shared_ptr<const bti::Directory> directory;
    TreeSize size;  // of the log, when it was folded
  };
  // Errors: corrupt, io.
  Result<Known> get();

 private:
  // Where the last events of its two streams are.
  using Heads = std::array<std::optional<Position>, 2>;
  Result<Heads> heads() const;

  const log::Log& log_;
  const bti::BtiGate& gate_;
  std::mutex mutex_;
  Known known_;  // Guarded by mutex_, as all below.
  Heads folded_;
};

}  // namespace stafett::server
