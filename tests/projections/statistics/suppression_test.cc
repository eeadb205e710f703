// No number that is suppressed can be worked out by whoever knows the rules.

#include "projections/statistics/suppression.h"

#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <random>

#include "tests/projections/statistics/attack.h"
#include "tests/support/rounds.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(suppression_test)
namespace {

Table by_the_rules(const Table& table, std::span<const std::string> keys, int k) {
  return suppressed(table, keys, k, Rigour::unsolvable);
}
std::vector<std::string> keys_of(std::size_t count) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < count; ++i)
    keys.push_back({static_cast<char>('a' + i / 26), static_cast<char>('a' + i % 26)});
  return keys;
}
std::string face(const Table& table) {
  std::string out;
  const auto add = [&out](const Number& n) { out += n ? std::to_string(*n) + " " : "? "; };
  for (const Number& n : table.cells) add(n);
  out += "of ";
  add(table.total);
  return out;
}

struct Example {
  const char* name;
  int k;
  Counts counts;
  const char* want;
};
std::ostream& operator<<(std::ostream& out, const Example& example) {
  return out << example.name;
}
const Example kExamples[] = {
    {"nothing small", 5, {5, 0, 7}, "5 0 7 of 12 "},
    {"nothing at all", 5, {0, 0, 0}, "0 0 0 of 0 "},
    {"one small hides the next", 5, {2, 6, 9, 0}, "? ? 9 0 of 17 "},
    {"the first of equals is hidden", 5, {6, 6, 2, 6}, "? 6 ? 6 of 20 "},
    {"two small that add up to enough", 5, {2, 3, 9}, "? ? 9 of 14 "},
    {"two small that do not", 5, {1, 1, 5, 9}, "? ? ? 9 of 16 "},
    {"a small total goes too", 5, {0, 1, 0, 0}, "0 ? 0 0 of ? "},
    {"a small total of two", 5, {1, 2, 0, 0}, "? ? 0 0 of ? "},
};
BOOST_DATA_TEST_CASE(a_table_is_suppressed_as_the_reference_says,
                     boost::unit_test::data::make(kExamples), example) {
  const std::vector<std::string> keys = keys_of(example.counts.size());
  BOOST_TEST(face(by_the_rules(table_of(example.counts), keys, example.k)) == example.want);
  BOOST_TEST(face(by_the_letter(table_of(example.counts), keys, example.k)) == example.want);
  BOOST_TEST(face(suppressed(table_of(example.counts), keys, example.k, Rigour::rules)) ==
             example.want);
}

// Rules 1 and 2 alone tell a small number in these: each of its kind with the least total.
const Example kHoles[] = {
    {"all ones", 3, {1, 1, 1}, "? ? ? of ? "},
    {"as many ones as there can be", 3, {1, 1, 0}, "? ? ? of ? "},
    {"all greatest, and what is shown is as small", 3, {3, 2, 2}, "? ? ? of 7 "},
    {"the greatest, and two equals of which the first is hidden", 3, {3, 3, 2}, "? ? ? of 8 "},
    {"ones among large numbers", 3, {1, 1, 1, 9, 20}, "? ? ? ? 20 of 32 "},
    {"ones in all cells of a small table", 5, {1, 1, 1, 1}, "? ? ? ? of ? "},
};
BOOST_DATA_TEST_CASE(what_the_first_rules_leave_open_is_closed,
                     boost::unit_test::data::make(kHoles), hole) {
  const std::vector<std::string> keys = keys_of(hole.counts.size());
  const std::uint64_t total = std::max<std::uint64_t>(*table_of(hole.counts).total, keys.size());
  const auto told = [&](const Rule& rule) {
    const Table published = rule(table_of(hole.counts), keys, hole.k);
    bool found = false;
    for (const auto& [shown, candidates] : candidates_of_all(rule, keys, hole.k, total)) {
      const Table other = rule(table_of(candidates.first), keys, hole.k);
      if (other == published) found = candidates.told_cell(published, hole.k) >= 0;
    }
    return found;
  };
  BOOST_TEST(told(by_the_letter));
  BOOST_TEST(face(suppressed(table_of(hole.counts), keys, hole.k, Rigour::rules)) ==
             face(by_the_letter(table_of(hole.counts), keys, hole.k)));
  BOOST_TEST(!told(by_the_rules));
  BOOST_TEST(face(by_the_rules(table_of(hole.counts), keys, hole.k)) == hole.want);
}

// All of them, up to a total: whoever has the same list finds no hidden number.
struct Size {
  std::size_t cells;
  std::uint64_t total_in_few, total, total_in_full;
};
std::ostream& operator<<(std::ostream& out, const Size& size) {
  return out << size.cells << " cells";
}
const Size kSizes[] = {
    {3, 20, 26, 60}, {4, 14, 18, 32}, {5, 10, 13, 20}, {6, 8, 10, 15}, {9, 9, 9, 11}};
const int kSmall[] = {3, 4, 5, 6, 7, 10};
BOOST_DATA_TEST_CASE(no_hidden_number_of_any_small_table_can_be_worked_out,
                     boost::unit_test::data::make(kSizes) * boost::unit_test::data::make(kSmall),
                     size, k) {
  const std::vector<std::string> keys = keys_of(size.cells);
  const std::uint64_t total = testing::by_rounds(size.total_in_few, size.total, size.total_in_full);
  std::size_t changed = 0, tables = 0;
  const Book letter = candidates_of_all(by_the_letter, keys, k, total);
  for (const auto& [shown, candidates] : candidates_of_all(by_the_rules, keys, k, total)) {
    const Table published = by_the_rules(table_of(candidates.first), keys, k);
    const int cell = candidates.told_cell(published, k);
    BOOST_REQUIRE_MESSAGE(cell < 0, "k=" << k << ": " << print(candidates.first) << " is shown as "
                                         << face(published) << ", which tells cell " << cell);
    tables += candidates.count;
    const auto as_before = letter.find(shown);
    changed += candidates.count - (as_before == letter.end() ? 0 : as_before->second.count);
  }
  BOOST_TEST_MESSAGE(size.cells << " cells, k=" << k << ": " << tables << " tables, " << changed
                                << " of them suppressed beyond rules 1 and 2");
}

// What is shown is what rules 1 and 2 show, except where that tells something. (A table of k - 1
// cells is withheld too when all its cells but one are ones: see the reference.)
BOOST_DATA_TEST_CASE(more_is_hidden_only_where_something_would_be_told,
                     boost::unit_test::data::make(kSizes) * boost::unit_test::data::make(kSmall),
                     size, k) {
  const std::vector<std::string> keys = keys_of(size.cells);
  for (const auto& [shown, candidates] : candidates_of_all(by_the_letter, keys, k, size.total)) {
    if (candidates.told_cell(by_the_letter(table_of(candidates.first), keys, k), k) >= 0) continue;
    const Table letter = by_the_letter(table_of(candidates.first), keys, k);
    const bool ones = size.cells + 1 == static_cast<std::size_t>(k) && !letter.total &&
                      *table_of(candidates.first).total + 1 >= size.cells;
    BOOST_TEST((ones || by_the_rules(table_of(candidates.first), keys, k) == letter),
               face(letter) << " of " << print(candidates.first));
  }
}

// Large tables: the attacker looks for another table near the true one.
BOOST_AUTO_TEST_CASE(no_hidden_number_of_random_large_tables_can_be_worked_out) {
  const std::uint64_t seed = testing::seed_from_environment(std::random_device{}());
  std::mt19937_64 random{seed};
  const auto draw = [&random](std::uint64_t most) {
    return std::uniform_int_distribution<std::uint64_t>{0, most}(random);
  };
  const int rounds = testing::by_rounds(200, 1'000, 20'000);
  for (int round = 0; round < rounds; ++round) {
    const std::size_t cells = std::vector<std::size_t>{9, 13, 14, 62}[draw(3)];
    const int k = static_cast<int>(3 + draw(6));
    const std::uint64_t kinds = draw(5);
    Counts counts(cells, 0);
    for (std::uint64_t& n : counts) {
      const auto last = static_cast<std::uint64_t>(k) - 1;
      if (draw(3) < kinds % 4)
        n = kinds == 0   ? draw(1)
            : kinds == 1 ? 1
            : kinds == 2 ? last + draw(1)
            : kinds == 3 ? last
            : kinds == 4 ? (draw(4) == 0 ? 1 : last + 1 + draw(1))
                         : draw(30);
    }
    const std::vector<std::string> keys = keys_of(cells);
    const Table published = by_the_rules(table_of(counts), keys, k);
    for (std::size_t cell = 0; cell < cells; ++cell)
      if (!published.cells[cell] && 0 < counts[cell] && counts[cell] < static_cast<unsigned>(k))
        BOOST_REQUIRE_MESSAGE(has_another(counts, published, cell, by_the_rules, keys, k),
                              "seed=" << seed << " k=" << k << " " << print(counts)
                                      << " is shown as " << face(published) << " cell " << cell);
  }
}

BOOST_AUTO_TEST_CASE(medians_and_shares_of_few_are_hidden_whole_or_in_part) {
  BOOST_TEST((suppressed(Median{4, 6}, 5) == Median{std::nullopt, std::nullopt}));
  BOOST_TEST((suppressed(Median{5, 6}, 5) == Median{5, 6}));
  BOOST_TEST((suppressed(Median{0, std::nullopt}, 5) == Median{0, std::nullopt}));
  BOOST_TEST((suppressed(Share{0, 0}, 5) == Share{0, 0}));
  BOOST_TEST((suppressed(Share{0, 4}, 5) == Share{std::nullopt, std::nullopt}));
  BOOST_TEST((suppressed(Share{4, 12}, 5) == Share{std::nullopt, 12}));
  BOOST_TEST((suppressed(Share{8, 12}, 5) == Share{std::nullopt, 12}));
  BOOST_TEST((suppressed(Share{6, 12}, 5) == Share{6, 12}));
  BOOST_TEST((suppressed(Share{12, 12}, 5) == Share{12, 12}));
  BOOST_TEST((suppressed(Share{0, 12}, 5) == Share{0, 12}));
}

BOOST_AUTO_TEST_CASE(no_hidden_part_of_a_share_can_be_worked_out) {
  for (int k = 3; k <= 20; ++k) {
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::uint64_t>> shown;
    for (std::uint64_t of = 0; of <= 60; ++of)
      for (std::uint64_t n = 0; n <= of; ++n) {
        const Share share = suppressed(Share{n, of}, k);
        if (!share.n)
          shown[{-1, share.of ? static_cast<std::int64_t>(*share.of) : -1}].push_back(n);
      }
    for (const auto& [published, candidates] : shown)
      BOOST_TEST((candidates.front() != candidates.back()));
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
