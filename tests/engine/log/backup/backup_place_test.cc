// What counts as a generation, through failures of every write of a manifest.

#include "engine/log/backup/backup_place.h"

#include <fstream>

#include "engine/log/backup/restorer.h"
#include "tests/engine/log/keeping/memory_files.h"
#include "tests/engine/log/test_log.h"
#include "tests/support/forwarding_files.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(backup_place_test)
namespace {

using stafett::testing::ForwardingFiles;
using stafett::testing::TemporaryDirectory;
using namespace stafett::log::testing;

BackupManifest manifest_numbered(std::uint32_t generation) {
  BackupManifest manifest;
  manifest.generation = generation;
  manifest.made_at = TimeUs{std::int64_t{generation} * 1'000'000};
  manifest.origin = "stafett.example/9901";
  manifest.state.size = TreeSize{100ull * generation};
  return manifest;
}

BOOST_AUTO_TEST_CASE(a_manifest_that_fails_at_any_step_is_whole_or_not_there) {
  for (const Applied applied : {Applied::no, Applied::partly, Applied::yes}) {
    std::size_t step = 0;
    for (bool failed = true; failed; ++step) {
      MemoryFiles files;
      BackupPlace place{files, "out"};
      BOOST_REQUIRE(place.put_manifest(manifest_numbered(1)));
      files.fail_at(step, applied);
      const auto put = place.put_manifest(manifest_numbered(2));
      failed = files.failed();
      BOOST_TEST(put.has_value() == !failed);
      const auto killed = files.after_kill();
      for (const Unsynced unsynced : {Unsynced::lost, Unsynced::half, Unsynced::kept}) {
        const auto cut = files.after_power_cut(unsynced);
        for (MemoryFiles* left : {killed.get(), cut.get()}) {
          const BackupPlace after{*left, "out"};
          const auto newest = after.choose({});
          BOOST_REQUIRE(newest);
          BOOST_TEST((*newest == manifest_numbered(newest->generation)));
          if (!failed) BOOST_TEST(newest->generation == 2u);
        }
      }
    }
    BOOST_TEST(step > 2u);
  }
}

BOOST_AUTO_TEST_CASE(the_newest_that_is_not_larger_or_younger_is_chosen) {
  MemoryFiles files;
  BackupPlace place{files, "out"};
  for (const std::uint32_t number : {3u, 9u, 10u})
    BOOST_REQUIRE(place.put_manifest(manifest_numbered(number)));
  files.put("out/manifests/11.new", Bytes{1, 2, 3});  // what a kill leaves
  const auto chosen = [&](const AtGeneration& at) {
    const auto found = place.choose(at);
    return found ? found->generation : 0u;
  };
  BOOST_TEST(chosen({}) == 10u);
  BOOST_TEST(chosen(GenerationNumber{3}) == 3u);
  BOOST_TEST(chosen(GenerationNumber{4}) == 0u);
  BOOST_TEST(chosen(TreeSize{999}) == 9u);
  BOOST_TEST(chosen(TreeSize{1000}) == 10u);
  BOOST_TEST(chosen(TreeSize{299}) == 0u);
  BOOST_TEST(chosen(TimeUs{9'999'999}) == 9u);
  BOOST_TEST(chosen(TimeUs{2'999'999}) == 0u);
}

BOOST_AUTO_TEST_CASE(a_manifest_under_another_number_is_named_as_damage) {
  MemoryFiles files;
  BackupPlace place{files, "out"};
  BOOST_REQUIRE(place.put_manifest(manifest_numbered(1)));
  files.put("out/manifests/2", files.raw("out/manifests/1"));
  const auto found = place.choose({});
  BOOST_REQUIRE(!found);
  BOOST_TEST((found.error().code() == Errc::corrupt));
  BOOST_TEST(found.error().detail().find("out/manifests/2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(places_of_the_key_table_are_remembered_once_each_and_bounded) {
  MemoryFiles files;
  BOOST_TEST(known_table_places(files, "log")->empty());
  for (const char* place : {"/a", "/b c", "/a"})
    BOOST_REQUIRE(remember_table_place(files, "log", place));
  BOOST_TEST((*known_table_places(files, "log") == std::vector<std::string>{"/a", "/b c"}));
  for (std::size_t i = 2; i < kTablePlacesMax; ++i)
    BOOST_REQUIRE(remember_table_place(files, "log", "/" + std::to_string(i)));
  BOOST_TEST((remember_table_place(files, "log", "/more").error().code() == Errc::too_large));
  files.put("log.backup/tables", Bytes{'/', 'a'});
  BOOST_TEST((known_table_places(files, "log").error().code() == Errc::corrupt));
}

BOOST_AUTO_TEST_CASE(every_place_that_backups_used_is_reached_once_and_must_be_there) {
  MemoryFiles files;
  const std::string database = "log";
  const auto reached = [&](std::vector<std::string> named) {
    return table_places_to_reach(files, database, std::move(named));
  };
  BOOST_TEST((*reached({"/named"}) == std::vector<std::string>{"/named"}));
  for (const char* place : {"/a", "/b"}) {
    BOOST_REQUIRE(remember_table_place(files, database, place));
    files.put(std::string{place} + "/table", Bytes{1});
  }
  BOOST_TEST((*reached({}) == std::vector<std::string>{"/a", "/b"}));
  BOOST_TEST((*reached({"/c", "/x/../b"}) == std::vector<std::string>{"/c", "/x/../b", "/a"}));
  // Not mounted, though its directory may be there.
  BOOST_REQUIRE(files.remove("/a/table"));
  const auto missing = reached({});
  BOOST_TEST((missing.error().code() == Errc::io));
  BOOST_TEST(missing.error().detail().find("/a") != std::string::npos);
  files.put("/a/table.next", Bytes{1});  // an erasure was cut short there
  BOOST_TEST(reached({}).has_value());
  BOOST_REQUIRE(files.remove("/a/table.next"));
  // What is gone for good is said, of what is not there only.
  BOOST_TEST((forget_table_place(files, database, "/b").error().code() == Errc::conflict));
  BOOST_TEST((forget_table_place(files, database, "/c").error().code() == Errc::not_found));
  BOOST_REQUIRE(forget_table_place(files, database, "/a"));
  BOOST_TEST((*reached({}) == std::vector<std::string>{"/b"}));
  std::vector<std::string> many;
  for (std::size_t i = 0; i < TablePlaces::kPlacesMax; ++i) many.push_back("/" + std::to_string(i));
  BOOST_TEST((reached(many).error().code() == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_manifest_that_cannot_be_read_hides_only_itself) {
  MemoryFiles files;
  BackupPlace place{files, "out"};
  for (const std::uint32_t number : {3u, 9u, 10u})
    BOOST_REQUIRE(place.put_manifest(manifest_numbered(number)));
  files.raw("out/manifests/9")[40] ^= 1;
  BOOST_TEST(place.choose({})->generation == 10u);
  BOOST_TEST(place.choose(TreeSize{999})->generation == 3u);
  BOOST_TEST(place.choose(TimeUs{9'999'999})->generation == 3u);
  BOOST_TEST((place.choose(GenerationNumber{9}).error().code() == Errc::corrupt));
  // Which one is the newest, or whether there is one that old, nobody can say.
  BOOST_TEST((place.choose(TreeSize{1}).error().code() == Errc::corrupt));
  files.raw("out/manifests/10")[40] ^= 1;
  BOOST_TEST((place.choose({}).error().code() == Errc::corrupt));
}

// The disk as it is, but for the next manifest.
class FailingManifest final : public ForwardingFiles {
 public:
  enum class How { not_written, torn, written };
  FailingManifest() : ForwardingFiles(storage::posix_files()) {}
  void fail_next(How how) { how_ = how; }
  Result<void> replace(const std::string& path, ByteView bytes) override {
    if (!how_ || path.find("/manifests/") == std::string::npos)
      return ForwardingFiles::replace(path, bytes);
    const How how = *std::exchange(how_, std::nullopt);
    if (how == How::torn) {
      std::ofstream out{path + ".new", std::ios::binary};
      out << as_text(bytes.first(bytes.size() / 2));
    }
    if (how == How::written) {
      const Result<void> written = ForwardingFiles::replace(path, bytes);
      BOOST_REQUIRE(written);
    }
    return Error{Errc::io, "the disk failed"};
  }

 private:
  std::optional<How> how_;
};

struct BackedUpLog {
  TemporaryDirectory directory;
  LiveLog log{Place{LogPaths::beside(directory.path("log"))}};
  FailingManifest files;

  BackedUpLog() {
    require_ok(log.create());
    require_ok(log.open());
    log.record(log.new_stream());
  }
  BackupSurroundings surroundings() { return {log.clock(), log.random(), files}; }
  BackupRequest request() {
    BackupRequest request;
    request.paths = log.paths();
    request.place = directory.path("out");
    return request;
  }
  Result<MadeBackup> back_up() { return make_backup(surroundings(), request()); }
};

BOOST_AUTO_TEST_CASE(a_backup_whose_manifest_fails_leaves_the_others_and_is_not_offered) {
  using How = FailingManifest::How;
  for (const How how : {How::not_written, How::torn, How::written}) {
    BackedUpLog backed_up;
    const auto first = backed_up.back_up();
    BOOST_REQUIRE_MESSAGE(first, first.error().to_string());
    backed_up.log.record(backed_up.log.new_stream());
    backed_up.files.fail_next(how);
    const auto failed = backed_up.back_up();
    BOOST_REQUIRE(!failed);
    BOOST_TEST((failed.error().code() == Errc::io));
    const BackupPlace place{backed_up.files, backed_up.request().place};
    const auto newest = place.choose({});
    BOOST_REQUIRE(newest);
    BOOST_TEST(newest->generation == 1u);
    BOOST_TEST(place.check_files(*newest).has_value());
    const auto again = backed_up.back_up();
    BOOST_REQUIRE_MESSAGE(again, again.error().to_string());
    BOOST_TEST((again->manifest.state.size == backed_up.log->head().size));
    BOOST_TEST((place.choose({})->state == again->manifest.state));
  }
}

BOOST_AUTO_TEST_CASE(a_backup_beside_an_open_log_is_of_everything_acknowledged) {
  BackedUpLog backed_up;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 20; ++i) backed_up.log.record(backed_up.log.new_stream());
    const transparency::TreeHead head = backed_up.log->head();
    const auto made = backed_up.back_up();
    BOOST_REQUIRE_MESSAGE(made, made.error().to_string());
    BOOST_TEST((made->manifest.state == TreeState{head.size, head.root}));
    if (round == 2) require_ok(backed_up.log->store().flush());
  }
  RestoreRequest request;
  request.place = backed_up.request().place;
  request.to = LogPaths::beside(backed_up.directory.path("restored"));
  const auto restored = restore_log(backed_up.surroundings(), request);
  BOOST_REQUIRE_MESSAGE(restored, restored.error().to_string());
  BOOST_TEST((restored->report.size == backed_up.log->head().size));
  BOOST_TEST((restored->report.root == backed_up.log->head().root));
  BOOST_TEST(restored->read_only.value_or("") == "the guard is missing");
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
