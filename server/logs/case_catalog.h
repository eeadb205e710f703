#pragma once
// CaseCatalog: the cases of a log in the order in which they began, so that they can be gone
// through in pieces.
//
// Threads:  any; the first call reads one row for each stream of the log.
// Lifetime: the log outlives it.
// Limits:   24 bytes a case; at most kEntriesAtOnce entries are looked at in one call.

#include <mutex>
#include <optional>
#include <vector>

#include "engine/log/log.h"

namespace stafett::server {

class CaseCatalog final {
 public:
  static constexpr std::uint64_t kEntriesAtOnce = 50'000;

  explicit CaseCatalog(const log::Log& log) : log_(log) {}

  struct Begun {
    Position position;  // of its first event
    SubjectId case_id;
    friend auto operator<=>(const Begun&, const Begun&) = default;
  };
  struct Page {
    std::vector<Begun> cases;
    bool is_last = false;  // at this size of the log there are no more
  };
  // At most `count` cases that began behind `after`. Errors: corrupt, io.
  Result<Page> page(std::optional<Position> after, std::size_t count);

 private:
  Result<void> begin();
  Result<void> go_on();

  const log::Log& log_;
  std::mutex mutex_;
  bool has_begun_ = false;    // Guarded by mutex_, as all below.
  std::vector<Begun> cases_;  // sorted
  TreeSize looked_at_;
};

}  // namespace stafett::server
