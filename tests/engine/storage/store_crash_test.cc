// Power cuts and disk errors at every single operation of a small workload.

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/engine/storage/sample_rows.h"
#include "tests/support/fault_rocksdb.h"
#include "tests/support/rounds.h"

namespace stafett::storage {
BOOST_AUTO_TEST_SUITE(store_crash_test)
namespace {

using namespace stafett::storage::testing;
using stafett::testing::Fault;
using stafett::testing::FaultDisk;
using stafett::testing::FaultPlan;

const std::string kPath = "/disk/db";

StoreOptions options_on(FaultDisk& disk) {
  StoreOptions options;
  options.environment = stafett::testing::fault_environment(disk);
  options.write_buffer_bytes = 64u << 10;  // flushes, and drops old logs, within the workload
  options.wal_bytes_max = 64u << 10;
  options.block_cache_bytes = 1u << 20;
  return options;
}

// What the writer was told before the fault.
struct Acknowledged {
  std::uint64_t size = 0;        // of the last commit that said ok
  std::uint64_t attempted = 0;   // of the last commit that was tried
  std::uint64_t checkpoint = 0;  // last put_checkpoint that said ok
  bool created = false;
};

constexpr std::uint64_t kGroupEntries[] = {1, 40, 3, 40, 40, 1, 40, 40, 7, 40};

// Commits until something fails; after that, nothing may be accepted.
void run_workload(Store& store, Acknowledged& told) {
  for (const std::uint64_t count : kGroupEntries) {
    const std::uint64_t first = store.size().value();
    told.attempted = first + count;
    const Result<void> committed = store.commit(sample_group(first, count), {});
    if (!committed) {
      fails(committed, Errc::outcome_unknown);
      BOOST_TEST(store.failed());
      BOOST_TEST(store.size().value() == first);
      fails(store.commit(sample_group(first, 1), {}), Errc::read_only);
      fails(store.put_meta("k", Bytes{1}), Errc::read_only);
      return;
    }
    told.size = told.attempted;
    if (!store.put_checkpoint(TreeSize{told.size}, sample_bytes("note", told.size))) return;
    told.checkpoint = told.size;
  }
}

Acknowledged create_and_run(FaultDisk& disk) {
  Acknowledged told;
  const auto store = Store::open(kPath, Mode::create, options_on(disk));
  if (!store) return told;
  told.created = true;
  run_workload(**store, told);
  return told;
}

// The whole of what was acknowledged is there; of the last group all or nothing.
void check_recovered(FaultDisk& disk, const Acknowledged& told) {
  auto opened = Store::open(kPath, Mode::read_write, options_on(disk));
  if (!told.created && !opened) {
    BOOST_TEST((opened.error().code() == Errc::not_found ||
                opened.error().code() == Errc::corrupt || opened.error().code() == Errc::io));
    return;
  }
  const auto store = std::move(got(opened));
  const std::uint64_t size = store->size().value();
  BOOST_TEST((size == told.size || size == told.attempted), "size " << size << " of " << told.size);
  check_samples(*store, size);
  if (told.checkpoint > 0)
    BOOST_TEST((got(store->checkpoint_at(TreeSize{told.checkpoint})) ==
                sample_bytes("note", told.checkpoint)));
  std::size_t damaged = 0;
  ok(store->verify_rows([&](const DamagedRow&) { ++damaged; }));
  BOOST_TEST(damaged == 0u);
  ok(store->commit(sample_group(size, 2), {}));
  check_samples(*store, size + 2);
}

constexpr Fault kFaults[] = {Fault::power_cut, Fault::io_error, Fault::no_space,
                             Fault::failed_persisted};

BOOST_AUTO_TEST_CASE(workload_without_faults_is_whole_after_a_power_cut) {
  FaultDisk disk;
  const Acknowledged told = create_and_run(disk);
  BOOST_REQUIRE(told.created);
  BOOST_TEST(told.size == told.attempted);
  disk.power_cycle();
  check_recovered(disk, told);
}

BOOST_DATA_TEST_CASE(nothing_acknowledged_is_lost_at_any_operation,
                     boost::unit_test::data::make(kFaults), fault) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(20260101);
  // Few: one out of five, another one each time.
  const std::uint64_t step = stafett::testing::rounds() == stafett::testing::Rounds::few ? 5 : 1;
  for (std::uint64_t at = seed % step;; at += step) {
    const FaultPlan plan{fault, at, seed};
    BOOST_TEST_CONTEXT(plan) {
      FaultDisk disk(plan);
      const Acknowledged told = create_and_run(disk);
      if (!disk.fired()) {
        BOOST_TEST(at > 100u);  // it did visit many
        break;
      }
      disk.power_cycle();
      check_recovered(disk, told);
    }
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::storage
