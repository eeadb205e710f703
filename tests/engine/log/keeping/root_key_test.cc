#include "engine/log/keeping/root_key.h"

#include <sys/stat.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "engine/crypto/seeded_random.h"
#include "engine/log/keeping/directory_layout.h"
#include "tests/engine/log/keeping/memory_files.h"
#include "tests/support/code_of.h"
#include "tests/support/temporary_directory.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(root_key_test)
namespace {

// A directory on the real disk: permissions are the kernel's.
class Place final {
 public:
  std::string path() const { return directory_.path("key"); }
  void write(ByteView bytes, ::mode_t mode = 0600) const {
    std::ofstream{path(), std::ios::binary}.write(as_text(bytes).data(),
                                                  static_cast<std::streamsize>(bytes.size()));
    BOOST_REQUIRE(::chmod(path().c_str(), mode) == 0);
  }

 private:
  stafett::testing::TemporaryDirectory directory_;
};

BOOST_AUTO_TEST_CASE(a_root_key_is_drawn_once_and_loaded_as_it_was_written) {
  MemoryFiles files;
  crypto::SeededRandom random{7};
  BOOST_REQUIRE(RootKeyFile::create(files, "k/root.key", random));
  BOOST_TEST((code_of(RootKeyFile::create(files, "k/root.key", random)) == Errc::conflict));
  const Bytes written = files.raw("k/root.key");
  BOOST_TEST(written.size() == kRootKeyBytes);

  const Place place;
  place.write(written);
  const auto key = RootKeyFile{place.path()}.load();
  BOOST_REQUIRE(key);
  BOOST_TEST(crypto::equal_constant_time(key->view(), written));
}

BOOST_AUTO_TEST_CASE(a_key_file_that_is_not_there_is_not_found) {
  const Place place;
  BOOST_TEST((code_of(RootKeyFile{place.path()}.load()) == Errc::not_found));
  BOOST_TEST((code_of(load_signing_key(place.path())) == Errc::not_found));
}

BOOST_DATA_TEST_CASE(a_key_file_that_others_may_use_is_refused,
                     boost::unit_test::data::make({0640, 0604, 0620, 0602, 0610, 0644, 0777}),
                     mode) {
  const Place place;
  place.write(Bytes(kRootKeyBytes, 1), static_cast<::mode_t>(mode));
  BOOST_TEST((code_of(RootKeyFile{place.path()}.load()) == Errc::refused));
}

BOOST_DATA_TEST_CASE(a_root_key_of_the_wrong_size_is_malformed,
                     boost::unit_test::data::make({0, 31, 33, 64}), size) {
  const Place place;
  place.write(Bytes(static_cast<std::size_t>(size), 1));
  BOOST_TEST((code_of(RootKeyFile{place.path()}.load()) == Errc::malformed));
}

BOOST_AUTO_TEST_CASE(a_link_or_a_pipe_is_no_key_file) {
  const Place target;
  target.write(Bytes(kRootKeyBytes, 1));
  const Place link;
  std::filesystem::create_symlink(target.path(), link.path());
  BOOST_TEST(!RootKeyFile{link.path()}.load().has_value());
  const Place pipe;
  BOOST_REQUIRE(::mkfifo(pipe.path().c_str(), 0600) == 0);
  BOOST_TEST((code_of(RootKeyFile{pipe.path()}.load()) == Errc::refused));
}

BOOST_AUTO_TEST_CASE(a_signing_key_is_one_line_of_hex) {
  MemoryFiles files;
  const auto key = crypto::SigningKey::from_seed(Bytes(32, 0xa5));
  BOOST_REQUIRE(save_signing_key(files, "k/log.key", key));
  std::string line;
  for (int i = 0; i < 32; ++i) line += "a5";
  BOOST_TEST(as_text(files.raw("k/log.key")) == line + "\n");
  BOOST_TEST((code_of(save_signing_key(files, "k/log.key", key)) == Errc::conflict));

  const Place place;
  place.write(files.raw("k/log.key"));
  const auto loaded = load_signing_key(place.path());
  BOOST_REQUIRE(loaded);
  BOOST_TEST((loaded->public_key() == key.public_key()));
}

BOOST_AUTO_TEST_CASE(a_signing_key_that_is_not_exactly_that_is_malformed_and_not_repeated) {
  const std::string good(64, 'a');
  for (const std::string& bad : {good + " ", good, good + "\n\n", std::string(64, 'A') + "\n",
                                 std::string(63, 'a') + "g\n", std::string{}}) {
    const Place place;
    place.write(as_bytes(bad));
    const auto loaded = load_signing_key(place.path());
    BOOST_REQUIRE(!loaded);
    BOOST_TEST((loaded.error().code() == Errc::malformed));
    BOOST_TEST(loaded.error().detail().find("aaaa") == std::string::npos);
  }
}

BOOST_DATA_TEST_CASE(a_logs_files_lie_beside_its_directory,
                     boost::unit_test::data::make({"/srv/logs/9901", "/srv/logs/9901/"}), name) {
  const LogPaths paths = LogPaths::beside(name);
  BOOST_TEST(paths.database == "/srv/logs/9901");
  BOOST_TEST(paths.guard == "/srv/logs/9901.guard");
  BOOST_TEST(paths.keys == "/srv/logs/9901.keys");
  BOOST_TEST(paths.root_key == "/srv/logs/9901.keys/root.key");
  BOOST_TEST(paths.key_table == "/srv/logs/9901.keys/table");
  BOOST_TEST(paths.log_key == "/srv/logs/9901.keys/log.key");
  BOOST_TEST(paths.actors == "/srv/logs/9901.keys/actors");
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
