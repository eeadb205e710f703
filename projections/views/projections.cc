// The table of projections: a new one is a file of its own and a line here.

#include <array>

#include "projections/views/batons_projection.h"
#include "projections/views/findings_projection.h"
#include "projections/views/projection.h"
#include "projections/views/state_projection.h"

namespace stafett::bti {

std::span<const CaseProjection* const> all_projections() {
  static const std::array kProjections{&state_projection(), &findings_projection(),
                                       &batons_projection()};
  return kProjections;
}

}  // namespace stafett::bti
