// Images and generations beside a writer that flushes and compacts all the time.

#include "engine/storage/frozen_image.h"

#include <rocksdb/file_system.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "engine/storage/backups.h"
#include "engine/storage/rocksdb_environment.h"
#include "tests/engine/storage/sample_rows.h"
#include "tests/support/temporary_directory.h"

namespace stafett::storage {
BOOST_AUTO_TEST_SUITE(frozen_image_test)
namespace {

namespace fs = std::filesystem;
using namespace stafett::storage::testing;
using stafett::testing::TemporaryDirectory;

// Commits groups until it goes.
class BusyWriter final {
 public:
  explicit BusyWriter(Store& store) : store_(store), thread_([this] { work(); }) {}
  ~BusyWriter() {
    stopped_.store(true);
    thread_.join();
  }
  std::uint64_t acknowledged() const { return acknowledged_.load(); }

 private:
  void work() {
    while (!stopped_.load() && acknowledged_.load() < 20'000) {
      if (!store_.commit(sample_group(acknowledged_.load(), 7), {})) return;
      acknowledged_.fetch_add(7);
    }
  }

  Store& store_;
  std::atomic<bool> stopped_{false};
  std::atomic<std::uint64_t> acknowledged_{0};
  std::thread thread_;  // last: it begins at once
};

// The disk, on which something else happens just before one operation of whoever reads here.
class Interrupted final : public rocksdb::FileSystemWrapper {
 public:
  Interrupted(std::uint64_t at, std::function<void()> what)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), left_(at), what_(std::move(what)) {}
  const char* Name() const override { return "Interrupted"; }
  bool happened() const { return !what_; }

  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* context) override {
    tick();
    return target()->NewSequentialFile(path, options, file, context);
  }
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* context) override {
    tick();
    return target()->NewRandomAccessFile(path, options, file, context);
  }
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* context) override {
    tick();
    return target()->LinkFile(from, to, options, context);
  }
  rocksdb::IOStatus GetChildren(const std::string& path, const rocksdb::IOOptions& options,
                                std::vector<std::string>* names,
                                rocksdb::IODebugContext* context) override {
    tick();
    return target()->GetChildren(path, options, names, context);
  }
  rocksdb::IOStatus GetFileSize(const std::string& path, const rocksdb::IOOptions& options,
                                std::uint64_t* bytes, rocksdb::IODebugContext* context) override {
    tick();
    return target()->GetFileSize(path, options, bytes, context);
  }

 private:
  // RocksDB may open files from several threads.
  void tick() {
    const std::lock_guard lock{mutex_};
    if (!what_ || left_-- > 0) return;
    std::exchange(what_, nullptr)();
  }

  std::mutex mutex_;
  std::uint64_t left_;
  std::function<void()> what_;
};

struct Frozen {
  TemporaryDirectory directory;
  std::string path = directory.path("db");
  std::string image = directory.path("image");
  std::unique_ptr<Store> writer = got(Store::open(path, Mode::create));
};

BOOST_FIXTURE_TEST_SUITE(frozen_image, Frozen)

BOOST_AUTO_TEST_CASE(an_image_beside_a_busy_writer_holds_all_that_was_acknowledged) {
  BusyWriter busy{*writer};
  for (int round = 0; round < 5; ++round) {
    const std::uint64_t before = busy.acknowledged();
    ok(freeze(path, image));
    const std::uint64_t after = busy.acknowledged();
    const auto copy = got(Store::open(image, Mode::read_only));
    BOOST_TEST(copy->size().value() >= before);
    BOOST_TEST(copy->size().value() <= after + 7);
    check_samples(*copy, copy->size().value());
    ok(remove_tree(image));
  }
}

BOOST_AUTO_TEST_CASE(files_that_the_writer_drops_at_any_step_are_not_missed) {
  std::uint64_t size = 0;
  const auto commit = [&](std::uint64_t count) {
    ok(writer->commit(sample_group(size, count), {}));
    size += count;
  };
  commit(40);
  ok(writer->flush());
  std::uint64_t step = 0;
  for (bool happened = true; happened; ++step) {
    commit(10);
    const std::uint64_t before = size;
    // What was in the write-ahead log goes to a new file, and every old file goes.
    const auto disk = std::make_shared<Interrupted>(step, [&] {
      commit(10);
      ok(writer->flush());
      for (const Column column : {Column::entries, Column::parts, Column::streams, Column::events})
        ok(writer->compact_away(column));
    });
    StoreOptions options;
    options.environment =
        std::make_shared<StoreEnvironment>(StoreEnvironment{rocksdb::NewCompositeEnv(disk)});
    BOOST_TEST_CONTEXT("step " << step) {
      ok(freeze(path, image, options));
      const auto copy = got(Store::open(image, Mode::read_only));
      BOOST_TEST(copy->size().value() >= before);
      check_samples(*copy, copy->size().value());
    }
    happened = disk->happened();
    ok(remove_tree(image));
  }
  BOOST_TEST(step > 20u);
}

BOOST_AUTO_TEST_CASE(an_image_stays_as_it_is_and_can_be_opened_for_writing) {
  ok(writer->commit(sample_group(0, 50), {}));
  ok(writer->flush());
  ok(writer->commit(sample_group(50, 10), {}));
  ok(freeze(path, image));
  ok(writer->commit(sample_group(60, 40), {}));
  ok(writer->flush());
  for (const Column column : kColumns) ok(writer->compact_away(column));
  const auto copy = got(Store::open(image, Mode::read_write));
  check_samples(*copy, 60);
  check_samples(*writer, 100);
}

BOOST_AUTO_TEST_CASE(what_is_there_is_not_overwritten) {
  fails(freeze(directory.path("none"), image), Errc::not_found);
  BOOST_TEST(!fs::exists(image));
  ok(freeze(path, image));
  fails(freeze(path, image), Errc::conflict);
  fails(move_database(image, path), Errc::conflict);
  ok(move_database(image, directory.path("moved")));
  check_samples(*got(Store::open(directory.path("moved"), Mode::read_only)), 0);
}

BOOST_AUTO_TEST_CASE(generations_share_files_and_each_is_its_own_moment) {
  const std::string place = directory.path("out");
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t round = 0; round < 3; ++round) {
    ok(writer->commit(sample_group(round * 500, 500), {}));
    ok(writer->flush());
    ok(freeze(path, image));
    const auto backups = got(Backups::open(place, BackupAccess::write));
    BOOST_TEST(got(backups->add(image)) == round + 1);
    sizes.push_back((round + 1) * 500);
    ok(remove_tree(image));
  }
  const auto backups = got(Backups::open(place, BackupAccess::read));
  BOOST_TEST(backups->generations() == (std::vector<std::uint32_t>{1, 2, 3}));
  std::set<std::string> shared;
  std::size_t named = 0;
  for (const std::uint32_t generation : backups->generations()) {
    ok(backups->check_bytes(generation));
    const std::uint64_t size = sizes[generation - 1];
    check_samples(*got(backups->open_store(generation)), size);
    const std::string restored = directory.path("restored-" + std::to_string(generation));
    ok(backups->restore(generation, restored));
    fails(backups->restore(generation, restored), Errc::conflict);
    check_samples(*got(Store::open(restored, Mode::read_write)), size);
    for (const Backups::File& file : got(backups->files(generation))) {
      BOOST_TEST(fs::file_size(place + "/" + file.path) == file.bytes, file.path);
      if (!file.path.starts_with("shared_checksum/")) continue;
      shared.insert(file.path);
      ++named;
    }
  }
  BOOST_TEST(named > shared.size());
}

BOOST_AUTO_TEST_CASE(a_store_of_a_generation_outlives_the_object_that_opened_it) {
  ok(writer->commit(sample_group(0, 20), {}));
  ok(freeze(path, image));
  auto backups = got(Backups::open(directory.path("out"), BackupAccess::write));
  const std::uint32_t generation = got(backups->add(image));
  const auto store = got(backups->open_store(generation));
  backups.reset();
  check_samples(*store, 20);
}

BOOST_AUTO_TEST_CASE(a_flipped_byte_of_a_generation_is_found) {
  ok(writer->commit(sample_group(0, 20), {}));
  ok(writer->flush());
  ok(freeze(path, image));
  const std::string place = directory.path("out");
  const auto backups = got(Backups::open(place, BackupAccess::write));
  const std::uint32_t generation = got(backups->add(image));
  const std::string file = place + "/" + got(backups->files(generation)).front().path;
  {
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    const int byte = stream.peek();
    stream.put(static_cast<char>(byte ^ 1));
  }
  fails(backups->check_bytes(generation), Errc::corrupt);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::storage
