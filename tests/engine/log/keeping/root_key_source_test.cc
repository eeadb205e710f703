// Where a root key is: what the file says, and what is refused. Tokens:
// tests/tools/root_key_test.py.

#include "engine/log/keeping/root_key_source.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>

#include "engine/crypto/seeded_random.h"
#include "tests/support/code_of.h"
#include "tests/support/temporary_directory.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(root_key_source_test)
namespace {

using Kind = RootKeySource::Kind;

// A directory that systemd would give to this program.
struct Given {
  stafett::testing::TemporaryDirectory directory;
  crypto::SeededRandom random{1};
  storage::Files& files = storage::posix_files();

  Given() { ::setenv("CREDENTIALS_DIRECTORY", directory.path("").c_str(), 1); }
  ~Given() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
  Given(const Given&) = delete;
  Given& operator=(const Given&) = delete;

  std::string write(const std::string& name, std::string_view text) {
    const std::string path = directory.path(name);
    std::ofstream{path, std::ios::binary} << text;
    ::chmod(path.c_str(), 0600);
    return path;
  }
  static RootKey key_of(std::uint8_t value) {
    return RootKey{[&](auto out) { std::fill(out.begin(), out.end(), value); }};
  }
};

BOOST_AUTO_TEST_CASE(words_say_where_and_nothing_else_is_taken) {
  BOOST_TEST((RootKeySource::parse("file")->kind == Kind::file));
  const auto credential = RootKeySource::parse("credential:root-key");
  BOOST_REQUIRE(credential);
  BOOST_TEST((credential->kind == Kind::credential));
  BOOST_TEST(credential->to_string() == "credential:root-key");
  const std::string uri = "pkcs11:token=t;object=k?pin-source=file:/run/pin";
  BOOST_TEST(RootKeySource::parse(uri)->to_string() == uri);
  for (const char* bad :
       {"", "File", "credential:", "credential:.", "credential:..", "credential:a/b",
        "credential:a b", "credential:a\n", "pkcs11:", "pkcs11:token=t", "pkcs11:token=%zz",
        "pkcs11:token=t?pin-value=1", "pkcs11:token=t?pin-source=|program",
        "pkcs11:token=t?pin-source=file:relative", "pkcs11:token=t?pin-source=file:/a\nb",
        "pkcs11:unheard=of?pin-source=file:/a"})
    BOOST_TEST((code_of(RootKeySource::parse(bad)) == Errc::invalid_argument), bad);
}

BOOST_AUTO_TEST_CASE(a_file_is_a_key_or_says_where_it_is) {
  Given given;
  given.write("root", std::string(32, 'k'));
  const std::string named = given.write("a", "stafett/root-key/v1\ncredential root\n");
  BOOST_TEST((root_key_source(named)->kind == Kind::credential));
  const auto key = load_root_key(named);
  BOOST_REQUIRE(key);
  BOOST_TEST((root_key_id(*key) == root_key_id(Given::key_of('k'))));
  // Of 32 bytes it is the key, whatever they look like.
  const std::string raw = given.write("b", "stafett/root-key/v1\ncredential x");
  BOOST_TEST((root_key_source(raw)->kind == Kind::file));
  for (const char* bad :
       {"stafett/root-key/v1\n", "stafett/root-key/v2\ncredential root\n",
        "stafett/root-key/v1\ncredential root", "credential root\n",
        "stafett/root-key/v1\ncredential ../root\n", "stafett/root-key/v1\ncredential root\n\n",
        "stafett/root-key/v1\npkcs11 pkcs11:token=t\n",
        "stafett/root-key/v1\npkcs11 pkcs11:token=t\nwrapped ????\n"})
    BOOST_TEST((code_of(load_root_key(given.write("c", bad))) == Errc::malformed), bad);
  BOOST_TEST((code_of(load_root_key(given.write("d", std::string(5000, 'x')))) == Errc::malformed));
  BOOST_TEST((code_of(load_root_key(given.write("e", ""))) == Errc::malformed));
  ::chmod(named.c_str(), 0640);
  BOOST_TEST((code_of(load_root_key(named)) == Errc::refused));
  BOOST_TEST((code_of(load_root_key(given.directory.path("none"))) == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_credential_is_named_and_neither_written_nor_changed) {
  Given given;
  const RootKeySource source{Kind::credential, "root"};
  const std::string path = given.directory.path("root.key");
  const auto save = [&](std::uint8_t value) {
    return save_root_key(given.files, path, source, Given::key_of(value), given.random);
  };
  BOOST_TEST((code_of(save('k')) == Errc::not_found));
  given.write("root", std::string(32, 'k'));
  BOOST_TEST((code_of(save('x')) == Errc::refused));
  BOOST_TEST(save('k').has_value());
  BOOST_TEST((code_of(save('k')) == Errc::conflict));
  BOOST_TEST((code_of(check_root_key_can_change(path, given.random)) == Errc::refused));
  ::unsetenv("CREDENTIALS_DIRECTORY");
  BOOST_TEST((code_of(load_root_key(path)) == Errc::not_found));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
