#pragma once
// Explanation of one finding, for people: its name and level, what it tells, why it matters, what
// that rests on, how it is computed, and the values of the profile that it reads.
//
// Threads: any.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "projections/finding_texts/finding_texts.h"

namespace stafett::bti {

// "F29" or "f29"; nothing else.
std::optional<std::uint8_t> rule_named(std::string_view name);

// Lines of text, ending in a line feed; paragraphs are not broken. REQUIRES: `rule` is 1 to 62.
std::string explain(std::uint8_t rule, Language language, const Profile& profile);

}  // namespace stafett::bti
