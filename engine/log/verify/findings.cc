#include "engine/log/verify/findings.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace stafett::log {

std::string checkpoint_place(TreeSize size) {
  return "checkpoint " + std::to_string(size.value());
}

std::string tile_place(unsigned level, std::uint64_t index) {
  return "tile " + std::to_string(level) + "/" + std::to_string(index);
}

void Findings::add(std::optional<Position> position, std::string place, const char* code,
                   std::string detail) {
  const std::lock_guard lock{mutex_};
  ++count_;
  if (kept_.size() < kept_max_)
    kept_.push_back({position, std::move(place), code, std::move(detail)});
}

std::uint64_t Findings::count() const {
  const std::lock_guard lock{mutex_};
  return count_;
}

std::vector<VerifyError> Findings::take_sorted() {
  const std::lock_guard lock{mutex_};
  const auto key = [](const VerifyError& e) {
    return std::tuple{e.position ? e.position->value() : std::numeric_limits<std::uint64_t>::max(),
                      std::string_view{e.place}, std::string_view{e.code}};
  };
  std::ranges::stable_sort(
      kept_, [&](const VerifyError& a, const VerifyError& b) { return key(a) < key(b); });
  return std::move(kept_);
}

}  // namespace stafett::log
