#include "projections/labels/labels.h"

#include <algorithm>

namespace stafett::bti {

namespace {

constexpr LabelEntry kLabels[] = {
#include "labels.inc"
};

constexpr bool before(const LabelEntry& a, const LabelEntry& b) {
  return a.group != b.group ? a.group < b.group : a.key < b.key;
}
static_assert(std::is_sorted(std::begin(kLabels), std::end(kLabels), before),
              "labels.txt is sorted by group and key");

}  // namespace

std::optional<Language> language_named(std::string_view tag) {
  if (tag == "nb") return Language::nb;
  if (tag == "nn") return Language::nn;
  if (tag == "en") return Language::en;
  return std::nullopt;
}

std::string_view label(LabelGroup group, std::string_view key, Language language) {
  const LabelEntry wanted{group, key, {}, {}, {}};
  const auto* at = std::lower_bound(std::begin(kLabels), std::end(kLabels), wanted, before);
  if (at == std::end(kLabels) || before(wanted, *at)) return {};
  switch (language) {
    case Language::nb:
      return at->nb;
    case Language::nn:
      return at->nn;
    default:
      return at->en;
  }
}

std::span<const LabelEntry> all_labels() {
  return kLabels;
}

}  // namespace stafett::bti
