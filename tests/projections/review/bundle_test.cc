// A report of a bundle tells of no day that the bundle knows nothing of.

#include <boost/test/unit_test.hpp>

#include "engine/base/clock.h"
#include "projections/review/bundle_review.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(bundle_test)
namespace {

BOOST_AUTO_TEST_CASE(a_period_ends_by_the_day_that_the_bundle_was_made_on) {
  BundleScope scope;
  scope.made_at = *parse_time("2026-06-15T22:30:00Z");  // 00:30 of the 16th
  const auto until = [&](const char* last) {
    return check_known(scope, {*Date::parse("2026-01-01"), *Date::parse(last)});
  };
  BOOST_TEST(until("2026-03-31").has_value());
  BOOST_TEST(until("2026-06-16").has_value());
  BOOST_REQUIRE(!until("2026-06-17"));
  BOOST_TEST((until("2026-06-17").error().code() == Errc::invalid_argument));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
