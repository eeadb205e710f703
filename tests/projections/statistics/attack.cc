#include "tests/projections/statistics/attack.h"

#include <algorithm>
#include <numeric>

namespace stafett::bti::test {
namespace {

std::vector<std::int64_t> shown(const Table& table) {
  std::vector<std::int64_t> out;
  for (const Number& n : table.cells) out.push_back(n ? static_cast<std::int64_t>(*n) : -1);
  out.push_back(table.total ? static_cast<std::int64_t>(*table.total) : -1);
  return out;
}

}  // namespace

Table table_of(const Counts& counts) {
  Table table;
  table.total = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  table.cells.assign(counts.begin(), counts.end());
  return table;
}

std::string print(const Counts& counts) {
  std::string out;
  for (const std::uint64_t n : counts) out += (out.empty() ? "" : ",") + std::to_string(n);
  return "{" + out + "}";
}

Table by_the_letter(const Table& table, std::span<const std::string> keys, int k) {
  const auto small = static_cast<std::uint64_t>(k);
  Table out = table;
  for (Number& n : out.cells)
    if (*n > 0 && *n < small) n.reset();
  if (*table.total > 0 && *table.total < small) out.total.reset();
  for (;;) {
    std::size_t hidden = 0, next = keys.size();
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::uint64_t n = *table.cells[i];
      if (!out.cells[i]) {
        ++hidden;
        sum += n;
      } else if (n > 0 && (next == keys.size() || n < *table.cells[next] ||
                           (n == *table.cells[next] && keys[i] < keys[next]))) {
        next = i;
      }
    }
    if (hidden == 0 || !out.total || (hidden > 1 && sum >= small)) return out;
    if (next == keys.size())
      out.total.reset();
    else
      out.cells[next].reset();
  }
}

void for_each_table(std::size_t cells, std::uint64_t total_max,
                    const std::function<void(const Counts&)>& visit) {
  Counts counts(cells, 0);
  std::uint64_t total = 0;
  for (;;) {
    visit(counts);
    std::size_t i = 0;
    while (i < cells && total == total_max) {
      total -= counts[i];
      counts[i++] = 0;
    }
    if (i == cells) return;
    ++counts[i];
    ++total;
  }
}

void Candidates::add(const Counts& counts) {
  if (count++ == 0) {
    least = most = first = counts;
    return;
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    least[i] = std::min(least[i], counts[i]);
    most[i] = std::max(most[i], counts[i]);
  }
}

int Candidates::told_cell(const Table& published, int k) const {
  for (std::size_t i = 0; i < least.size(); ++i)
    if (!published.cells[i] && least[i] == most[i] && 0 < least[i] &&
        least[i] < static_cast<std::uint64_t>(k))
      return static_cast<int>(i);
  return -1;
}

Book candidates_of_all(const Rule& rule, std::span<const std::string> keys, int k,
                       std::uint64_t total_max) {
  Book book;
  for_each_table(keys.size(), total_max, [&](const Counts& counts) {
    book[shown(rule(table_of(counts), keys, k))].add(counts);
  });
  return book;
}

namespace {

// Looks for another table than the true one, published alike, in which a cell has another number.
class Search final {
 public:
  Search(const Counts& truth, const Table& published, std::size_t cell, const Rule& rule,
         std::span<const std::string> keys, int k)
      : truth_(truth), published_(published), cell_(cell), rule_(rule), keys_(keys), k_(k) {
    for (std::size_t i = 0; i < truth.size(); ++i)
      if (!published.cells[i]) {
        hidden_.push_back(i);
        sum_ += truth[i];
      }
  }
  bool found() {
    if (!published_.total) return found_without_total();
    const auto small = static_cast<std::uint64_t>(k_) - 1;
    const std::uint64_t others = hidden_.size() - 1;
    for (std::uint64_t n = 1; n <= small; ++n)
      if (found_with({{cell_, n}})) return true;
    for (std::uint64_t rest = others; rest <= std::max(others, small) && rest < sum_; ++rest)
      for (const std::size_t large : hidden_) {
        if (large == cell_ && found_with({{cell_, sum_ - rest}})) return true;
        for (std::uint64_t n = 1; large != cell_ && n <= small; ++n)
          if (found_with({{cell_, n}, {large, sum_ - rest}})) return true;
      }
    return false;
  }

 private:
  // With these numbers in place, and what is left spread evenly over the other hidden cells.
  bool found_with(std::map<std::size_t, std::uint64_t> fixed) {
    std::uint64_t left = sum_;
    for (const auto& [cell, n] : fixed) {
      if (n > left) return false;
      left -= n;
    }
    std::uint64_t cells = hidden_.size() - fixed.size();
    Counts other = truth_;
    for (const std::size_t i : hidden_) {
      const auto found = fixed.find(i);
      other[i] = found != fixed.end() ? found->second : left / cells;
      if (found == fixed.end()) left -= other[i], --cells;
    }
    return left == 0 && fits(other);
  }
  // One more or less in this cell, or moved from or to another.
  bool found_without_total() {
    for (const std::uint64_t n : {truth_[cell_] - 1, truth_[cell_] + 1}) {
      Counts other = truth_;
      other[cell_] = n;
      if (fits(other)) return true;
      for (const std::size_t i : hidden_)
        for (const std::uint64_t m : {truth_[i] + 1, truth_[i] - 1}) {
          other[i] = m;
          if (i != cell_ && m + 1 > 0 && fits(other)) return true;
          other[i] = i == cell_ ? n : truth_[i];
        }
    }
    return false;
  }
  bool fits(const Counts& other) {
    return other[cell_] != truth_[cell_] &&
           shown(rule_(table_of(other), keys_, k_)) == shown(published_);
  }

  const Counts& truth_;
  const Table& published_;
  const std::size_t cell_;
  const Rule& rule_;
  const std::span<const std::string> keys_;
  const int k_;
  std::vector<std::size_t> hidden_;
  std::uint64_t sum_ = 0;
};

}  // namespace

bool has_another(const Counts& truth, const Table& published, std::size_t cell, const Rule& rule,
                 std::span<const std::string> keys, int k) {
  return Search{truth, published, cell, rule, keys, k}.found();
}

}  // namespace stafett::bti::test
