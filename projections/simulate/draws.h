#pragma once
// Draws: the decisions of one story, from a seed of its own. Whole numbers only: the same seed
// gives the same draws on every machine.
//
// Threads: one.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/random.h"
#include "engine/crypto/seeded_random.h"

namespace stafett::bti {

// Out of 10 000.
using Chance = std::uint32_t;
constexpr Chance kCertain = 10'000;

// The seed of one part of the simulation: `what` and its number, apart from all others.
std::uint64_t sub_seed(std::uint64_t seed, std::string_view what, std::uint64_t number);

class Draws final : public Random {
 public:
  explicit Draws(std::uint64_t seed) : source_(seed) {}

  void fill(std::span<std::uint8_t> out) override;
  // 0 to count - 1. REQUIRES: count > 0.
  std::uint32_t below(std::uint32_t count);
  // REQUIRES: first <= last, and the distance fits.
  std::int32_t between(std::int32_t first, std::int32_t last);
  bool happens(Chance chance) { return below(kCertain) < chance; }
  // REQUIRES: `from` is not empty.
  template <class Range>
  const auto& pick(const Range& from) {
    return from[below(static_cast<std::uint32_t>(std::size(from)))];
  }
  // An index, by weight. REQUIRES: a weight above 0.
  std::size_t weighted(std::span<const std::uint32_t> weights);
  // Log-normal, sigma 0.6: 0.26 to 3.8 of the median.
  std::int32_t long_tailed(std::int32_t median);

 private:
  crypto::SeededRandom source_;
  std::array<std::uint8_t, 256> kept_{};
  std::size_t used_ = kept_.size();
};

}  // namespace stafett::bti
