// A projection or a build that fails, alone.

#include <boost/test/data/test_case.hpp>
#include <thread>

#include "projections/views/rebuild_views.h"
#include "tests/projections/views/counting.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(failing_test)
namespace {

using namespace stafett::bti::test;

BOOST_AUTO_TEST_CASE(a_projection_that_throws_is_stopped_and_named_and_the_others_go_on) {
  Municipality m;
  const Counting good{{.name = "good"}}, bad{{.name = "bad", .throws_at = 3}};
  const CaseProjection* const both[] = {&bad, &good};
  m.concern("a");
  const auto views = views_of(m, both);
  {
    Follower follower{*views};
    ok(follower.catch_up());
    m.notes("a", 2);
    m.notes("b", 1);
    ok(follower.catch_up());
  }
  const auto check = [&](const Views& of) {
    const std::vector<Generation> all = of.generations();
    const Generation& stopped = named(all, "bad", Role::serving);
    BOOST_REQUIRE(stopped.stopped);
    BOOST_TEST(stopped.stopped->find("does not like this one") != std::string::npos);
    BOOST_TEST(stopped.size.value() < m.bti.log->head().size.value());
    BOOST_TEST(got(lag_of(stopped, m.bti.log->store(), m.bti.log->head().size)).events > 0u);
    // Its rows are still those of its size.
    for (const auto& [id, row] : serving_rows(of, "bad"))
      BOOST_TEST(from_big_endian<std::uint32_t>(ByteView{row}.subspan(4)) < 3u);
    BOOST_TEST((serving_rows(of, "good") == rows_from_scratch(m, good)));
  };
  check(*views);
  // Stopped is stopped: another start does not try again.
  Follower again{*views};
  m.note("a", "n9", 9);
  ok(again.catch_up());
  check(*views);
}

BOOST_AUTO_TEST_CASE(a_projection_that_throws_in_a_rebuild_is_named_and_the_others_are_built) {
  Municipality m;
  m.concern("a");
  m.notes("a", 5);
  const Counting good{{.name = "good"}}, bad{{.name = "bad", .throws_at = 3}};
  const CaseProjection* const both[] = {&bad, &good};
  const auto views = views_of(m, both);
  const auto rebuilt = got(rebuild_views(*views, {}));
  BOOST_REQUIRE(rebuilt.size() == 2u);
  BOOST_TEST(rebuilt[0].built.generation.stopped.value_or("").find("does not like") !=
             std::string::npos);
  BOOST_TEST(!rebuilt[0].is_well());
  BOOST_TEST(rebuilt[1].is_well());
  Follower follower{*views};
  ok(follower.catch_up());
  BOOST_TEST((serving_rows(*views, "good") == rows_from_scratch(m, good)));
}

BOOST_AUTO_TEST_CASE(a_projection_that_throws_instead_of_saying_what_it_reads_gets_all) {
  Municipality m;
  m.notes("a", 5);
  const Counting counting{{.throws_in = "reads"}};
  const CaseProjection* const only[] = {&counting};
  const auto views = views_of(m, only);
  BOOST_TEST(got(rebuild_views(*views, {}))[0].is_well());
  m.note("a", "n9", 9);
  ok(Follower{*views}.catch_up());
  require_clean(m, *views);
}

constexpr const char* kFunctions[] = {"begin", "resume", "touches"};

BOOST_DATA_TEST_CASE(wherever_a_projection_throws_it_alone_is_stopped,
                     boost::unit_test::data::make(kFunctions), function) {
  Municipality m;
  m.concern("a");
  const Counting good{{.name = "good"}}, bad{{.name = "bad", .throws_in = function}};
  const CaseProjection* const both[] = {&bad, &good};
  const auto views = views_of(m, both);
  BOOST_TEST(got(rebuild_views(*views, {}))[1].is_well());
  ok(Follower{*views}.catch_up());
  register_service(m, "gym");
  m.note("a", "n1", 1);
  Follower follower{*views};
  follower.start();
  while (named(views->generations(), "good", Role::serving).size < m.bti.log->head().size) {
    BOOST_REQUIRE(!follower.failure());
    std::this_thread::yield();
  }
  follower.stop();
  BOOST_TEST(!follower.failure());
  const std::vector<Generation> all = views->generations();
  const auto stopped = std::ranges::find(all, "bad", &Generation::name);
  BOOST_REQUIRE((stopped != all.end() && stopped->stopped));
  BOOST_TEST(stopped->stopped->find("does not like this one") != std::string::npos);
  BOOST_TEST((serving_rows(*views, "good") == rows_from_scratch(m, good)));
}

BOOST_AUTO_TEST_CASE(a_rebuild_takes_the_place_of_one_that_stopped) {
  Municipality m;
  m.concern("a");
  m.notes("a", 5);
  const Counting bad{{.throws_at = 3}}, mended{{}};
  {
    const CaseProjection* const first[] = {&bad};
    const auto views = views_of(m, first);
    Follower follower{*views};
    ok(follower.catch_up());
    BOOST_TEST(views->generations()[0].stopped.has_value());
  }
  const CaseProjection* const second[] = {&mended};
  const auto views = views_of(m, second);
  BOOST_TEST(got(rebuild_views(*views, "count"))[0].is_well());
  Follower follower{*views};
  ok(follower.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_build_that_fails_is_given_up_and_what_it_replaced_begun_again) {
  Municipality m;
  const Counting first{{.version = 1}}, second{{.version = 2}};
  m.concern("a");
  follow_with(m, first);
  const CaseProjection* const raised[] = {&second};
  const auto views = views_of(m, raised);
  Follower follower{*views};
  (void)got(follower.step());
  BOOST_TEST((named(views->generations(), "count", Role::coming).version == 2u));
  // The second of the two gives up the first.
  const BuildRequest twice[] = {{&second, {}}, {&second, {}}};
  const auto built = build_views(*views, twice);
  BOOST_REQUIRE(!built);
  BOOST_TEST((built.error().code() == Errc::conflict));
  BOOST_TEST(views->generations().size() == 1u);  // the one that serves
  ok(follower.catch_up());
  BOOST_TEST(got(views->read()->serving("count")).version == 2u);
  require_clean(m, *views);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
