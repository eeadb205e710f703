#include "server/reported/type_tally.h"

#include <algorithm>

namespace stafett::server {
namespace {

constexpr int kMonths = 12;

// Facts alone.
log::PartSet nothing_beside_facts(bti::schema::EventType) {
  return {};
}

}  // namespace

Result<bool> TypeTally::count_until(bti::Date until, TreeSize closed) {
  until_ = std::max(until, until_);
  first_ = bti::add_months(until_, -kMonths);
  days_.erase(days_.begin(), days_.lower_bound(first_.days()));
  if (!has_begun_) {
    ENGINE_TRY(begin, weeks_.recorded_before(first_));
    next_ = begin;
    has_begun_ = true;
  }
  if (next_ >= closed) return true;
  ENGINE_TRY_VOID(count(std::min(closed, TreeSize{next_.value() + kEntriesAStep})));
  return next_ >= closed;
}

Result<void> TypeTally::count(TreeSize end) {
  return log_.store().scan_with_parts(
      Position{next_.value()}, Position{end.value()},
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(stream, streams_.of(entry));
        if (is_of_a_case(stream)) {
          log::Opening facts;
          facts.parts = log::PartSet().add(format::PartClass::fact);
          ENGINE_TRY(event,
                     source_.scanned(position, entry, parts, stream, nothing_beside_facts, facts));
          const std::int32_t day = event ? bti::local_date(event->occurred_at).days() : 0;
          if (event && day >= first_.days()) ++days_[day][static_cast<std::size_t>(event->type)];
        }
        next_ = size_after(position);
        return storage::Scan::more;
      });
}

std::uint64_t TypeTally::count_of(bti::schema::EventType type) const {
  std::uint64_t sum = 0;
  for (auto day = days_.begin(); day != days_.end() && day->first < until_.days(); ++day)
    sum += day->second[static_cast<std::size_t>(type)];
  return sum;
}

}  // namespace stafett::server
