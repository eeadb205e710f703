#include "engine/log/keeping/root_escrow.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>

#include "engine/base/encoding.h"
#include "engine/crypto/seeded_random.h"
#include "engine/crypto/sha256.h"
#include "tests/engine/log/keeping/worked_bytes.h"
#include "tests/support/temporary_directory.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(root_escrow_test)
namespace {

namespace fs = std::filesystem;

RootKey key_of(std::uint8_t value) {
  return RootKey{[&](std::span<std::uint8_t, 32> out) { std::ranges::fill(out, value); }};
}

struct Escrow {
  stafett::testing::TemporaryDirectory directory;
  crypto::SeededRandom random{7};
  Hash origin = crypto::sha256(as_bytes("stafett.example/9901"));
  RootKey root = key_of(1);
  std::vector<std::string> files;

  explicit Escrow(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      files.push_back(directory.path("share-" + std::to_string(i)));
  }
  Result<void> split(unsigned threshold) {
    return escrow_root_key(storage::posix_files(), random, root, origin, threshold, files);
  }
  std::vector<std::string> those(std::initializer_list<std::size_t> which) const {
    std::vector<std::string> out;
    for (const std::size_t one : which) out.push_back(files[one]);
    return out;
  }
};

Errc recovery_error(const std::vector<std::string>& files) {
  const auto recovered = recover_root_key(files);
  return recovered ? Errc::unset : recovered.error().code();
}

bool same_key(const RootKey& a, const RootKey& b) {
  return crypto::equal_constant_time(a.view(), b.view());
}

Bytes share_bytes(const std::string& path) {
  return *storage::posix_files().read(path, 1024);
}

BOOST_AUTO_TEST_CASE(any_threshold_of_the_shares_bring_the_root_key_back) {
  Escrow escrow{5};
  BOOST_REQUIRE(escrow.split(3));
  for (std::size_t a = 0; a < 5; ++a)
    for (std::size_t b = 0; b < 5; ++b)
      for (std::size_t c = 0; c < 5; ++c) {
        if (a == b || b == c || a == c) continue;
        const auto recovered = recover_root_key(escrow.those({a, b, c}));
        BOOST_REQUIRE(recovered);
        BOOST_TEST(same_key(recovered->root, escrow.root));
        BOOST_TEST((recovered->origin == escrow.origin));
      }
  const auto all = recover_root_key(escrow.files);
  BOOST_REQUIRE(all);
  BOOST_TEST(same_key(all->root, escrow.root));
}

BOOST_AUTO_TEST_CASE(fewer_shares_bring_nothing) {
  Escrow escrow{4};
  BOOST_REQUIRE(escrow.split(3));
  BOOST_TEST((recovery_error(escrow.those({0, 3})) == Errc::invalid_argument));
  BOOST_TEST((recovery_error({}) == Errc::invalid_argument));
  BOOST_TEST((recovery_error(escrow.those({0, 3, 0})) == Errc::conflict));
}

// With one share fewer every other secret is as likely: the same shares fit a key that differs.
BOOST_AUTO_TEST_CASE(shares_below_the_threshold_fit_every_secret) {
  crypto::SeededRandom random{3};
  std::array<std::uint8_t, 32> secret{};
  std::set<std::uint8_t> seen;
  for (int i = 0; i < 4000; ++i)
    seen.insert(crypto::split_secret(secret, 2, 2, random)[0].bytes[0]);
  BOOST_TEST(seen.size() == 256u);
}

BOOST_AUTO_TEST_CASE(a_damaged_share_is_named_and_an_altered_one_gives_no_key) {
  Escrow escrow{3};
  BOOST_REQUIRE(escrow.split(2));
  const Bytes whole = share_bytes(escrow.files[1]);
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    Bytes altered = whole;
    altered[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    BOOST_TEST(!decode_escrow_share(altered).has_value());
  }
  auto share = decode_escrow_share(whole);
  BOOST_REQUIRE(share);
  share->share.bytes[5] ^= 1;  // by somebody who can make a checksum
  BOOST_REQUIRE(storage::posix_files().replace(escrow.files[1], encode(*share)));
  BOOST_TEST((recovery_error(escrow.those({0, 1})) == Errc::corrupt));
  BOOST_TEST((recovery_error(escrow.those({0, 2})) == Errc::unset));
}

BOOST_AUTO_TEST_CASE(shares_of_two_splits_do_not_mix) {
  Escrow escrow{2};
  BOOST_REQUIRE(escrow.split(2));
  const std::vector<std::string> first = escrow.files;
  escrow.files = {escrow.directory.path("other-0"), escrow.directory.path("other-1")};
  BOOST_REQUIRE(escrow.split(2));
  BOOST_TEST((recovery_error({first[0], escrow.files[1]}) == Errc::conflict));
}

BOOST_AUTO_TEST_CASE(shares_are_private_and_never_overwrite) {
  Escrow escrow{2};
  BOOST_REQUIRE(escrow.split(2));
  BOOST_TEST((escrow.split(2).error().code() == Errc::conflict));
  fs::permissions(escrow.files[0], fs::perms::owner_read | fs::perms::group_read);
  BOOST_TEST((recovery_error(escrow.files) == Errc::refused));
  for (const unsigned threshold : {0u, 1u, 3u})
    BOOST_TEST((escrow.split(threshold).error().code() == Errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(share_bytes_are_those_of_the_format_page) {
  const Bytes page = worked_bytes("key-table.md", "share");
  const auto share = decode_escrow_share(page);
  BOOST_REQUIRE(share);
  BOOST_TEST(to_hex(encode(*share)) == to_hex(page));
  BOOST_TEST((share->root_key_id == root_key_id(key_of(1))));
  // The page has two of two; together they are the key of its table.
  const auto other = decode_escrow_share(worked_bytes("key-table.md", "other-share"));
  BOOST_REQUIRE(other);
  std::array<std::uint8_t, 32> joined{};
  crypto::join_shares(std::vector{share->share, other->share}, joined);
  BOOST_TEST(crypto::equal_constant_time(joined, key_of(1).view()));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
