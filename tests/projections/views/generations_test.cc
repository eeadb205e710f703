// A version that is raised: the old rows are read until the new ones are as far.

#include <atomic>
#include <thread>

#include "projections/views/rebuild_views.h"
#include "tests/projections/views/counting.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(generations_test)
namespace {

using namespace stafett::bti::test;

BOOST_AUTO_TEST_CASE(the_old_version_is_read_until_the_new_one_has_caught_up) {
  Municipality m;
  const Counting first{{.version = 1}}, second{{.version = 2}};
  for (int i = 0; i < 5; ++i) m.concern("case-" + std::to_string(i));
  follow_with(m, first);
  const Rows old_rows = rows_from_scratch(m, first);
  const CaseProjection* const raised[] = {&second};
  const auto views = views_of(m, raised);
  // A reader never sees anything but all rows of one version.
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> looks{0};
  std::atomic<bool> mixed{false};
  std::jthread reader{[&] {
    while (!stop) {
      const auto read = views->read();
      const auto serving = read->serving("count");
      if (!serving) {
        mixed = true;
        break;
      }
      std::size_t rows = 0;
      const auto done = read->rows(*serving, SubjectId{}, [&](const SubjectId&, const Bytes& row) {
        if (from_big_endian<std::uint32_t>(row) != serving->version) mixed = true;
        ++rows;
        return Result<storage::Scan>{storage::Scan::more};
      });
      if (!done || rows < old_rows.size()) mixed = true;
      ++looks;
    }
  }};
  const auto rebuilt = got(rebuild_views(*views, {}));
  BOOST_TEST((serving_rows(*views, "count") == old_rows));
  m.note("case-1", "n1", 1);
  Follower follower{*views};
  ok(follower.catch_up());
  while (looks < 3) std::this_thread::yield();
  stop = true;
  reader.join();
  BOOST_TEST(!mixed);
  BOOST_TEST(got(views->read()->serving("count")).version == 2u);
  require_clean(m, *views);
  BOOST_TEST(views->generations().size() == 1u);
  // Nothing of the old one is left.
  std::size_t rows = 0;
  ok(views->store().reads()->scan(as_bytes(kRowPrefix), {}, [&](ByteView, ByteView) {
    ++rows;
    return Result<storage::Scan>{storage::Scan::more};
  }));
  BOOST_TEST(rows == old_rows.size());
}

BOOST_AUTO_TEST_CASE(a_raised_version_without_a_rebuild_is_folded_beside_the_old_one) {
  Municipality m;
  const Counting first{{.version = 1}}, second{{.version = 2}};
  m.concern("a");
  follow_with(m, first);
  const CaseProjection* const raised[] = {&second};
  const auto views = views_of(m, raised);
  Follower follower{*views};
  BOOST_TEST((got(follower.step()) == Follower::Step::moved));
  BOOST_TEST(got(views->read()->serving("count")).version == 1u);
  ok(follower.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_new_version_takes_over_while_events_keep_coming) {
  Municipality m;
  const Counting first{{.version = 1}}, second{{.version = 2}};
  m.concern("a");
  follow_with(m, first);
  const CaseProjection* const raised[] = {&second};
  const auto views = views_of(m, raised);
  Follower follower{*views};
  for (int i = 1; i <= 4; ++i) {
    m.note("a", "n" + std::to_string(i), i);
    (void)got(follower.step());
  }
  BOOST_TEST(got(views->read()->serving("count")).version == 2u);
  ok(follower.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(what_no_projection_here_goes_on_with_takes_nobodys_place) {
  Municipality m;
  const Counting first{{.version = 1}}, second{{.version = 2}};
  m.concern("a");
  const CaseProjection* const old[] = {&first};
  {
    const auto views = views_of(m, old);
    ok(Follower{*views}.catch_up());
    const BuildRequest request{&second, {}};
    (void)got(build_views(*views, {&request, 1}));
  }
  const auto views = views_of(m, old);
  Follower follower{*views};
  ok(follower.catch_up());
  BOOST_TEST(got(views->read()->serving("count")).version == 1u);
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_follower_does_not_begin_what_is_being_built) {
  Municipality m;
  m.concern("a");
  const Counting counting{{}};
  const CaseProjection* const only[] = {&counting};
  const auto views = views_of(m, only);
  const Generation building = got(views->begin_building(counting));
  ok(views->begin_if_missing(counting));
  ok(Follower{*views}.catch_up());
  const std::vector<Generation> there = views->generations();
  BOOST_REQUIRE(there.size() == 1u);
  BOOST_TEST(there[0].number == building.number);
  BOOST_TEST((there[0].role == Role::building));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
