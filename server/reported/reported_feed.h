#pragma once
// ReportedFeed: what reporting consumers get of all cases: facts without people, places and days,
// in an order and at times that tell nothing, so that two consumers cannot put theirs together.
//
// A week is given when it is over: what was recorded in it, by weeks of recording. Within a week
// cases come in the order of the names that this consumer has for them, and the events of a case in
// another such order; both are keyed per consumer. What may be given is decided when it is asked
// for. Of a type that is rare in the log's last twelve months nothing is given.
//
// Source:   docs/reference/visibility.md; docs/decisions/0027-what-a-consumer-cannot-join.md
// Threads:  any; page() waits for the disk, and for reads to be recorded.
// Lifetime: the served log outlives it.
// Limits:   a page looks at kCasesAPage cases, and at one large stretch or several small ones; the
//           last stretch looked at is remembered, with its cases.
//
// Each case that something is given of is read by an event first (RecordedReads): one a visit.

#include <boost/json/object.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "projections/viewer/viewed_case.h"
#include "server/logs/log_set.h"
#include "server/reported/report_cursor.h"
#include "server/reported/reported_case.h"

namespace stafett::server {

struct ReportRequest {
  SignedIn consumer;
  ReadPurpose purpose;
  std::string cursor;  // empty: from the beginning
  std::size_t limit;   // of events
};

struct ReportPage {
  std::vector<boost::json::object> events;
  std::string cursor;  // what follows the page
  bool has_more;       // false: all weeks that are over have been given
  // Of a read that was refused, which is not of the consumer's role: then there is nothing else.
  std::optional<log::Refusal> refusal;
};

class ReportedFeed final {
 public:
  static constexpr std::size_t kEventsAPageMax = 1000;
  static constexpr std::size_t kCasesAPage = 1000;

  explicit ReportedFeed(ServedLog& log, std::uint64_t stretch_max = RecordedWeeks::kEntriesMax)
      : log_(log), weeks_(log.log, stretch_max), tally_(log.log, log.gate.source(), weeks_) {}

  // Errors: refused (not a reporting consumer), invalid_argument (the cursor is not one of this
  // consumer's), queue_full (the types are still being counted; ask again), read_only, corrupt, io.
  Result<ReportPage> page(const ReportRequest& request);
  // Which positions are of which case is found anew.
  void forget_stretch();

 private:
  // The entries of one stretch, by the case that they are of.
  struct Stretch {
    WeekStretch where;
    std::vector<std::pair<SubjectId, std::vector<Position>>> cases;
  };
  class Page;  // one being made

  Result<bool> is_consumer(const ActorId& person) const;
  Result<EventTypeSet> rare_types(bti::Date until, TreeSize closed);
  Result<std::shared_ptr<const Stretch>> stretch(const WeekStretch& where);

  ServedLog& log_;
  const RecordedWeeks weeks_;
  std::mutex mutex_;
  TypeTally tally_;                      // Guarded by mutex_, as all below.
  std::shared_ptr<const Stretch> last_;  // null: none yet
};

}  // namespace stafett::server
