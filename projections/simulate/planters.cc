#include "projections/simulate/planters.h"

#include <array>

#include "projections/simulate/breaches.h"

namespace stafett::bti {

Planter planter_of(int rule) {
  static constexpr std::array<Planter, kRules + 1> kPlanters = {
      nullptr,   plant_f01, plant_f02, plant_f03, plant_f04, plant_f05, plant_f06, plant_f07,
      plant_f08, plant_f09, plant_f10, plant_f11, plant_f12, plant_f13, plant_f14, plant_f15,
      plant_f16, plant_f17, plant_f18, plant_f19, plant_f20, plant_f21, plant_f22, plant_f23,
      plant_f24, plant_f25, plant_f26, plant_f27, plant_f28, plant_f29, plant_f30, plant_f31,
      plant_f32, plant_f33, plant_f34, plant_f35, plant_f36, plant_f37, plant_f38, plant_f39,
      plant_f40, plant_f41, plant_f42, plant_f43, plant_f44, plant_f45, plant_f46, plant_f47,
      plant_f48, plant_f49, plant_f50, plant_f51, plant_f52, plant_f53, plant_f54, plant_f55,
      plant_f56, plant_f57, nullptr,   plant_f59, plant_f60, plant_f61, plant_f62};
  return kPlanters.at(static_cast<std::size_t>(rule));
}

}  // namespace stafett::bti
