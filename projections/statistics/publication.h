#pragma once
// Publication: the suppressed figures of whole months, recorded once and never computed again.
//
// Source:   docs/reference/statistics.md; docs/decisions/0019-publication-dates.md
// Threads:  one; publish() waits for the log.
// Lifetime: everything referred to outlives the call.

#include <span>

#include "projections/recorder/recorder.h"
#include "projections/statistics/statistics.h"

namespace stafett::bti {

// A period can be published from this many days after its last day on: what is recorded late has
// come by then, or is too late for these figures.
inline constexpr std::int32_t kSettlingDays = 10;

// What is given away is of these only: the figures of two periods that differ by some days would
// tell of those days.
bool is_whole_months(DatePeriod period);

struct Publication {
  DatePeriod period;
  Position position;  // of the event; what lies before it was known
  TimeUs recorded_at;
  boost::json::object figures;
};

// Every StatisticsPublished in entries [0, size), in their order. Errors: corrupt, io.
Result<std::vector<Publication>> publications(const log::Log& log, const EventSource& source,
                                              TreeSize size);
// The first one of exactly this period: it is what was published, whatever was recorded after it.
// Null: none.
const Publication* find_publication(std::span<const Publication> published, DatePeriod period);
// The one of exactly this period that a reporting consumer may get. What came by way of append and
// is not whole months, or shares days with an earlier one that a consumer may get, is passed over.
const Publication* find_for_consumer(std::span<const Publication> published, DatePeriod period);

// Errors: conflict (published already), refused (not whole months; not over; not settled; shares
// days with another published period, so that their difference would tell of fewer).
Result<void> may_publish(DatePeriod period, std::span<const Publication> published, Date today);

// Counts, suppresses and records, with what the log holds now. REQUIRES: may_publish(). Errors:
// refused (the log's answer: code and why), read_only, outcome_unknown, corrupt, io.
Result<void> publish(log::Log& log, BtiGate& gate, DatePeriod period, const std::string& actor);

}  // namespace stafett::bti
