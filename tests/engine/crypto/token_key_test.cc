// A key in a token, SoftHSM: shared by threads, and which keys are taken. Skipped without it.

#include "engine/crypto/token_key.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "engine/base/bytes.h"
#include "engine/crypto/seeded_random.h"
#include "engine/crypto/system_random.h"
#include "tests/support/code_of.h"
#include "tests/support/temporary_directory.h"

namespace stafett::crypto {
BOOST_AUTO_TEST_SUITE(token_key_test)
namespace {

constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";
constexpr std::string_view kPin = "48151623";

bool runs(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}
bool has_softhsm() {
  return std::filesystem::exists(kModule) && runs("command -v softhsm2-util") &&
         runs("command -v pkcs11-tool");
}

struct Token {
  stafett::testing::TemporaryDirectory place;

  Token() {
    std::filesystem::create_directory(place.path("tokens"));
    std::ofstream{place.path("conf")} << "directories.tokendir = " << place.path("tokens")
                                      << "\nobjectstore.backend = file\nlog.level = ERROR\n";
    ::setenv("SOFTHSM2_CONF", place.path("conf").c_str(), 1);
    add_token();
  }
  ~Token() { ::unsetenv("SOFTHSM2_CONF"); }
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;

  static void add_token() {
    BOOST_REQUIRE(runs("softhsm2-util --init-token --free --label t --so-pin 12345678 --pin " +
                       std::string{kPin}));
  }
  static void add_key(const std::string& label, const std::string& more) {
    BOOST_REQUIRE(runs("pkcs11-tool --module " + std::string{kModule} + " --login --pin " +
                       std::string{kPin} + " --keygen --key-type AES:32 --label " + label + " " +
                       more));
  }
  static Result<std::unique_ptr<TokenKey>> open(const std::string& label,
                                                std::string_view pin = kPin) {
    return TokenKey::open(
        "pkcs11:token=t;object=" + label + "?module-path=" + kModule + "&pin-source=file:/pin",
        as_bytes(pin));
  }
};

constexpr std::array<std::uint8_t, 32> kSecret{1, 2, 3};

// Two logs of one server that are opened, or in which something is erased, at the same time.
BOOST_AUTO_TEST_CASE(threads_take_turns_with_a_module) {
  if (!has_softhsm()) return;
  Token token;
  Token::add_key("k", "--sensitive");
  constexpr int kThreads = 4, kRounds = 40;
  std::array<int, kThreads> failures{};
  {
    std::vector<std::jthread> threads;
    for (int& failed : failures)
      threads.emplace_back([&failed] {
        SystemRandom random;
        for (int i = 0; i < kRounds; ++i) {
          const auto key = Token::open("k");
          std::array<std::uint8_t, 32> back{};
          const auto wrapped =
              key ? (*key)->wrap(kSecret, "x", random) : Result<Bytes>{key.error()};
          const bool ok = wrapped && (*key)->unwrap(*wrapped, "x", back) && back == kSecret;
          if (!ok) ++failed;
        }
      });
  }
  for (const int failed : failures) BOOST_TEST(failed == 0);
}

BOOST_AUTO_TEST_CASE(a_key_that_can_be_read_out_wraps_nothing) {
  if (!has_softhsm()) return;
  Token token;
  Token::add_key("open", "--extractable");
  Token::add_key("closed", "--sensitive --extractable");
  Token::add_key("stays", "");
  SeededRandom random{1};
  const auto wrap = [&](const std::string& label) {
    const auto key = Token::open(label);
    BOOST_REQUIRE_MESSAGE(key, (key ? "" : key.error().to_string()));
    return code_of((*key)->wrap(kSecret, "x", random));
  };
  BOOST_TEST((wrap("open") == Errc::refused));
  BOOST_TEST((wrap("closed") == Errc::unset));
  BOOST_TEST((wrap("stays") == Errc::unset));
}

// A wrong PIN would count against a token that was not meant.
BOOST_AUTO_TEST_CASE(no_pin_is_tried_where_several_tokens_fit) {
  if (!has_softhsm()) return;
  Token token;
  Token::add_key("k", "--sensitive");
  BOOST_TEST((code_of(Token::open("k", "0000")) == Errc::refused));
  Token::add_token();
  BOOST_TEST((code_of(Token::open("k", "0000")) == Errc::conflict));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::crypto
