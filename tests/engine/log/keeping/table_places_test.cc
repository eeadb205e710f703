// Where copies of the key table are kept: nothing old goes before the new is there.

#include "engine/log/keeping/table_places.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "engine/crypto/sha256.h"
#include "engine/log/keeping/key_table_format.h"
#include "tests/support/forwarding_files.h"
#include "tests/support/temporary_directory.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(table_places_test)
namespace {

Hash origin_of(std::string_view text) {
  return crypto::sha256(as_bytes(text));
}
// A table of the log, told from others of it by what follows its header.
Bytes table_of(std::string_view log, std::string_view rest) {
  Bytes bytes = encode_key_table_header({origin_of(log), Hash{}});
  append(bytes, as_bytes(rest));
  return bytes;
}
const Bytes kOld = table_of("ours", "the old table");
const Bytes kNew = table_of("ours", "the new table");

Bytes bytes_of(std::string_view text) {
  const ByteView view = as_bytes(text);
  return Bytes(view.begin(), view.end());
}

// A place that forgets, or loses, what was written there.
class Forgetful final : public stafett::testing::ForwardingFiles {
 public:
  Forgetful() : ForwardingFiles(storage::posix_files()) {}
  std::string forgets;
  Result<void> replace(const std::string& path, ByteView bytes) override {
    const bool lost = !forgets.empty() && path.starts_with(forgets);
    return ForwardingFiles::replace(path, lost ? bytes.first(bytes.size() / 2) : bytes);
  }
};

struct Fixture {
  stafett::testing::TemporaryDirectory directory;
  std::string one = directory.path("one"), two = directory.path("two");
  Forgetful files;
  TablePlaces places{files, {one, two}};
  Fixture() {
    for (const std::string& place : {one, two}) {
      std::filesystem::create_directory(place);
      BOOST_REQUIRE(files.replace(place + "/table", kOld));
    }
  }
  Bytes at(const std::string& path) {
    const auto found = files.read(path, 1024);
    return found ? *found : Bytes{};
  }
  void refused(const char* why) {
    for (const Result<void>& done : {places.confirm(kNew), places.settle(kNew)}) {
      BOOST_REQUIRE(!done);
      BOOST_TEST((done.error().code() == Errc::io));
      BOOST_TEST(done.error().detail().find(one) != std::string::npos);
      BOOST_TEST(done.error().detail().find(why) != std::string::npos, done.error().detail());
    }
    BOOST_TEST(!std::filesystem::exists(one + "/table.next"));
  }
};

BOOST_FIXTURE_TEST_CASE(a_confirmed_table_takes_the_old_ones_place, Fixture) {
  BOOST_REQUIRE(places.confirm(kNew));
  BOOST_TEST((at(one + "/table") == kOld));
  BOOST_REQUIRE(places.settle(kNew));
  for (const std::string& place : {one, two}) {
    BOOST_TEST((at(place + "/table") == kNew));
    BOOST_TEST(!std::filesystem::exists(place + "/table.next"));
  }
  BOOST_REQUIRE(places.settle(kNew));  // once more changes nothing
  BOOST_TEST((at(two + "/table") == kNew));
}

BOOST_FIXTURE_TEST_CASE(what_does_not_read_back_is_not_confirmed_and_is_named, Fixture) {
  files.forgets = two;
  for (const Result<void>& done : {places.confirm(kNew), places.settle(kNew)}) {
    BOOST_REQUIRE(!done);
    BOOST_TEST((done.error().code() == Errc::io));
    BOOST_TEST(done.error().detail().find(two) != std::string::npos);
    BOOST_TEST((at(two + "/table") == kOld));
  }
}

BOOST_FIXTURE_TEST_CASE(a_place_that_is_not_there_is_not_made, Fixture) {
  std::filesystem::remove_all(one);
  BOOST_TEST(!places.confirm(kNew));
  BOOST_TEST(!std::filesystem::exists(one));
}

// What an unmounted place is: an empty directory of the disk below it.
BOOST_FIXTURE_TEST_CASE(a_place_without_a_table_is_not_one, Fixture) {
  std::filesystem::remove(one + "/table");
  refused("mounted");
  BOOST_TEST(!std::filesystem::exists(one + "/table"));
  BOOST_REQUIRE(files.replace(one + "/table", bytes_of("a file that is no table")));
  refused("mounted");
}

BOOST_FIXTURE_TEST_CASE(another_logs_table_is_left_alone, Fixture) {
  const Bytes theirs = table_of("theirs", "their table");
  BOOST_REQUIRE(files.replace(one + "/table", theirs));
  refused("another log");
  BOOST_TEST((at(one + "/table") == theirs));
}

BOOST_FIXTURE_TEST_CASE(a_table_behind_a_link_is_refused_before_anything_depends_on_it, Fixture) {
  std::filesystem::rename(one + "/table", one + "/elsewhere");
  std::filesystem::create_symlink(one + "/elsewhere", one + "/table");
  refused("link");
  BOOST_TEST((at(one + "/elsewhere") == kOld));
}

// The old one is gone or half written over, the next one whole.
BOOST_FIXTURE_TEST_CASE(a_settling_that_was_cut_short_is_gone_on_with, Fixture) {
  for (const bool half : {false, true}) {
    BOOST_REQUIRE(files.replace(one + "/table.next", kOld));
    std::filesystem::remove(one + "/table");
    if (half) BOOST_REQUIRE(files.replace(one + "/table", Bytes(kOld.size(), 0)));
    BOOST_REQUIRE(places.confirm(kNew));
    BOOST_TEST((at(one + "/table.next") == kNew));
    BOOST_REQUIRE(places.settle(kNew));
    BOOST_TEST((at(one + "/table") == kNew));
  }
}

BOOST_FIXTURE_TEST_CASE(places_are_absolute_paths_one_a_line, Fixture) {
  const std::string path = directory.path("places");
  const auto read = [&](std::string_view text) {
    BOOST_REQUIRE(files.replace(path, bytes_of(text)));
    return read_places(files, path);
  };
  const auto none = read_places(files, directory.path("no-such-file"));
  BOOST_TEST((none && none->empty()));
  const auto some = read("# copies\n\n/mnt/one/\n/mnt/two");
  BOOST_REQUIRE(some);
  BOOST_TEST((*some == std::vector<std::string>{"/mnt/one", "/mnt/two"}));
  BOOST_TEST((read("mnt/one\n").error().code() == Errc::malformed));
  std::string many;
  for (std::size_t i = 0; i <= TablePlaces::kPlacesMax; ++i) many += "/mnt/x\n";
  BOOST_TEST((read(many).error().code() == Errc::malformed));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
