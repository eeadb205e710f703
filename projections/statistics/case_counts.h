#pragma once
// What one case adds to the figures of a period. Figures are sums of these (tally.h), so that cases
// are counted on all cores, and a case that changed can be counted again alone.
//
// Pure: no clock, nothing read but what is given.
// Threads: any.
// Limits:  a few bytes for each event counted.

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "projections/calendar/calendar.h"
#include "projections/state/directory.h"
#include "projections/state/timeline.h"
#include "projections/statistics/figures.h"

namespace stafett::bti {

// Local dates, both included.
struct DatePeriod {
  Date from, to;
  bool holds(Date day) const { return from <= day && day <= to; }
  friend bool operator==(const DatePeriod&, const DatePeriod&) = default;
};

struct CaseCounts {
  struct Cell {
    TableId table;
    std::uint16_t cell;
    friend bool operator==(const Cell&, const Cell&) = default;
  };
  struct Days {
    MedianId median;
    std::int32_t days;
    friend bool operator==(const Days&, const Days&) = default;
  };
  struct Part {
    std::uint32_t n = 0, of = 0;
    friend bool operator==(const Part&, const Part&) = default;
  };
  std::vector<Cell> cells;  // each adds one, to the total too
  std::vector<Days> days;
  std::array<Part, kShareCount> shares{};
  std::optional<ActorId> holder;  // of a log that is open at the end

  Part& part(ShareId share) { return shares[static_cast<std::size_t>(share)]; }
  void add(TableId table, std::size_t cell) {
    cells.push_back({table, static_cast<std::uint16_t>(cell)});
  }
};

// `recorded`: all events of the case, every stream, any order, each once. `directory`: as known to
// the asker. Of a case whose content is erased: nothing.
CaseCounts count_case(const SubjectId& case_id, std::span<const EventPtr> recorded,
                      const Directory& directory, Knowledge known, DatePeriod period);

}  // namespace stafett::bti
