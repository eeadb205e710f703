// What a server keeps of a case in memory is forgotten when it is told that the case is erased.

#include "server/logs/forgetting.h"

#include "tests/server/feed/feed_town.h"

namespace stafett::server::test {
BOOST_AUTO_TEST_SUITE(forgetting_test)
namespace {

BOOST_AUTO_TEST_CASE(the_latest_entries_are_read_anew_and_a_visit_is_recorded_anew) {
  FeedTown town{2};
  ServedLog& served = town.served();
  const TreeSize before = town.log().head().size;
  const auto between = [&](TreeSize from) {
    const auto found = served.tail.between(from, town.log().head().size);
    BOOST_REQUIRE(found);
    return (*found)->size();
  };
  town.note("case-0");
  BOOST_TEST(between(before) == 1u);
  const auto read = [&](const std::string& label) {
    const FeedRequest reader = town.of(label);
    BOOST_REQUIRE(served.reads.admit(*reader.case_id, reader.reader, reader.purpose));
    return town.log().head().size.value();
  };
  const std::uint64_t once = read("case-0"), both = read("case-1");
  BOOST_TEST(both > once);
  BOOST_TEST(read("case-0") == both);  // the same visit

  const std::vector gone{town.case_id("case-0")};
  served.erased.forget(gone);
  BOOST_TEST(between(before) == 0u);  // not among the latest: whoever wants them reads the log
  BOOST_TEST(read("case-1") == both);
  const TreeSize size = town.log().head().size;
  BOOST_TEST(read("case-0") == both + 1);
  BOOST_TEST(between(size) == 1u);  // what comes from here on is kept again
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::test
