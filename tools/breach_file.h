#pragma once
// Reads how often each rule is broken in a simulation: TOML, or JSON when the name ends so.
//
//   default = 100   # out of 10 000 cases, for every rule that is not named
//   F01 = 150
//
// Errors: io, invalid_argument (names the key).

#include <string>

#include "engine/base/result.h"
#include "projections/simulate/breaches.h"

namespace stafett::tools {

Result<bti::Breaches> read_breaches(const std::string& path);

}  // namespace stafett::tools
