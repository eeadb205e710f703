#include "projections/statistics/statistics.h"

#include <mutex>

#include "projections/gate/directory_source.h"
#include "projections/rebuild/each_case.h"
#include "projections/statistics/tally.h"

namespace stafett::bti {

Result<Statistics> statistics(const log::Log& log, const EventSource& source, DatePeriod period,
                              Knowledge known) {
  ENGINE_TRY(size, size_known(log, known));
  known.size = size;
  ENGINE_TRY(directory, directory_at(log, source, size));
  Tally tally;
  std::mutex mutex;
  const auto visit = [&](const SubjectId& id, std::vector<EventPtr> events) -> Result<void> {
    const CaseCounts counts = count_case(id, events, directory, known, period);
    const std::lock_guard lock{mutex};
    tally.add(counts);
    return {};
  };
  ENGINE_TRY_VOID(for_each_case({log.store(), log.index(), source}, size, 0, visit));
  const int small = directory.profiles().in_force(period.to).profile.small_cell_min;
  return Statistics{tally.figures(), size, small};
}

}  // namespace stafett::bti
