// The figures of a played scenario.

#include "projections/scenario/scenario_play.h"
#include "projections/statistics/statistics.h"
#include "projections/statistics/suppression.h"

namespace stafett::bti {

Result<boost::json::object> ScenarioPlay::figures(Date from, Date to,
                                                  const Knowledge& known) const {
  ENGINE_TRY(found, statistics(*log_.log, log_.gate->source(), {from, to}, known));
  return to_json(suppressed(found.figures, found.small_cell_min, Rigour::rules));
}

}  // namespace stafett::bti
