// The same facts hold for the real disk and for the model that fault tests use.

#include "engine/storage/files.h"

#include <sys/stat.h>

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/engine/storage/sample_rows.h"
#include "tests/support/fault_files.h"
#include "tests/support/temporary_directory.h"

namespace stafett::storage {
BOOST_AUTO_TEST_SUITE(files_test)
namespace {

using namespace stafett::storage::testing;
using stafett::testing::FaultDisk;
using stafett::testing::FaultPlan;
using stafett::testing::TemporaryDirectory;

struct Disks {
  TemporaryDirectory directory;
  FaultDisk disk;
  std::unique_ptr<Files> on_disk = stafett::testing::fault_files(disk);
  struct Place {
    Files& files;
    std::string root;
    std::string path(const std::string& name) const { return root + "/" + name; }
  };
  std::vector<Place> places{{posix_files(), directory.path("x")}, {*on_disk, "/disk/x"}};

  Disks() {
    for (const Place& place : places) ok(place.files.make_directory(place.root));
  }
};

BOOST_FIXTURE_TEST_SUITE(files, Disks)

BOOST_AUTO_TEST_CASE(appended_bytes_are_read_back) {
  for (const auto& [files, root] : places) {
    const std::string path = root + "/tail";
    {
      const auto file = got(files.open_append(path));
      ok(file->append(Bytes{1, 2, 3}));
      ok(file->sync());
      BOOST_TEST(file->size() == 3u);
    }
    const auto file = got(files.open_append(path));
    BOOST_TEST(file->size() == 3u);
    ok(file->append(Bytes{4}));
    BOOST_TEST((got(files.read(path, 4)) == Bytes{1, 2, 3, 4}));
    fails(files.read(path, 3), Errc::too_large);
    const auto reader = got(files.open_read(path));
    BOOST_TEST((got(reader->read_at(2, 10)) == Bytes{3, 4}));
    BOOST_TEST(got(reader->read_at(4, 10)).empty());
    BOOST_TEST(got(reader->read_at(400, 10)).empty());
    ok(files.truncate(path, 1));
    BOOST_TEST((got(files.read(path, 4)) == Bytes{1}));
  }
}

BOOST_AUTO_TEST_CASE(replaced_file_is_new_and_leaves_nothing_beside_it) {
  for (const auto& [files, root] : places) {
    ok(files.replace(root + "/table", Bytes{1, 2, 3}));
    ok(files.replace(root + "/table", Bytes{9}));
    BOOST_TEST((got(files.read(root + "/table", 100)) == Bytes{9}));
    BOOST_TEST((got(files.list(root)) == std::vector<std::string>{"table"}));
  }
}

BOOST_AUTO_TEST_CASE(missing_files_are_not_found) {
  for (const auto& [files, root] : places) {
    const std::string path = root + "/none";
    fails(files.read(path, 10), Errc::not_found);
    fails(files.open_read(path), Errc::not_found);
    fails(files.truncate(path, 0), Errc::not_found);
    fails(files.remove(path), Errc::not_found);
    fails(files.list(path), Errc::not_found);
    BOOST_TEST(!got(files.exists(path)));
    BOOST_TEST(got(files.exists(root)));
  }
}

BOOST_AUTO_TEST_CASE(removed_file_is_gone_and_directories_may_be_made_twice) {
  for (const auto& [files, root] : places) {
    ok(files.replace(root + "/b", Bytes{1}));
    ok(files.replace(root + "/a", Bytes{1}));
    ok(files.make_directory(root + "/c/"));
    ok(files.make_directory(root + "/c"));
    BOOST_TEST((got(files.list(root)) == std::vector<std::string>{"a", "b", "c"}));
    ok(files.remove(root + "/a"));
    BOOST_TEST((got(files.list(root)) == std::vector<std::string>{"b", "c"}));
  }
}

BOOST_AUTO_TEST_CASE(a_renamed_file_takes_the_place_of_another) {
  for (const auto& [files, root] : places) {
    ok(files.replace(root + "/one", Bytes{1}));
    ok(files.replace(root + "/other", Bytes{2}));
    ok(files.rename(root + "/one", root + "/other"));
    BOOST_TEST((got(files.read(root + "/other", 4)) == Bytes{1}));
    BOOST_TEST(!got(files.exists(root + "/one")));
    fails(files.rename(root + "/one", root + "/other"), Errc::not_found);
  }
}

// Whoever still has it open reads what was written over it.
BOOST_AUTO_TEST_CASE(a_destroyed_file_is_gone_and_its_bytes_too) {
  const Bytes secret(3'000'000, 7);
  for (const auto& [files, root] : places) {
    const std::string path = root + "/secret";
    ok(files.replace(path, secret));
    const auto reader = got(files.open_read(path));
    ok(files.destroy(path));
    BOOST_TEST(!got(files.exists(path)));
    const Bytes left = got(reader->read_at(0, secret.size()));
    BOOST_TEST(std::ranges::all_of(left, [](std::uint8_t byte) { return byte == 0; }));
    fails(files.destroy(path), Errc::not_found);
  }
}

BOOST_AUTO_TEST_CASE(second_lock_is_refused_until_the_first_is_released) {
  for (const auto& [files, root] : places) {
    auto first = got(files.lock(root + "/LOCK"));
    fails(files.lock(root + "/LOCK"), Errc::locked);
    first.reset();
    first = got(files.lock(root + "/LOCK"));
  }
}

BOOST_AUTO_TEST_CASE(new_files_and_directories_are_the_owners_alone) {
  ok(places[0].files.replace(places[0].path("secret"), Bytes{1}));
  (void)got(places[0].files.open_append(places[0].path("tail")));
  for (const auto& [name, mode] : {std::pair{"secret", 0600u}, {"tail", 0600u}, {"", 0700u}}) {
    struct stat info {};
    BOOST_REQUIRE(::stat(places[0].path(name).c_str(), &info) == 0);
    BOOST_TEST((info.st_mode & 0777u) == mode);
  }
}

BOOST_AUTO_TEST_CASE(replace_is_whole_or_not_at_all_at_any_power_cut) {
  const Bytes before(100, 1), after(200, 2);
  for (std::uint64_t at = 0;; ++at) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      FaultDisk cut;
      const auto cut_files = stafett::testing::fault_files(cut);
      ok(cut_files->replace("/disk/table", before));
      cut.set_plan(FaultPlan{stafett::testing::Fault::power_cut, at, seed});
      const bool said_ok = cut_files->replace("/disk/table", after).has_value();
      if (!cut.fired()) {
        BOOST_TEST(at == 5u);
        return;
      }
      BOOST_TEST(!said_ok);
      cut.power_cycle();
      const Bytes survived = got(cut_files->read("/disk/table", 1000));
      BOOST_TEST((survived == before || survived == after), "at=" << at << " seed=" << seed);
    }
  }
}

BOOST_AUTO_TEST_CASE(power_cut_drops_what_was_not_synced) {
  const auto file = got(on_disk->open_append("/disk/x/tail"));
  ok(file->append(Bytes(10, 1)));
  ok(file->sync());
  ok(file->append(Bytes(10, 2)));
  disk.power_cycle();
  const Bytes left = got(on_disk->read("/disk/x/tail", 100));
  BOOST_TEST(left.size() >= 10u);
  BOOST_TEST((Bytes(left.begin(), left.begin() + 10) == Bytes(10, 1)));
  fails(file->append(Bytes{3}), Errc::io);  // opened before the cut
}

BOOST_AUTO_TEST_CASE(bytes_of_a_failed_sync_are_lost_though_the_next_sync_says_ok) {
  const auto file = got(on_disk->open_append("/disk/x/tail"));
  ok(file->append(Bytes(10, 1)));
  disk.set_plan(FaultPlan{stafett::testing::Fault::io_error, 0, 1});
  fails(file->sync(), Errc::io);
  ok(file->append(Bytes(5, 2)));
  ok(file->sync());
  BOOST_TEST((got(on_disk->read("/disk/x/tail", 100)).front() == 1));
  disk.power_cycle();
  Bytes want(10, 0);
  want.insert(want.end(), 5, 2);
  BOOST_TEST((got(on_disk->read("/disk/x/tail", 100)) == want));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::storage
