// The views' own database: batches whole and in order, whatever happens to the disk.

#include "engine/storage/view_store.h"

#include <rocksdb/db.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "tests/engine/storage/sample_rows.h"
#include "tests/support/fault_rocksdb.h"
#include "tests/support/repeated.h"
#include "tests/support/temporary_directory.h"

namespace stafett::storage {
BOOST_AUTO_TEST_SUITE(view_store_test)
namespace {

using namespace stafett::storage::testing;
using stafett::testing::Fault;
using stafett::testing::FaultDisk;
using stafett::testing::FaultPlan;
using stafett::testing::TemporaryDirectory;

const Hash kOwner = stafett::testing::repeated<Hash>(7);

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

std::unique_ptr<ViewStore> opened(const std::string& path, ViewAccess access = ViewAccess::write) {
  return got(ViewStore::open(path, access, kOwner));
}

std::vector<std::string> keys_from(const ViewStore& store, std::string_view prefix,
                                   std::string_view from) {
  std::vector<std::string> keys;
  ok(store.reads()->scan(as_bytes(prefix), as_bytes(from), [&](ByteView key, ByteView) {
    keys.emplace_back(as_text(key));
    return Result<Scan>{Scan::more};
  }));
  return keys;
}

BOOST_AUTO_TEST_CASE(rows_are_found_again_in_order) {
  const TemporaryDirectory directory;
  const std::string path = directory.path("views");
  {
    const auto store = opened(path);
    ViewBatch batch;
    for (const char* key : {"r2", "r1", "r3", "s1"}) batch.put(bytes_of(key), bytes_of("value"));
    ok(store->write(batch));
    BOOST_TEST((keys_from(*store, "r", "") == std::vector<std::string>{"r1", "r2", "r3"}));
    BOOST_TEST((keys_from(*store, "r", "r2") == std::vector<std::string>{"r2", "r3"}));
  }
  const auto store = opened(path);
  BOOST_TEST((got(store->get(bytes_of("r2"))) == bytes_of("value")));
  BOOST_TEST(!got(store->get(bytes_of("r4"))));
  ViewBatch batch;
  batch.remove_range(bytes_of("r1"), bytes_of("r3"));
  batch.remove(bytes_of("s1"));
  ok(store->write(batch));
  BOOST_TEST((keys_from(*store, "r", "") == std::vector<std::string>{"r3"}));
  BOOST_TEST(!got(store->get(bytes_of("s1"))));
}

BOOST_AUTO_TEST_CASE(a_moment_stays_what_it_was) {
  const TemporaryDirectory directory;
  const auto store = opened(directory.path("views"));
  ViewBatch first, second;
  first.put(bytes_of("r1"), bytes_of("old"));
  second.put(bytes_of("r1"), bytes_of("new"));
  second.put(bytes_of("r2"), bytes_of("new"));
  ok(store->write(first));
  const auto moment = store->reads();
  ok(store->write(second));
  BOOST_TEST((got(moment->get(bytes_of("r1"))) == bytes_of("old")));
  BOOST_TEST(!got(moment->get(bytes_of("r2"))));
}

BOOST_AUTO_TEST_CASE(readers_open_beside_the_writer) {
  const TemporaryDirectory directory;
  const std::string path = directory.path("views");
  fails(ViewStore::open(path, ViewAccess::read, kOwner), Errc::not_found);
  const auto store = opened(path);
  fails(ViewStore::open(path, ViewAccess::write, kOwner), Errc::locked);
  ViewBatch batch;
  batch.put(bytes_of("r1"), bytes_of("value"));
  ok(store->write(batch));
  const auto reader = opened(path, ViewAccess::read);
  BOOST_TEST((got(reader->get(bytes_of("r1"))) == bytes_of("value")));
  fails(reader->write(batch), Errc::read_only);
}

struct Unusable {
  const char* name;
  void (*spoil)(const std::string& path);
  Errc want;
};
std::ostream& operator<<(std::ostream& out, const Unusable& one) {
  return out << one.name;
}
void put_raw(const std::string& path, std::string_view key, const Bytes& value) {
  rocksdb::DB* db = nullptr;
  BOOST_REQUIRE(rocksdb::DB::Open({}, path, &db).ok());
  const std::unique_ptr<rocksdb::DB> owned{db};
  BOOST_REQUIRE(
      db->Put({}, std::string{key}, {reinterpret_cast<const char*>(value.data()), value.size()})
          .ok());
}
const Unusable kUnusable[] = {
    {"of a newer format",
     [](const std::string& path) {
       Bytes row{0, 0, 0, 2};
       append(row, kOwner.view());
       put_raw(path, "f", row);
     },
     Errc::unsupported},
    {"of another log",
     [](const std::string& path) {
       Bytes row{0, 0, 0, 1};
       append(row, stafett::testing::repeated<Hash>(8).view());
       put_raw(path, "f", row);
     },
     Errc::conflict},
    {"with a damaged manifest",
     [](const std::string& path) {
       std::ofstream{path + "/CURRENT", std::ios::trunc} << "MANIFEST-999999\n";
     },
     Errc::corrupt},
};

BOOST_DATA_TEST_CASE(what_cannot_be_used_is_named_and_thrown_away,
                     boost::unit_test::data::make(kUnusable), unusable) {
  const TemporaryDirectory directory;
  const std::string path = directory.path("views");
  {
    const auto store = opened(path);
    ViewBatch batch;
    batch.put(bytes_of("r1"), bytes_of("value"));
    ok(store->write(batch));
  }
  unusable.spoil(path);
  fails(ViewStore::open(path, ViewAccess::write, kOwner), unusable.want);
  auto anew = got(ViewStore::open_or_remake(path, kOwner));
  BOOST_REQUIRE(anew.thrown_away);
  BOOST_TEST((anew.thrown_away->code() == unusable.want));
  BOOST_TEST(!got(anew.store->get(bytes_of("r1"))));
}

// Batch n writes row n and the position n. Whatever the disk does, what is found again is a prefix
// of the batches, and the position is that of the rows.
constexpr Fault kFaults[] = {Fault::power_cut, Fault::io_error, Fault::no_space,
                             Fault::failed_persisted};
constexpr std::uint32_t kBatches = 60;

ViewStoreOptions options_on(FaultDisk& disk) {
  ViewStoreOptions options;
  options.environment = stafett::testing::fault_environment(disk);
  options.memtable_bytes = 8u << 10;  // rolls every few batches
  return options;
}

Bytes numbered(char prefix, std::uint32_t number) {
  Bytes key{static_cast<std::uint8_t>(prefix)};
  append(key, big_endian(number));
  return key;
}

// How many batches were acknowledged.
std::uint32_t write_batches(FaultDisk& disk) {
  const auto store = ViewStore::open("/disk/views", ViewAccess::write, kOwner, options_on(disk));
  if (!store) return 0;
  for (std::uint32_t n = 1; n <= kBatches; ++n) {
    ViewBatch batch;
    batch.put(numbered('r', n), Bytes(500, static_cast<std::uint8_t>(n)));
    batch.put(bytes_of("p"), big_endian(n));
    if (!(*store)->write(batch)) {
      fails((*store)->write(batch), Errc::read_only);
      return n - 1;
    }
  }
  return kBatches;
}

void check_prefix(FaultDisk& disk) {
  auto reopened = ViewStore::open_or_remake("/disk/views", kOwner, options_on(disk));
  // Without its first synced manifest there is no database, and RocksDB says so in several ways.
  if (!reopened) {
    ok(ViewStore::destroy("/disk/views", options_on(disk)));
    reopened = ViewStore::open_or_remake("/disk/views", kOwner, options_on(disk));
  }
  const auto store = std::move(got(reopened).store);
  const auto position = got(store->get(bytes_of("p")));
  const std::uint32_t there = position ? from_big_endian<std::uint32_t>(*position) : 0;
  std::uint32_t next = 1;
  ok(store->reads()->scan(bytes_of("r"), {}, [&](ByteView key, ByteView value) {
    BOOST_TEST(from_big_endian<std::uint32_t>(key.subspan(1)) == next);
    BOOST_TEST(value.size() == 500u);
    ++next;
    return Result<Scan>{Scan::more};
  }));
  BOOST_TEST(next == there + 1);
  ViewBatch batch;
  batch.put(bytes_of("p"), big_endian(there));
  ok(store->write(batch));
}

BOOST_DATA_TEST_CASE(what_a_fault_leaves_is_a_prefix_of_the_batches,
                     boost::unit_test::data::make(kFaults), fault) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(20260102);
  for (std::uint64_t at = 0;; ++at) {
    const FaultPlan plan{fault, at, seed + at};
    BOOST_TEST_CONTEXT(plan) {
      FaultDisk disk(plan);
      const std::uint32_t acknowledged = write_batches(disk);
      if (!disk.fired()) {
        BOOST_TEST(acknowledged == kBatches);
        BOOST_TEST(at > 50u);
        break;
      }
      disk.power_cycle();
      check_prefix(disk);
    }
  }
}

BOOST_AUTO_TEST_CASE(bulk_rows_are_there_after_a_flush) {
  FaultDisk disk;
  {
    const auto store =
        got(ViewStore::open("/disk/views", ViewAccess::write, kOwner, options_on(disk)));
    for (std::uint32_t n = 1; n <= kBatches; ++n) {
      ViewBatch batch;
      batch.put(numbered('r', n), Bytes(500, 1));
      ok(store->write(batch, ViewWrite::bulk));
    }
    ok(store->flush());
    disk.power_cycle();
  }
  const auto store =
      got(ViewStore::open("/disk/views", ViewAccess::write, kOwner, options_on(disk)));
  BOOST_TEST(keys_from(*store, "r", "").size() == kBatches);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::storage
