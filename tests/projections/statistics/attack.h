#pragma once
// Somebody who knows the rules of suppression, smallCellMin and what is published, and looks for a
// hidden number. For tests.

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "projections/statistics/suppression.h"

namespace stafett::bti::test {

using Counts = std::vector<std::uint64_t>;
using Rule = std::function<Table(const Table&, std::span<const std::string>, int)>;

Table table_of(const Counts& counts);
std::string print(const Counts& counts);
// Rules 1 and 2 of the reference and nothing else, written down once more.
Table by_the_letter(const Table& table, std::span<const std::string> keys, int k);

// Every table of so many cells with a total up to `total_max`.
void for_each_table(std::size_t cells, std::uint64_t total_max,
                    const std::function<void(const Counts&)>& visit);

// What all tables that are published alike have in common.
struct Candidates {
  std::vector<std::uint64_t> least, most;  // by cell
  Counts first;                            // one of them
  std::size_t count = 0;
  void add(const Counts& counts);
  // A cell that is hidden and small in every one of them, with the same number; -1: none.
  int told_cell(const Table& published, int k) const;
};
// All tables with a total up to `total_max`, by what is published of them. Complete for what shows
// its total, and for what does not as long as `total_max` is at least the number of cells.
using Book = std::map<std::vector<std::int64_t>, Candidates>;  // -1: suppressed; the total is last
Book candidates_of_all(const Rule& rule, std::span<const std::string> keys, int k,
                       std::uint64_t total_max);

// Of one table: another, published alike, that differs in this cell. Tries each small number for
// the cell, with and without one large number among the hidden, the rest spread evenly; without a
// total, one more and one less. Every one is judged by the rule; false tells nothing of those not
// tried.
bool has_another(const Counts& truth, const Table& published, std::size_t cell, const Rule& rule,
                 std::span<const std::string> keys, int k);

}  // namespace stafett::bti::test
