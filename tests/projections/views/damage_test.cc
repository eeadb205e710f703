// What the disk, a tool or another history did to the views' store or to the log.

#include <boost/test/data/test_case.hpp>

#include "engine/storage/columns.h"
#include "projections/views/rebuild_views.h"
#include "tests/projections/views/counting.h"
#include "tests/support/fault_disk.h"
#include "tests/support/fault_rocksdb.h"
#include "tests/support/swapped_entry.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(damage_test)
namespace {

using namespace stafett::bti::test;
using stafett::testing::Fault;
using stafett::testing::FaultDisk;
using stafett::testing::FaultPlan;

BOOST_AUTO_TEST_CASE(views_whose_rows_cannot_be_gone_through_are_thrown_away) {
  Municipality m;
  m.concern("a");
  const Counting counting{{}};
  const CaseProjection* const only[] = {&counting};
  {
    const auto views = views_of(m, only);
    ok(Follower{*views}.catch_up());
    Bytes key = row_prefix(0);
    key.push_back(7);
    storage::ViewBatch batch;
    batch.put(key, key);
    ok(views->store().write(batch));
  }
  const auto views = views_of(m, only);
  BOOST_TEST(views->thrown_away().has_value());
  ok(Follower{*views}.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_damaged_log_destroys_no_views) {
  Municipality m;
  m.concern("a");
  const Counting counting{{}};
  const CaseProjection* const only[] = {&counting};
  TreeSize size;
  {
    const auto views = views_of(m, only);
    ok(Follower{*views}.catch_up());
    size = views->generations()[0].size;
  }
  m.notes("a", 300);  // who opens the log again has no need of what is in whole tiles
  m.turn_over();
  m.close();
  const Position last{size.value() - 1};
  const std::string entry = stafett::testing::swap_entry(m.paths.database, last, {});
  m.open();
  {
    const auto views = Views::open(place_of(m, only));
    BOOST_REQUIRE(!views);
    BOOST_TEST((views.error().code() == Errc::io));
  }
  m.close();
  stafett::testing::swap_entry(m.paths.database, last, entry);
  m.open();
  BOOST_TEST(!views_of(m, only)->thrown_away());
}

constexpr std::size_t kBlockBytes[] = {1, 0};

BOOST_DATA_TEST_CASE(a_damaged_text_that_no_fold_reads_stops_no_view,
                     boost::unit_test::data::make(kBlockBytes), block_bytes) {
  Municipality m;
  m.concern("a");
  m.note("a", "n1", 100);
  const Position damaged{m.bti.log->head().size.value() - 1};
  m.note("a", "late", 50);  // the case is read once more where each event is a block
  constexpr auto kNarrative = static_cast<std::uint8_t>(format::PartClass::narrative);
  m.close();
  std::string sealed = stafett::testing::swap_part(m.paths.database, damaged, kNarrative, {});
  BOOST_REQUIRE(!sealed.empty());
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  stafett::testing::swap_part(m.paths.database, damaged, kNarrative, sealed);
  m.open();
  const auto views = views_of(m);
  ok(Follower{*views}.catch_up());
  for (const Generation& one : views->generations()) {
    BOOST_TEST(!one.stopped);
    BOOST_TEST(one.size.value() == m.bti.log->head().size.value());
  }
  std::vector<BuildRequest> requests;
  for (const CaseProjection* projection : all_projections()) requests.push_back({projection, {}});
  for (const Built& built : got(build_views(*views, requests, {1, block_bytes})))
    BOOST_TEST(!built.generation.stopped);
}

BOOST_AUTO_TEST_CASE(views_of_another_history_are_thrown_away) {
  Municipality m;
  m.concern("a");
  const Counting counting{{}};
  const CaseProjection* const only[] = {&counting};
  {
    const auto views = views_of(m, only);
    Follower follower{*views};
    ok(follower.catch_up());
    Generation ahead = views->generations()[0];
    ahead.size = TreeSize{ahead.size.value() + 5};
    ok(views->commit({}, {&ahead, 1}, {}));
  }
  const auto views = views_of(m, only);
  BOOST_TEST(views->thrown_away().has_value());
  Follower follower{*views};
  ok(follower.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_row_that_was_changed_is_named_by_a_rebuild_and_not_gone_on_from) {
  Municipality m;
  m.concern("a");
  m.concern("b");
  const CaseProjection* const only[] = {all_projections()[0]};
  const auto views = views_of(m, only);
  {
    Follower follower{*views};
    ok(follower.catch_up());
  }
  const Generation serving = got(views->read()->serving("state"));
  for (const char* label : {"a", "b"}) {
    const Bytes key = row_key(serving.number, m.id_of(label));
    Bytes sealed = *got(views->store().get(key));
    sealed[sealed.size() / 2] ^= 1;
    storage::ViewBatch batch;
    batch.put(key, sealed);
    ok(views->store().write(batch));
  }
  m.note("a", "n1", 1);
  Follower follower{*views};
  ok(follower.catch_up());
  BOOST_TEST((*got(views->read()->row(serving, m.id_of("a"))) ==
              rows_from_scratch(m, *only[0]).at(m.id_of("a"))));
  const auto rebuilt = got(rebuild_views(*views, {}));
  BOOST_TEST((rebuilt[0].live == RebuiltView::Live::differs));
  BOOST_TEST(!rebuilt[0].is_well());
  ok(follower.catch_up());
  require_clean(m, *views);
}

// Faults under the views' store: what is found again is gone on with, and comes out right.
constexpr Fault kFaults[] = {Fault::power_cut, Fault::io_error, Fault::no_space,
                             Fault::failed_persisted};

BOOST_DATA_TEST_CASE(views_come_out_right_whatever_the_disk_does,
                     boost::unit_test::data::make(kFaults), fault) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(20260103);
  Municipality m;
  m.close();
  m.paths.views = "/disk/views";
  m.open();
  Doings{m, seed}.some(60);
  const Counting counting{{.reads_directory = true}};
  const CaseProjection* const both[] = {all_projections()[0], &counting};
  const auto options_on = [](FaultDisk& disk) {
    storage::ViewStoreOptions options;
    options.environment = stafett::testing::fault_environment(disk);
    options.memtable_bytes = 8u << 10;
    return options;
  };
  const std::uint64_t step = by_rounds<std::uint64_t>(41, 13, 1);
  for (std::uint64_t at = 0;; at += step) {
    const FaultPlan plan{fault, at, seed + at};
    BOOST_TEST_CONTEXT(plan) {
      FaultDisk disk(plan);
      ViewsPlace place{*m.bti.log, m.bti.gate->source(), both, options_on(disk)};
      if (const auto views = Views::open(place)) {
        Follower follower{**views, {.cases_max = 2}};
        bool goes = true;
        for (int i = 0; i < 3 && goes; ++i) goes = static_cast<bool>(follower.step());
        goes = goes && rebuild_views(**views, "state", {.threads = 1});
        goes = goes && follower.catch_up();
        if (!disk.fired()) BOOST_REQUIRE(goes);
      }
      const bool fired = disk.fired();
      disk.power_cycle();
      Result<std::unique_ptr<Views>> again = Views::open(place);
      if (!again) {  // before its first sync a database is not even damaged
        ok(storage::ViewStore::destroy(m.paths.views, place.store));
        again = Views::open(place);
      }
      const auto views = got(std::move(again));
      Follower follower{*views};
      ok(follower.catch_up());
      require_clean(m, *views);
      if (!fired) break;
    }
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
