// Where copies of the key table are kept: nothing old goes before the new is there.

#include "engine/log/keeping/table_places.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tests/support/forwarding_files.h"
#include "tests/support/temporary_directory.h"

namespace stafett::log {
namespace {

Bytes bytes_of(std::string_view text) {
  const ByteView view = as_bytes(text);
  return Bytes(view.begin(), view.end());
}

// A place that forgets, or loses, what was written there.
class Forgetful final : public testing::ForwardingFiles {
 public:
  Forgetful() : ForwardingFiles(storage::posix_files()) {}
  std::string forgets;
  Result<void> replace(const std::string& path, ByteView bytes) override {
    const bool lost = !forgets.empty() && path.starts_with(forgets);
    return ForwardingFiles::replace(path, lost ? bytes.first(bytes.size() / 2) : bytes);
  }
};

struct Fixture {
  testing::TemporaryDirectory directory;
  std::string one = directory.path("one"), two = directory.path("two");
  Forgetful files;
  TablePlaces places{files, {one, two}};
  Fixture() {
    for (const std::string& place : {one, two}) {
      std::filesystem::create_directory(place);
      BOOST_REQUIRE(files.replace(place + "/table", bytes_of("the old table")));
    }
  }
  std::string at(const std::string& path) {
    const auto found = files.read(path, 1024);
    return found ? std::string{as_text(*found)} : "";
  }
};

BOOST_FIXTURE_TEST_CASE(a_confirmed_table_takes_the_old_ones_place, Fixture) {
  BOOST_REQUIRE(places.confirm(bytes_of("the new table")));
  BOOST_TEST(at(one + "/table") == "the old table");
  BOOST_REQUIRE(places.settle(bytes_of("the new table")));
  for (const std::string& place : {one, two}) {
    BOOST_TEST(at(place + "/table") == "the new table");
    BOOST_TEST(!std::filesystem::exists(place + "/table.next"));
  }
  BOOST_REQUIRE(places.settle(bytes_of("the new table")));  // once more changes nothing
  BOOST_TEST(at(two + "/table") == "the new table");
}

BOOST_FIXTURE_TEST_CASE(what_does_not_read_back_is_not_confirmed_and_is_named, Fixture) {
  files.forgets = two;
  for (const Result<void>& done :
       {places.confirm(bytes_of("the new table")), places.settle(bytes_of("the new table"))}) {
    BOOST_REQUIRE(!done);
    BOOST_TEST((done.error().code() == Errc::io));
    BOOST_TEST(done.error().detail().find(two) != std::string::npos);
    BOOST_TEST(at(two + "/table") == "the old table");
  }
}

BOOST_FIXTURE_TEST_CASE(a_place_that_is_not_there_is_not_made, Fixture) {
  std::filesystem::remove_all(one);
  BOOST_TEST(!places.confirm(bytes_of("the new table")));
  BOOST_TEST(!std::filesystem::exists(one));
}

BOOST_FIXTURE_TEST_CASE(a_place_without_a_table_is_given_one, Fixture) {
  std::filesystem::remove(one + "/table");
  BOOST_REQUIRE(places.settle(bytes_of("the new table")));
  BOOST_TEST(at(one + "/table") == "the new table");
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
}  // namespace stafett::log
