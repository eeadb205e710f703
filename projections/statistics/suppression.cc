#include "projections/statistics/suppression.h"

#include <algorithm>
#include <limits>

#include "engine/base/check.h"

namespace stafett::bti {
namespace {

using Count = std::uint64_t;
constexpr Count kNoBound = std::numeric_limits<Count>::max();

bool is_small(Count n, Count k) {
  return 0 < n && n < k;
}

// What a table whose total is shown tells of its hidden cells to whoever knows the rules: they are
// all above 0, how many there are, what they add up to, and that each was hidden before the
// smallest number above 0 that is shown. Nothing in here depends on a number that is hidden.
class Riddle final {
 public:
  struct Shown {
    // Of each hidden cell: its key comes before that of the smallest number shown.
    std::vector<bool> key_first;
    Count sum = 0;  // of the hidden cells
    Count smallest = kNoBound;
  };
  Riddle(Shown shown, Count k)
      : shown_(std::move(shown)), k_(k), ranges_(shown_.key_first.size()) {}

  // A hidden small number is the same in all tables that would be shown like this.
  bool is_solved() {
    all_small();
    for (std::size_t cell = 0; cell < ranges_.size(); ++cell) one_large(cell);
    return std::ranges::any_of(ranges_, [this](const Range& r) { return r.is_one_below(k_); });
  }

 private:
  // The least and the greatest that a hidden number can be.
  struct Range {
    Count least = kNoBound;
    Count most = 0;
    void add(Count from, Count to) {
      least = std::min(least, from);
      most = std::max(most, to);
    }
    // Also of a range to which nothing was added: we know of no way to be here, so are careful.
    bool is_one_below(Count k) const { return least > most || (least == most && least < k); }
  };

  // `cells` small numbers that add up to `sum`: what each of them can be. REQUIRES: they can.
  void add_small(Range& range, Count sum, Count cells) const {
    const Count others_most = (cells - 1) * (k_ - 1);
    range.add(sum > others_most ? sum - others_most : 1, std::min(k_ - 1, sum - (cells - 1)));
  }
  void all_small() {
    const Count cells = ranges_.size();
    if (shown_.sum < cells || shown_.sum > cells * (k_ - 1)) return;
    for (Range& range : ranges_) add_small(range, shown_.sum, cells);
  }
  // `large` is not small, and was hidden because the small ones alone were one, or added up to less
  // than k, or were told by their sum: all ones.
  void one_large(std::size_t large) {
    const Count others = ranges_.size() - 1;
    const Count sum_most = others < k_ ? std::min(k_ - 1, others * (k_ - 1)) : others;
    for (Count sum = others; sum <= sum_most && sum + k_ <= shown_.sum; ++sum)
      if (is_next(large, shown_.sum - sum)) add_large(large, sum);
  }
  bool is_next(std::size_t cell, Count n) const {
    return n < shown_.smallest || (n == shown_.smallest && shown_.key_first[cell]);
  }
  void add_large(std::size_t large, Count sum) {
    for (std::size_t cell = 0; cell < ranges_.size(); ++cell)
      if (cell == large)
        ranges_[cell].add(shown_.sum - sum, shown_.sum - sum);
      else
        add_small(ranges_[cell], sum, ranges_.size() - 1);
  }

  const Shown shown_;
  const Count k_;
  std::vector<Range> ranges_;
};

class TableSuppression final {
 public:
  TableSuppression(const Table& table, std::span<const std::string> keys, Count k, Rigour rigour)
      : table_(table), keys_(keys), k_(k), rigour_(rigour), shown_(table) {}

  Table run() {
    for (std::size_t cell = 0; cell < keys_.size(); ++cell)
      if (is_small(value(cell), k_)) hide(cell);
    if (is_small(*table_.total, k_)) shown_.total.reset();
    while (hidden_ > 0 && shown_.total && !is_enough()) hide_next();
    if (rigour_ == Rigour::unsolvable && hidden_ > 0 && !shown_.total && is_told_by_zeros())
      withhold();
    return std::move(shown_);
  }

 private:
  Count value(std::size_t cell) const { return *table_.cells[cell]; }
  void hide(std::size_t cell) {
    shown_.cells[cell].reset();
    ++hidden_;
    sum_ += value(cell);
  }
  bool is_enough() const {
    return hidden_ > 1 && sum_ >= k_ &&
           (rigour_ == Rigour::rules || !Riddle{what_is_shown(), k_}.is_solved());
  }

  // The cell of the smallest number above 0 that is shown; keys_.size(): none.
  std::size_t smallest_shown() const {
    std::size_t found = keys_.size();
    const auto comes_first = [this](std::size_t a, std::size_t b) {
      return value(a) != value(b) ? value(a) < value(b) : keys_[a] < keys_[b];
    };
    for (std::size_t cell = 0; cell < keys_.size(); ++cell)
      if (shown_.cells[cell] && value(cell) > 0 &&
          (found == keys_.size() || comes_first(cell, found)))
        found = cell;
    return found;
  }
  void hide_next() {
    const std::size_t next = smallest_shown();
    if (next == keys_.size())
      shown_.total.reset();
    else
      hide(next);
  }

  Riddle::Shown what_is_shown() const {
    const std::size_t smallest = smallest_shown();
    Riddle::Shown shown;
    shown.sum = sum_;
    if (smallest != keys_.size()) shown.smallest = value(smallest);
    for (std::size_t cell = 0; cell < keys_.size(); ++cell)
      if (!shown_.cells[cell])
        shown.key_first.push_back(smallest == keys_.size() || keys_[cell] < keys_[smallest]);
    return shown;
  }

  // Without a total, zeros tell how many numbers are above 0; so many that all must be ones. A
  // table of k - 1 cells has one more such case to hide the case of all ones among.
  bool is_told_by_zeros() const {
    const Count cells = keys_.size();
    if (sum_ != hidden_ || cells + 1 < k_) return false;
    return hidden_ >= (cells + 1 == k_ ? k_ - 2 : k_ - 1);
  }
  void withhold() { shown_.cells.assign(keys_.size(), std::nullopt); }

  const Table& table_;
  const std::span<const std::string> keys_;
  const Count k_;
  const Rigour rigour_;
  Table shown_;
  std::size_t hidden_ = 0;
  Count sum_ = 0;  // of the hidden cells
};

}  // namespace

Table suppressed(const Table& table, std::span<const std::string> keys, int k, Rigour rigour) {
  CHECK(k >= 3 && table.cells.size() == keys.size());
  return TableSuppression{table, keys, static_cast<Count>(k), rigour}.run();
}

Median suppressed(const Median& median, int k) {
  if (is_small(*median.n, static_cast<Count>(k))) return {std::nullopt, std::nullopt};
  return median;
}

Share suppressed(const Share& share, int k) {
  const auto small = [k](Count n) { return is_small(n, static_cast<Count>(k)); };
  if (small(*share.of)) return {std::nullopt, std::nullopt};
  if (small(*share.n) || small(*share.of - *share.n)) return {std::nullopt, share.of};
  return share;
}

Figures suppressed(const Figures& figures, int k, Rigour rigour) {
  Figures out = figures;
  for (std::size_t i = 0; i < kTableCount; ++i)
    out.tables[i] = suppressed(figures.tables[i], form_of(static_cast<TableId>(i)).keys, k, rigour);
  for (Median& median : out.medians) median = suppressed(median, k);
  for (Share& share : out.shares) share = suppressed(share, k);
  return out;
}

}  // namespace stafett::bti
