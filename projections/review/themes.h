#pragma once
// Themes: what supervision asks about in few words, and which rules belong to each.
//
// Threads: constant.

#include <cstdint>
#include <span>
#include <string_view>

#include "projections/findings/finding.h"

namespace stafett::bti {

struct Theme {
  std::string_view name;  // names its text: "participation"
  std::span<const RuleNo> rules;
};
inline constexpr std::size_t kThemeCount = 9;
// Each rule is in one of them.
std::span<const Theme> review_themes();

}  // namespace stafett::bti
