#pragma once
// Fødselsnummer of people who do not exist: the month is raised by 80, so that no real one is hit.
//
// Source:  ddmmyy, three individual digits, two check digits (weights 3 7 6 1 8 9 4 5 2 and
//          5 4 3 2 7 6 5 4 3 2, mod 11); months 81-92 are the tax authority's synthetic series.
// Threads: any.

#include <string>
#include <string_view>

#include "projections/calendar/calendar.h"
#include "projections/simulate/draws.h"

namespace stafett::bti {

enum class Sex : std::uint8_t { female, male };

// REQUIRES: born 1900 to 2039.
std::string synthetic_national_id(Date birth, Sex sex, Draws& draws);

// Eleven digits, a synthetic month, a real date and both check digits.
bool is_synthetic_national_id(std::string_view text);

}  // namespace stafett::bti
