#include "projections/statistics/tally.h"

#include <algorithm>

namespace stafett::bti {
namespace {

void count(Table& table, std::size_t cell) {
  ++*table.total;
  ++*table.cells[cell];
}

// The value at `place` of all values sorted.
std::int32_t value_at(const std::map<std::int32_t, std::uint64_t>& values, std::uint64_t place) {
  for (const auto& [value, times] : values) {
    if (place < times) return value;
    place -= times;
  }
  return values.rbegin()->first;
}

Median median_of(const std::map<std::int32_t, std::uint64_t>& values) {
  std::uint64_t n = 0;
  for (const auto& [value, times] : values) n += times;
  if (n == 0) return {};
  return {n, std::int64_t{value_at(values, (n - 1) / 2)} + value_at(values, n / 2)};
}

}  // namespace

void Tally::add(const CaseCounts& counts) {
  for (const CaseCounts::Cell& one : counts.cells) count(sums_.of(one.table), one.cell);
  for (const CaseCounts::Days& one : counts.days)
    ++days_[static_cast<std::size_t>(one.median)][one.days];
  for (std::size_t i = 0; i < kShareCount; ++i) {
    *sums_.shares[i].n += counts.shares[i].n;
    *sums_.shares[i].of += counts.shares[i].of;
  }
  if (counts.holder) ++open_logs_[*counts.holder];
}

Figures Tally::figures() const {
  Figures figures = sums_;
  for (std::size_t i = 0; i < kMedianCount; ++i) figures.medians[i] = median_of(days_[i]);
  Table& holders = figures.of(TableId::holders);
  for (const auto& [person, logs] : open_logs_)
    count(holders,
          static_cast<std::size_t>(std::min<std::uint64_t>(logs, holders.cells.size())) - 1);
  return figures;
}

}  // namespace stafett::bti
