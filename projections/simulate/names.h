#pragma once
// Names that nobody has: an adjective and a noun, as in the tax authority's test population.
//
// Threads: any.

#include <string>

#include "projections/simulate/draws.h"

namespace stafett::bti {

// "Blid Bjørk".
std::string synthetic_name(Draws& draws);

}  // namespace stafett::bti
