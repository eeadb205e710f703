// Views kept up with the log, and built from it.

#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "projections/recorder/case_reader.h"
#include "projections/views/rebuild_views.h"
#include "projections/views/state_projection.h"
#include "tests/projections/views/counting.h"
#include "tests/support/fault_disk.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(follower_test)
namespace {

using namespace stafett::bti::test;

void require_states_of_log(Municipality& m, const Views& views) {
  const Rows rows = serving_rows(views, "state");
  const auto cases = got(CaseReader{*m.bti.log, *m.bti.gate}.all_cases());
  BOOST_TEST(rows.size() == cases.size());
  for (const SubjectId& id : cases) {
    const auto record = got(m.bti.gate->source().subject(id));
    const auto events = got(m.bti.gate->source().of_case(*record, m.bti.log->head().size));
    BOOST_REQUIRE(rows.contains(id));
    BOOST_TEST((got(read_state_row(rows.at(id))) == build(id, events)));
  }
}

BOOST_AUTO_TEST_CASE(views_follow_the_log) {
  Municipality m;
  const auto views = views_of(m);
  Follower follower{*views};
  Doings doings{m, 1};
  for (int round = 0; round < 6; ++round) {
    doings.some(20);
    ok(follower.catch_up());
    require_states_of_log(m, *views);
  }
}

BOOST_AUTO_TEST_CASE(a_built_view_is_byte_equal_to_the_one_that_was_kept_up) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(11);
  BOOST_TEST_MESSAGE("seed " << seed);
  Municipality m;
  const auto views = views_of(m);
  Doings doings{m, seed};
  std::mt19937_64 random{seed};
  for (int round = 0; round < by_rounds(3, 6, 40); ++round) {
    doings.some(static_cast<int>(1 + random() % 25));
    Follower follower{*views, {.cases_max = 1 + random() % 5}};
    ok(follower.catch_up());
    const Generation live = got(views->read()->serving("state"));
    BOOST_TEST(live.size.value() == m.bti.log->head().size.value());
    const Rows kept_up = serving_rows(*views, "state");
    const BuildRequest request{&state_projection(), {}};
    const std::size_t block_bytes[] = {1, 5'000, 0};  // late events lie in another block, or not
    const ScanPace pace{static_cast<unsigned>(1 + random() % 3), block_bytes[random() % 3]};
    const auto built = got(build_views(*views, {&request, 1}, pace));
    BOOST_TEST((rows_of(*views->read(), built[0].generation) == kept_up));
    BOOST_TEST((built[0].digest == got(stored_digest(*views->read(), live))));
    ok(follower.catch_up());
    BOOST_TEST(got(views->read()->serving("state")).number == built[0].generation.number);
    BOOST_TEST((serving_rows(*views, "state") == kept_up));
  }
}

BOOST_AUTO_TEST_CASE(the_log_wakes_who_waits_for_it) {
  Municipality m;
  const TreeSize before = m.bti.log->head().size;
  std::jthread waiting{[&] { m.bti.log->heads().wait_past(before, std::chrono::hours{1}, {}); }};
  m.concern("a");
  waiting.join();
  BOOST_TEST(m.bti.log->head().size.value() > before.value());
}

BOOST_AUTO_TEST_CASE(a_stop_wakes_who_waits_for_the_log) {
  Municipality m;
  std::jthread waiting{[&](const std::stop_token& stop) {
    m.bti.log->heads().wait_past(TreeSize{UINT64_MAX}, std::chrono::hours{1}, stop);
  }};
  waiting.request_stop();
  waiting.join();
}

BOOST_AUTO_TEST_CASE(views_are_kept_up_while_events_come) {
  Municipality m;
  const auto views = views_of(m);
  Follower follower{*views, {.cases_max = 3, .gather = std::chrono::milliseconds{1}}};
  follower.start();
  Doings doings{m, 3};
  for (int round = 0; round < 4; ++round) {
    if (round == 2) {  // it may be started again
      follower.stop();
      doings.some(5);
      follower.start();
    }
    doings.some(25);
    const auto is_behind = [&](const Generation& one) {
      return one.size < m.bti.log->head().size || one.sweep != Sweep::none;
    };
    const auto any_is_behind = [&] {
      const std::vector<Generation> all = views->generations();
      return all.size() < all_projections().size() || std::ranges::any_of(all, is_behind);
    };
    while (any_is_behind()) {
      BOOST_REQUIRE(!follower.failure());
      std::this_thread::yield();
    }
    if (round == 1)
      for (const RebuiltView& view : got(rebuild_views(*views, {}))) BOOST_TEST(view.is_well());
  }
  follower.stop();
  ok(follower.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_directory_that_was_known_is_that_of_its_size_alone) {
  Municipality m;
  m.concern("a");
  const Counting counting{{.reads_directory = true}};
  const CaseProjection* const only[] = {&counting};
  ViewsPlace place = place_of(m, only);
  place.known_directory = std::make_shared<const Directory>(m.bti.gate->directory());
  place.known_directory_at = m.bti.log->head().size;
  const auto views = got(Views::open(place));
  register_service(m, "gym");
  const BuildRequest request{&counting, {}};
  (void)got(build_views(*views, {&request, 1}));
  ok(Follower{*views}.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(two_who_follow_the_same_views_do_not_undo_each_others_work) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(17);
  BOOST_TEST_MESSAGE("seed " << seed);
  Municipality m;
  const auto views = views_of(m);
  Doings doings{m, seed};
  std::mt19937_64 random{seed};
  Follower first{*views, {.cases_max = 2}}, second{*views, {.cases_max = 3}};
  for (int round = 0; round < by_rounds(10, 30, 300); ++round) {
    doings.some(static_cast<int>(random() % 4));
    if (round % 11 == 5) register_service(m, "s" + std::to_string(round));
    if (round % 9 == 4) {
      const BuildRequest request{&state_projection(), {}};
      (void)got(build_views(*views, {&request, 1}, {.threads = 1}));
    }
    for (std::uint64_t steps = 1 + random() % 3; steps > 0; --steps)
      (void)got((random() % 2 == 0 ? first : second).step());
  }
  ok(first.catch_up());
  ok(second.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(two_may_follow_the_same_views_at_once) {
  Municipality m;
  const auto views = views_of(m);
  Follower first{*views, {.cases_max = 2, .gather = std::chrono::milliseconds{1}}};
  Follower second{*views, {.cases_max = 3, .gather = std::chrono::milliseconds{0}}};
  first.start();
  second.start();
  Doings doings{m, 4};
  for (int round = 0; round < 3; ++round) {
    doings.some(25);
    const BuildRequest request{&state_projection(), {}};
    (void)got(build_views(*views, {&request, 1}, {.threads = 1}));
  }
  first.stop();
  second.stop();
  BOOST_TEST(!first.failure());
  BOOST_TEST(!second.failure());
  ok(first.catch_up());
  ok(second.catch_up());
  require_clean(m, *views);
}

bool directory_holds(const std::string& directory, ByteView needle) {
  for (const auto& file : std::filesystem::directory_iterator{directory}) {
    std::ifstream in{file.path(), std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    if (bytes.find(as_text(needle)) != std::string::npos) return true;
  }
  return false;
}

BOOST_AUTO_TEST_CASE(nothing_of_an_erased_case_is_left_in_any_file) {
  Municipality m;
  m.concern("a");
  m.concern("b");
  const SubjectId erased = m.id_of("a"), kept = m.id_of("b");
  Bytes erased_bytes, kept_bytes;  // of the sealed rows; ids stay in the list of files
  {
    const auto views = views_of(m);
    Follower follower{*views};
    ok(follower.catch_up());
    ok(views->store().flush());
    const std::uint32_t number = got(views->read()->serving("state")).number;
    erased_bytes = *got(views->store().get(row_key(number, erased)));
    kept_bytes = *got(views->store().get(row_key(number, kept)));
    BOOST_TEST(directory_holds(m.paths.views, erased_bytes));
    ok(views->erase({&erased, 1}));
    BOOST_TEST(!serving_rows(*views, "state").contains(erased));
  }  // closed: what is no longer used is gone from the disk
  BOOST_TEST(!directory_holds(m.paths.views, erased_bytes));
  BOOST_TEST(directory_holds(m.paths.views, kept_bytes));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
