#include "engine/log/backup/recheck.h"

#include "engine/log/log_tree.h"
#include "tests/engine/log/test_log.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(recheck_test)
namespace {

using namespace stafett::log::testing;

struct LongLog {
  LiveLog log;
  std::vector<Position> group_ends;

  LongLog() {
    const StreamId stream = log.new_stream();
    for (int i = 0; i < 300; ++i) log.record(i % 3 == 0 ? log.new_stream() : stream);
    for (Position at{0}; at.value() < log->head().size.value(); at = group_ends.back()) {
      const auto end = end_of_group(log->store(), at);
      BOOST_REQUIRE(end);
      group_ends.push_back(*end);
    }
  }
  Recheck what() { return {log->store(), log.random(), 4, log->head()}; }
};

BOOST_AUTO_TEST_CASE(every_run_of_a_sound_log_is_as_it_was) {
  LongLog log;
  BOOST_REQUIRE(log.group_ends.size() > 10u);
  std::vector<Position> bounds{Position{0}};
  bounds.insert(bounds.end(), log.group_ends.begin(), log.group_ends.end());
  for (std::size_t i = 0; i < bounds.size(); i += 29)
    for (std::size_t j = i; j < bounds.size(); j += 31) {
      const auto checked = recheck_entries(log.what(), bounds[i], bounds[j]);
      BOOST_TEST(checked.has_value(), bounds[i].value() << " to " << bounds[j].value());
    }
}

BOOST_AUTO_TEST_CASE(a_run_that_is_not_under_the_root_is_told) {
  LongLog log;
  Recheck what = log.what();
  const ByteView right = what.head.root.view();
  Bytes root{right.begin(), right.end()};
  root[0] ^= 1;
  what.head.root = *Hash::from(root);
  const auto checked = recheck_entries(what, log.group_ends[1], log.group_ends[5]);
  BOOST_REQUIRE(!checked);
  BOOST_TEST((checked.error().code() == Errc::corrupt));
  BOOST_TEST(checked.error().detail().find("not under the log's root") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(content_that_is_not_as_promised_is_told_with_its_place) {
  LongLog log;
  const Position erased{log.group_ends[3].value()};
  require_ok(log.log->store().erase_parts(std::span{&erased, 1}));
  BOOST_TEST(recheck_entries(log.what(), Position{0}, erased).has_value());
  const auto checked = recheck_entries(log.what(), Position{0}, log.group_ends.back());
  BOOST_REQUIRE(!checked);
  BOOST_TEST(checked.error().detail().find("part-missing") != std::string::npos);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
