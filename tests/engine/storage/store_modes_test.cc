// Who may open what, beside whom, and what an open says of a database that is not whole.

#include <rocksdb/db.h>

#include <boost/test/unit_test.hpp>

#include "engine/storage/checked_row.h"
#include "engine/storage/files.h"
#include "tests/engine/storage/sample_rows.h"
#include "tests/support/fault_rocksdb.h"
#include "tests/support/temporary_directory.h"

namespace stafett::storage {
BOOST_AUTO_TEST_SUITE(store_modes_test)
namespace {

using namespace stafett::storage::testing;
using stafett::testing::TemporaryDirectory;

rocksdb::Slice slice(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The database as someone with a RocksDB tool sees it.
class Intruder final {
 public:
  explicit Intruder(const std::string& path) {
    std::vector<std::string> names;
    BOOST_REQUIRE(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names)
      families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    rocksdb::DB* db = nullptr;
    BOOST_REQUIRE(rocksdb::DB::Open({}, path, families, &handles_, &db).ok());
    db_.reset(db);
  }
  ~Intruder() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  }
  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* column(std::string_view name) {
    for (rocksdb::ColumnFamilyHandle* handle : handles_)
      if (handle->GetName() == name) return handle;
    return nullptr;
  }
  void put(Column to, ByteView key, ByteView value) {
    BOOST_REQUIRE(db_->Put({}, column(column_name(to)), slice(key), slice(value)).ok());
  }
  void remove(Column from, ByteView key) {
    BOOST_REQUIRE(db_->Delete({}, column(column_name(from)), slice(key)).ok());
  }
  void flip_last_bit(Column in, ByteView key) {
    std::string value;
    BOOST_REQUIRE(db_->Get({}, column(column_name(in)), slice(key), &value).ok());
    value.back() = static_cast<char>(value.back() ^ 1);
    put(in, key, as_bytes(value));
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

struct Fixture {
  TemporaryDirectory directory;
  std::string path = directory.path("db");
  std::unique_ptr<Store> writer = got(Store::open(path, Mode::create));
};

BOOST_FIXTURE_TEST_SUITE(store_modes, Fixture)

BOOST_AUTO_TEST_CASE(second_writer_is_locked_out) {
  fails(Store::open(path, Mode::read_write), Errc::locked);
  writer.reset();
  writer = got(Store::open(path, Mode::read_write));
}

BOOST_AUTO_TEST_CASE(database_is_created_once_and_must_exist_otherwise) {
  fails(Store::open(path, Mode::create), Errc::invalid_argument);
  for (const Mode mode : {Mode::read_write, Mode::read_only, Mode::follow})
    fails(Store::open(directory.path("none"), mode), Errc::not_found);
}

BOOST_AUTO_TEST_CASE(reader_beside_a_writer_sees_what_was_acknowledged) {
  ok(writer->commit(sample_group(0, 30), {}));
  ok(writer->flush());
  ok(writer->commit(sample_group(30, 30), {}));
  const auto reader = got(Store::open(path, Mode::read_only));
  check_samples(*reader, 60);
  ok(writer->commit(sample_group(60, 5), {}));
  ok(writer->flush());
  ok(writer->compact_away(Column::entries));
  check_samples(*reader, 60);
  check_samples(*got(reader->view()), 60);
  fails(reader->commit(sample_group(60, 1), {}), Errc::read_only);
  fails(reader->put_meta("a", Bytes{1}), Errc::read_only);
  check_samples(*writer, 65);
}

BOOST_AUTO_TEST_CASE(follower_moves_forward_at_refresh) {
  ok(writer->commit(sample_group(0, 10), {}));
  fails(Store::open(path, Mode::follow), Errc::invalid_argument);
  StoreOptions options;
  options.follow_path = directory.path("follower");
  const auto follower = got(Store::open(path, Mode::follow, options));
  check_samples(*follower, 10);
  ok(writer->commit(sample_group(10, 10), {}));
  check_samples(*follower, 10);
  ok(follower->refresh());
  check_samples(*follower, 20);
  ok(writer->flush());
  ok(writer->commit(sample_group(20, 300), {}));
  ok(writer->compact_away(Column::parts));
  ok(writer->commit(sample_group(320, 1), {}));
  ok(follower->refresh());
  check_samples(*follower, 321);
  fails(follower->put_checkpoint(TreeSize{1}, Bytes{1}), Errc::read_only);
}

BOOST_AUTO_TEST_CASE(many_opens_leave_a_bounded_number_of_files) {
  ok(writer->commit(sample_group(0, 10), {}));
  StoreOptions following;
  following.follow_path = directory.path("follower");
  const auto files = [&](const std::string& in, std::string_view start, std::string_view end) {
    std::size_t count = 0;
    for (const std::string& name : got(posix_files().list(in)))
      count += name.starts_with(start) && name.ends_with(end);
    return count;
  };
  for (int i = 0; i < 30; ++i) {
    writer.reset();
    writer = got(Store::open(path, Mode::read_write));
    check_samples(*got(Store::open(path, Mode::read_only)), 10);
    check_samples(*got(Store::open(path, Mode::follow, following)), 10);
  }
  BOOST_TEST(files(path, "LOG", "") <= 5u);  // with the lock beside them
  BOOST_TEST(files(path, "", ".log") <= 10u);
  BOOST_TEST(files(path, "OPTIONS", "") <= 2u);
  BOOST_TEST(files(path, "MANIFEST", "") <= 2u);
  BOOST_TEST(files(path, "", "") <= 40u);
  BOOST_TEST(files(directory.path("follower"), "", "") <= 5u);
  check_samples(*writer, 10);
}

BOOST_AUTO_TEST_CASE(other_format_version_is_refused) {
  ok(writer->put_meta("format", big_endian(kStoreFormatVersion + 1)));
  writer.reset();
  fails(Store::open(path, Mode::read_write), Errc::unsupported);
  fails(Store::open(path, Mode::read_only), Errc::unsupported);
}

BOOST_AUTO_TEST_CASE(unfinished_database_is_refused) {
  writer.reset();
  Intruder(path).remove(Column::meta, meta_key("format"));
  fails(Store::open(path, Mode::read_write), Errc::not_found);
}

BOOST_AUTO_TEST_CASE(missing_column_is_named) {
  writer.reset();
  {
    Intruder intruder(path);
    BOOST_REQUIRE(intruder.db().DropColumnFamily(intruder.column("labels")).ok());
  }
  for (const Mode mode : {Mode::read_write, Mode::read_only}) {
    const auto opened = Store::open(path, mode);
    fails(opened, Errc::corrupt);
    BOOST_TEST(opened.error().detail() == "column missing: labels");
  }
}

BOOST_AUTO_TEST_CASE(column_from_the_future_is_refused) {
  writer.reset();
  {
    Intruder intruder(path);
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    BOOST_REQUIRE(intruder.db().CreateColumnFamily({}, "new", &handle).ok());
    BOOST_REQUIRE(intruder.db().DestroyColumnFamilyHandle(handle).ok());
  }
  fails(Store::open(path, Mode::read_write), Errc::unsupported);
}

BOOST_AUTO_TEST_CASE(missing_entry_is_named_not_skipped) {
  ok(writer->commit(sample_group(0, 10), {}));
  writer.reset();
  Intruder(path).remove(Column::entries, position_key(Position{4}));
  const auto store = got(Store::open(path, Mode::read_write));
  BOOST_TEST(store->size().value() == 10u);
  fails(store->entry(Position{4}), Errc::corrupt);
  const auto scanned = store->scan_entries(
      Position{0}, Position{10}, [](Position, ByteView) -> Result<Scan> { return Scan::more; });
  fails(scanned, Errc::corrupt);
  BOOST_TEST(scanned.error().detail() == "entries 0000000000000004: missing");
}

BOOST_AUTO_TEST_CASE(damaged_rows_are_all_named) {
  SealedBatch group = sample_group(0, 3);
  group.labels = {{{7}, {9}}};
  group.refusals = {{sample_event(50), Bytes{1}}};
  ok(writer->commit(group, {}));
  ok(writer->put_checkpoint(TreeSize{3}, Bytes{1}));
  ok(writer->put_meta("a", Bytes{2}));
  ok(writer->put_chunk(sample_event(1), 0, Bytes{3}, Sync::yes));
  const auto damaged = [](const Store& store) {
    std::string all;
    ok(store.verify_rows([&](const DamagedRow& row) { all += row.column + " "; }));
    return all;
  };
  BOOST_TEST(damaged(*writer) == "");
  writer.reset();
  {
    Intruder intruder(path);
    intruder.flip_last_bit(Column::labels, Bytes{7});
    intruder.flip_last_bit(Column::events, sample_event(50).view());
    intruder.flip_last_bit(Column::checkpoints, checkpoint_key(TreeSize{3}));
    intruder.flip_last_bit(Column::meta, meta_key("a"));
    intruder.flip_last_bit(Column::meta, group_key(Position{0}));
    intruder.flip_last_bit(Column::attachments, chunk_key(sample_event(1), 0));
  }
  const auto store = got(Store::open(path, Mode::read_write));
  BOOST_TEST(damaged(*store) == "attachments events labels checkpoints meta meta ");
  fails(store->label(Bytes{7}), Errc::corrupt);
  fails(store->event(sample_event(50)), Errc::corrupt);
  fails(store->latest_checkpoint(), Errc::corrupt);
  fails(store->meta("a"), Errc::corrupt);
  fails(store->receipt_group_of(Position{2}), Errc::corrupt);
  fails(store->chunk(sample_event(1), 0), Errc::corrupt);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(erased_bytes_are_in_no_file) {
  stafett::testing::FaultDisk disk;
  StoreOptions options;
  options.environment = stafett::testing::fault_environment(disk);
  const auto store = got(Store::open("/disk/db", Mode::create, options));
  SealedBatch group = sample_group(0, 20);
  const std::string secret = "bytes-that-must-go";
  group.entries[7].parts = {{1, Bytes(secret.begin(), secret.end())}, {2, Bytes{5}}};
  group.labels = {{{1}, Bytes(secret.begin(), secret.end())}};
  ok(store->commit(group, {}));
  const auto on_disk = [&] {
    const Bytes all = disk.all_bytes();
    return as_text(all).find(secret) != std::string_view::npos;
  };
  BOOST_TEST(on_disk());
  const Position positions[] = {Position{7}};
  const Bytes labels[] = {Bytes{1}};
  ok(store->erase_parts(positions));
  ok(store->erase_labels(labels));
  BOOST_TEST(got(store->parts(Position{7})).empty());
  BOOST_TEST(on_disk());
  ok(store->compact_away(Column::parts));
  ok(store->compact_away(Column::labels));
  BOOST_TEST(!on_disk());
  BOOST_TEST((got(store->entry(Position{7})) == sample_entry(7)));
  BOOST_TEST(got(store->parts(Position{6})).size() == 2u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::storage
