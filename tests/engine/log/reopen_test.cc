// Opening: after a clean and an unclean stop, beside another writer, and against the guard.

#include <sys/stat.h>

#include <fstream>

#include "engine/crypto/sha256.h"
#include "tests/engine/log/test_log.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(reopen_test)
namespace {

namespace fs = std::filesystem;
using namespace stafett::log::testing;

// A log whose places can be copied and put back.
struct Shelf {
  stafett::testing::TemporaryDirectory directory;
  LiveLog log{Place{LogPaths::beside(directory.path("log"))}};

  Shelf() {
    require_ok(log.create());
    require_ok(log.open());
  }
  void keep(const std::string& place, const std::string& name) const {
    fs::remove_all(directory.path(name));
    fs::copy(place, directory.path(name), fs::copy_options::recursive);
  }
  void put_back(const std::string& place, const std::string& name) const {
    fs::remove_all(place);
    fs::copy(directory.path(name), place, fs::copy_options::recursive);
  }
  std::string reason() {
    require_ok(log.open());
    const auto reason = log->read_only_reason();
    BOOST_REQUIRE(reason);
    const Outcomes outcomes = log->submit_and_wait(log.signed_alone(log.event(log.new_stream())));
    BOOST_REQUIRE(!outcomes.at(0));
    BOOST_TEST((outcomes.at(0).error().code() == Errc::read_only));
    BOOST_TEST((log->checkpoint_now().error().code() == Errc::read_only));
    BOOST_TEST(log->store().entry(Position{0}).has_value());  // reads go on
    log.close();
    return *reason;
  }
};

BOOST_AUTO_TEST_CASE(a_clean_stop_leaves_a_checkpoint_of_everything) {
  Shelf shelf;
  shelf.log.record(shelf.log.new_stream());
  const transparency::TreeHead head = shelf.log->head();
  shelf.log.reopen();
  BOOST_TEST((shelf.log->head() == head));
  BOOST_TEST((shelf.log->latest_checkpoint()->size == head.size));
  BOOST_TEST(!shelf.log->read_only_reason());
  shelf.log.record(shelf.log.new_stream());
  check_whole(*shelf.log);
}

// The files as a killed process leaves them are those that a copy of an idle one finds.
BOOST_AUTO_TEST_CASE(an_unclean_stop_loses_nothing) {
  Shelf shelf;
  std::vector<Receipt> receipts;
  for (int i = 0; i < 20; ++i) receipts.push_back(shelf.log.record(shelf.log.new_stream()));
  const LogPaths paths = shelf.log.paths();
  shelf.keep(paths.database, "database");
  shelf.keep(paths.guard, "guard");
  shelf.keep(paths.keys, "keys");
  shelf.log.close();
  shelf.put_back(paths.database, "database");
  shelf.put_back(paths.guard, "guard");
  shelf.put_back(paths.keys, "keys");
  require_ok(shelf.log.open());
  BOOST_TEST(!shelf.log->read_only_reason());
  for (const Receipt& receipt : receipts) check_receipt(*shelf.log, receipt);
  shelf.log.record(shelf.log.new_stream());
  check_whole(*shelf.log);
}

BOOST_AUTO_TEST_CASE(a_second_writer_is_refused) {
  Shelf shelf;
  const auto second = Log::open(shelf.log.paths(), shelf.log.options());
  BOOST_REQUIRE(!second);
  BOOST_TEST((second.error().code() == Errc::locked));
  shelf.log.record(shelf.log.new_stream());
  shelf.log.reopen();
}

BOOST_AUTO_TEST_CASE(a_log_is_not_created_over_another) {
  Shelf shelf;
  shelf.log.record(shelf.log.new_stream());
  const transparency::TreeHead head = shelf.log->head();
  shelf.log.close();
  const Result<void> created = shelf.log.create();
  BOOST_REQUIRE(!created);
  BOOST_TEST((created.error().code() == Errc::conflict));
  require_ok(shelf.log.open());
  BOOST_TEST((shelf.log->head() == head));
}

BOOST_AUTO_TEST_CASE(a_missing_guard_makes_the_log_read_only) {
  Shelf shelf;
  shelf.log.close();
  fs::remove_all(shelf.log.paths().guard);
  BOOST_TEST(shelf.reason() == "the guard is missing");
}

BOOST_AUTO_TEST_CASE(another_logs_guard_makes_the_log_read_only) {
  Shelf shelf;
  shelf.log.close();
  fs::remove_all(shelf.log.paths().guard);
  require_ok(Guard::accept(storage::posix_files(), shelf.log.paths().guard,
                           crypto::sha256(as_bytes("stafett.example/9902")), {TreeSize{1}, Hash{}},
                           std::nullopt));
  BOOST_TEST(shelf.reason().starts_with("the guard cannot be used"));
}

BOOST_AUTO_TEST_CASE(an_old_copy_of_the_database_is_found_out_and_what_is_missing_named) {
  Shelf shelf;
  for (int i = 0; i < 3; ++i) shelf.log.record(shelf.log.new_stream());
  shelf.log.close();
  shelf.keep(shelf.log.paths().database, "old");  // size 4
  require_ok(shelf.log.open());
  for (int i = 0; i < 5; ++i) shelf.log.record(shelf.log.new_stream());
  shelf.log.close();
  shelf.put_back(shelf.log.paths().database, "old");
  const std::string missing = shelf.reason();
  BOOST_TEST(missing.ends_with("positions 4 to 8 are missing"));
  BOOST_TEST(shelf.reason() == missing);  // opening has not settled it
}

BOOST_AUTO_TEST_CASE(a_copy_from_just_before_the_last_group_is_found_out) {
  Shelf shelf;
  for (int i = 0; i < 3; ++i) shelf.log.record(shelf.log.new_stream());
  shelf.keep(shelf.log.paths().database, "old");  // while it runs, idle
  shelf.log.record(shelf.log.new_stream());
  shelf.log.close();
  shelf.put_back(shelf.log.paths().database, "old");
  BOOST_TEST(shelf.reason().ends_with("positions 4 to 4 are missing"));
}

BOOST_AUTO_TEST_CASE(another_history_of_the_same_length_is_found_out) {
  Shelf shelf;
  shelf.log.record(shelf.log.new_stream());
  shelf.log.close();
  const LogPaths paths = shelf.log.paths();
  shelf.keep(paths.database, "database");
  shelf.keep(paths.guard, "guard");
  const auto grow = [&] {
    require_ok(shelf.log.open());
    shelf.log.record(shelf.log.new_stream());
    shelf.log.close();
  };
  grow();
  shelf.keep(paths.guard, "first guard");
  shelf.put_back(paths.database, "database");
  shelf.put_back(paths.guard, "guard");
  grow();
  shelf.put_back(paths.guard, "first guard");
  BOOST_TEST(shelf.reason().find("another root at size 3") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(keys_and_guard_are_for_this_user_alone) {
  Shelf shelf;
  require_ok(shelf.log->enrol_custodial(random_id<ActorId>(shelf.log.random())));
  shelf.log.record(shelf.log.new_stream());
  shelf.log.close();
  const LogPaths paths = shelf.log.paths();
  std::size_t files = 0;
  for (const std::string& place : {paths.keys, paths.guard}) {
    const auto check = [&](const fs::path& path) {
      struct stat status {};
      BOOST_REQUIRE(::lstat(path.c_str(), &status) == 0);
      BOOST_TEST((status.st_mode & 07777u) == (fs::is_directory(path) ? 0700u : 0600u), path);
      ++files;
    };
    check(place);
    for (const auto& entry : fs::recursive_directory_iterator(place)) check(entry.path());
  }
  // Two directories and actors/; root.key, table, log.key; three actors; tail and checkpoint.
  BOOST_TEST(files == 3u + 3u + 3u + 2u);
}

Bytes read_all(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return Bytes(std::istreambuf_iterator<char>{in}, {});
}

bool holds(const Bytes& haystack, ByteView needle) {
  return std::search(haystack.begin(), haystack.end(), needle.begin(), needle.end()) !=
         haystack.end();
}

BOOST_AUTO_TEST_CASE(database_and_guard_hold_no_plaintext_label_or_key) {
  Shelf shelf;
  LiveLog& log = shelf.log;
  constexpr std::string_view kFact = "a sentence nobody may find on the disk";
  constexpr std::string_view kLabel = "administrator-nine";
  Unsigned event = log.event(log.new_stream(), kFact);
  event.parts.push_back({format::PartClass::identity, random_id<format::Salt>(log.random()),
                         Bytes(kFact.rbegin(), kFact.rend())});
  std::vector<Bytes> secrets;
  const auto keep = [&](ByteView bytes) { secrets.emplace_back(bytes.begin(), bytes.end()); };
  keep(as_bytes(kFact));
  keep(event.parts[1].plaintext);
  for (const format::OpenPart& part : event.parts) keep(part.salt.view());
  keep(as_bytes(kLabel));
  const auto id = log->index().id_of(LabelSpace::person, kLabel);
  BOOST_REQUIRE((id && *id));  // so the label is there, sealed
  log.record(event);
  log.submit(log.event(log.new_stream(), "refuse what nobody may find either"));
  keep(as_bytes("nobody may find either"));
  keep(as_bytes("not-now"));

  const LogPaths paths = log.paths();
  const auto key_file = [&](const std::string& path) {
    const auto key = load_signing_key(path);
    BOOST_REQUIRE(key);
    keep(key->seed());
    const Bytes text = read_all(path);
    keep(ByteView{text}.first(64));
  };
  key_file(paths.log_key);
  for (const auto& file : fs::directory_iterator(paths.actors)) key_file(file.path());
  keep(read_all(paths.root_key));
  const auto record = log->index().stream(event.stream);
  BOOST_REQUIRE((record && *record));
  std::array<std::uint8_t, 32> domain_key{};
  require_ok(log->vault().key((*record)->domain, domain_key));
  keep(domain_key);

  for (int round = 0; round < 2; ++round) {  // in the write-ahead log; in sorted files
    std::size_t files = 0;
    for (const std::string& place : {paths.database, paths.guard})
      for (const auto& file : fs::recursive_directory_iterator(place)) {
        const Bytes bytes = read_all(file.path());
        ++files;
        for (const Bytes& secret : secrets) BOOST_TEST(!holds(bytes, secret), file.path());
      }
    BOOST_TEST(files > 4u);
    // And the wrapped keys are where they belong only.
    BOOST_TEST(!holds(read_all(paths.key_table), domain_key));
    log.close();
    if (round == 0) {
      require_ok(log.open());
      require_ok(log->store().flush());
    }
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
