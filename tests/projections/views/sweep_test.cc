// The directory changes: rows that depend on it are made anew.

#include "tests/projections/views/counting.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(sweep_test)
namespace {

using namespace stafett::bti::test;

BOOST_AUTO_TEST_CASE(rows_that_are_made_anew_are_not_gone_on_with_from_the_old_ones) {
  Municipality m;
  const Counting counting{{.reads_directory = true, .resumes = true}};
  const CaseProjection* const only[] = {&counting};
  const auto views = views_of(m, only);
  m.concern("a");
  m.concern("b");
  ok(Follower{*views}.catch_up());
  register_service(m, "gym");
  m.note("a", "n1", 1);
  ok(Follower{*views}.catch_up());
  require_clean(m, *views);
  m.note("b", "n2", 2);  // from its row
  ok(Follower{*views}.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_change_of_the_directory_makes_the_rows_anew) {
  Municipality m;
  const Counting counting{{.reads_directory = true}};
  const CaseProjection* const only[] = {&counting};
  const auto views = views_of(m, only);
  const int cases = static_cast<int>(Front::kSweptCases) + 9;
  for (int i = 0; i < cases; ++i) m.concern("case-" + std::to_string(i));
  Follower follower{*views};
  ok(follower.catch_up());
  require_clean(m, *views);
  register_service(m, "gym");
  register_service(m, "pool");
  m.note("case-3", "n1", 1);
  // One step: as far as the log, and still making rows anew, once for both changes. What is left is
  // gone on with.
  BOOST_TEST((got(follower.step()) == Follower::Step::moved));
  BOOST_TEST((views->generations()[0].sweep == Sweep::running));
  Follower another{*views};
  ok(another.catch_up());
  require_clean(m, *views);
  const BuildRequest request{&counting, {views->generations()[0].size}};
  const auto built = got(build_views(*views, {&request, 1}));
  BOOST_TEST((rows_of(*views->read(), built[0].generation) == serving_rows(*views, "count")));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
