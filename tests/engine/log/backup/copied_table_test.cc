#include "engine/log/backup/copied_table.h"

#include <boost/test/unit_test.hpp>

#include "tests/engine/log/keeping/key_table_place.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(copied_table_test)
namespace {

const std::string kPlace = "tables";

struct CopiedTable : KeyTableFixture {
  std::unique_ptr<KeyTable> table;
  CopiedTable() {
    auto made = KeyTable::create(place(), root);
    BOOST_REQUIRE(made);
    table = std::move(*made);
    BOOST_REQUIRE(table->append(domains(0, 3)));
  }
  Result<BackedUpTable> copy() { return copy_table(*files, path, kPlace, origin); }
  Bytes copied() { return files->raw(copied_table_path(kPlace)); }
};

BOOST_FIXTURE_TEST_SUITE(copied_table, CopiedTable)

BOOST_AUTO_TEST_CASE(the_copy_is_the_table_and_is_described_without_a_key) {
  const auto made = copy();
  BOOST_REQUIRE(made);
  BOOST_TEST(made->records == 3u);
  BOOST_TEST((made->sha256 == crypto::sha256(files->raw(path))));
  BOOST_TEST((copied() == files->raw(path)));
  BOOST_REQUIRE(table->append(domains(3, 5)));
  BOOST_TEST(copy()->records == 5u);
  BOOST_TEST((copied() == files->raw(path)));
}

BOOST_AUTO_TEST_CASE(a_damaged_table_does_not_take_the_place_of_a_whole_copy) {
  BOOST_REQUIRE(copy());
  BOOST_REQUIRE(table->append(domains(3, 5)));
  const Bytes before = copied();
  files->raw(path)[kKeyTableHeaderBytes + 30] ^= 1;  // of the first append
  BOOST_TEST((copy().error().code() == Errc::corrupt));
  BOOST_TEST((copied() == before));
  files->raw(path)[20] ^= 1;  // the header
  BOOST_TEST((copy().error().code() == Errc::corrupt));
  BOOST_TEST((copied() == before));
}

BOOST_AUTO_TEST_CASE(an_append_that_is_under_way_is_copied_as_torn) {
  Bytes& bytes = files->raw(path);
  bytes.resize(bytes.size() - 10);
  const auto made = copy();
  BOOST_REQUIRE(made);
  BOOST_TEST(made->records == 2u);
}

BOOST_AUTO_TEST_CASE(the_copy_of_another_logs_table_is_not_replaced) {
  BOOST_REQUIRE(copy());
  const Bytes before = copied();
  const Hash other = crypto::sha256(as_bytes("stafett.example/9902"));
  BOOST_TEST((copy_table(*files, path, kPlace, other).error().code() == Errc::conflict));
  BOOST_TEST((restore_table(*files, kPlace, "new/table", other).error().code() == Errc::conflict));
  BOOST_TEST((copied() == before));
}

BOOST_AUTO_TEST_CASE(keys_that_only_the_copy_has_are_not_replaced) {
  const Bytes older = files->raw(path);  // a snapshot of the volume with the keys
  BOOST_REQUIRE(table->append(domains(3, 5)));
  BOOST_REQUIRE(copy());
  const Bytes newest = files->raw(path);
  const auto refused = [&] {
    const auto made = copy();
    BOOST_REQUIRE(!made);
    BOOST_TEST((made.error().code() == Errc::conflict));
    BOOST_TEST(made.error().detail().find(copied_table_path(kPlace)) != std::string::npos);
    BOOST_TEST((copied() == newest));
  };
  files->put(path, older);
  refused();
  Bytes rotten = newest;  // in the last append: as if it were torn
  rotten[kKeyTableHeaderBytes + 4 * kKeyRecordBytes + 30] ^= 1;
  files->put(path, rotten);
  refused();
  files->put(path, newest);
  BOOST_TEST(copy().has_value());
  // Rot in the copy costs nothing that the table has.
  files->raw(copied_table_path(kPlace))[20] ^= 1;
  BOOST_TEST(copy().has_value());
  BOOST_TEST((copied() == newest));
}

BOOST_AUTO_TEST_CASE(a_copy_under_a_root_key_of_before_an_erasure_is_replaced) {
  BOOST_REQUIRE(copy());
  const auto survives = [](const DomainId& id, DomainKind) { return id != domain(1); };
  const auto next = table->rewrapped(survives, root_of(2));
  BOOST_REQUIRE(next);
  files->put(path, *next);
  BOOST_TEST(copy()->records == 2u);
  BOOST_TEST((copied() == *next));
}

BOOST_AUTO_TEST_CASE(a_table_is_never_overwritten) {
  BOOST_REQUIRE(copy());
  BOOST_TEST(!*is_table_restored(*files, kPlace, "new/table"));
  // It is there: a restore that was cut short has done that much.
  BOOST_TEST(*is_table_restored(*files, kPlace, path));
  BOOST_TEST(restore_table(*files, kPlace, path, origin).has_value());
  BOOST_REQUIRE(table->append(domains(3, 5)));
  const Bytes before = files->raw(path);
  BOOST_TEST((is_table_restored(*files, kPlace, path).error().code() == Errc::conflict));
  BOOST_TEST((restore_table(*files, kPlace, path, origin).error().code() == Errc::conflict));
  BOOST_TEST((files->raw(path) == before));
  files->put(path, copied());
  BOOST_REQUIRE(restore_table(*files, kPlace, "new/table", origin));
  BOOST_TEST((files->raw("new/table") == files->raw(path)));
}

BOOST_AUTO_TEST_CASE(a_copy_that_fails_at_any_step_is_the_old_one_or_the_new_one) {
  BOOST_REQUIRE(copy());
  BOOST_REQUIRE(table->append(domains(3, 5)));
  const Bytes old = copied();
  const Bytes now = files->raw(path);
  for (const Applied applied : {Applied::no, Applied::partly, Applied::yes}) {
    std::size_t step = 0;
    for (bool failed = true; failed; ++step) {
      const auto disk = files->after_kill();
      disk->fail_at(step, applied);
      const auto made = copy_table(*disk, path, kPlace, origin);
      failed = disk->failed();
      BOOST_TEST(made.has_value() == !failed);
      for (const Unsynced unsynced : {Unsynced::lost, Unsynced::half, Unsynced::kept}) {
        const Bytes left = disk->after_power_cut(unsynced)->raw(copied_table_path(kPlace));
        BOOST_TEST((left == old || left == now));
        if (!failed) BOOST_TEST((left == now));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
