#pragma once
// ReportCursor: where a consumer's feed goes on, as the consumer carries it: sealed under a key of
// its own, always of one length. It says nothing, cannot be made, and opens for nobody else.
//
// Source:   docs/decisions/0027-what-a-consumer-cannot-join.md
// Threads:  any.
// Lifetime: the log outlives it.

#include <string>
#include <string_view>

#include "server/logs/sealed_cursor.h"
#include "server/reported/recorded_weeks.h"

namespace stafett::server {

// In the consumer's own order.
struct ReportPlace {
  WeekStretch stretch{};  // empty: at the beginning of what follows
  Hash after_case{};      // of the stretch: the case looked at last; zero: none yet
  Hash after_event{};     // of that case: the event given last
  friend bool operator==(const ReportPlace&, const ReportPlace&) = default;
};

class ReportCursor final {
 public:
  ReportCursor(log::Log& log, const ActorId& consumer);

  std::string seal(const ReportPlace& place) const;
  // Errors: invalid_argument (not sealed for this consumer of this log, or changed since).
  Result<ReportPlace> open(std::string_view text) const;

 private:
  const SealedCursor sealed_;
};

}  // namespace stafett::server
