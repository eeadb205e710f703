#include "engine/log/backup/backup_manifest.h"

#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "tests/engine/log/keeping/worked_bytes.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(backup_manifest_test)
namespace {

Hash hash_of(std::uint64_t number) {
  return crypto::sha256(big_endian(number));
}

BackupManifest sample_manifest() {
  BackupManifest manifest;
  manifest.generation = 7;
  manifest.made_at = TimeUs{1'772'787'600'000'000};
  manifest.origin = "stafett.example/9901";
  manifest.genesis = hash_of(1);
  manifest.state = {TreeSize{300}, hash_of(300)};
  manifest.verified_level = 4;
  manifest.checked = {TreeSize{200}, Position{0}, Position{100}};
  const std::string note = "a signed note of size 299\n";
  manifest.checkpoint.assign(note.begin(), note.end());
  manifest.guard = TreeState{TreeSize{298}, hash_of(298)};
  manifest.table = BackedUpTable{306, 2, hash_of(3), hash_of(4)};
  manifest.files = {{"meta/7", 5, hash_of(5)}, {"private/7/CURRENT", 16, hash_of(6)}};
  return manifest;
}

// The bytes with a checksum that fits them, as somebody who makes them up would write.
Bytes with_checksum(Bytes bytes) {
  bytes.resize(bytes.size() - Hash::kBytes);
  append(bytes, crypto::sha256(bytes).view());
  return bytes;
}

Bytes replaced(Bytes bytes, std::string_view from, std::string_view to) {
  const std::string_view text = as_text(bytes);
  const std::size_t at = text.find(from);
  BOOST_REQUIRE(at != std::string_view::npos);
  BOOST_REQUIRE(from.size() == to.size());
  std::copy(to.begin(), to.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  return with_checksum(std::move(bytes));
}

Errc refusal_of_bytes(ByteView bytes) {
  const auto decoded = decode_backup_manifest(bytes);
  return decoded ? Errc::unset : decoded.error().code();
}

BOOST_AUTO_TEST_CASE(manifest_bytes_are_those_of_the_format_page) {
  const Bytes page = worked_bytes("backup.md", "manifest");
  BOOST_TEST(to_hex(encode(sample_manifest())) == to_hex(page));
  const auto read = decode_backup_manifest(page);
  BOOST_REQUIRE(read);
  BOOST_TEST((*read == sample_manifest()));
}

BOOST_AUTO_TEST_CASE(a_manifest_without_the_optional_pieces_comes_back_as_it_was) {
  BackupManifest manifest = sample_manifest();
  manifest.checkpoint.clear();
  manifest.guard.reset();
  manifest.table.reset();
  manifest.files.clear();
  const auto read = decode_backup_manifest(encode(manifest));
  BOOST_REQUIRE(read);
  BOOST_TEST((*read == manifest));
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_and_every_cut_of_a_manifest_is_refused) {
  const Bytes whole = encode(sample_manifest());
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    Bytes altered = whole;
    altered[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    BOOST_TEST((refusal_of_bytes(altered) == Errc::corrupt), "bit " << bit);
  }
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    BOOST_TEST((refusal_of_bytes(ByteView{whole}.first(bytes)) == Errc::corrupt), bytes);
    if (bytes > Hash::kBytes)
      BOOST_TEST((refusal_of_bytes(with_checksum(
                      Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes)))) ==
                  Errc::corrupt),
                 "cut to " << bytes);
  }
}

BOOST_AUTO_TEST_CASE(a_manifest_of_another_version_is_unsupported) {
  for (const std::uint8_t version : {std::uint8_t{0}, std::uint8_t{3}}) {
    Bytes bytes = encode(sample_manifest());
    bytes[11] = version;
    BOOST_TEST((refusal_of_bytes(with_checksum(bytes)) == Errc::unsupported));
  }
}

// magic, version, generation, time, origin, genesis, size, root, level
constexpr std::ptrdiff_t kCheckedAt = 8 + 4 + 4 + 8 + 2 + 20 + 32 + 8 + 32 + 1;

BOOST_AUTO_TEST_CASE(a_manifest_of_version_1_is_one_whose_every_entry_was_verified) {
  Bytes bytes = encode(sample_manifest());
  bytes.erase(bytes.begin() + kCheckedAt, bytes.begin() + kCheckedAt + 3 * 8);
  bytes[11] = 1;
  const auto read = decode_backup_manifest(with_checksum(bytes));
  BOOST_REQUIRE(read);
  BackupManifest whole = sample_manifest();
  whole.checked = {};
  BOOST_TEST((*read == whole));
}

BOOST_AUTO_TEST_CASE(verified_entries_that_cannot_be_are_refused) {
  for (const CheckedEntries& checked : {CheckedEntries{TreeSize{301}, Position{0}, Position{1}},
                                        CheckedEntries{TreeSize{200}, Position{0}, Position{201}},
                                        CheckedEntries{TreeSize{200}, Position{9}, Position{8}}}) {
    BackupManifest manifest = sample_manifest();
    manifest.checked = checked;
    BOOST_TEST((refusal_of_bytes(encode(manifest)) == Errc::corrupt));
  }
}

BOOST_AUTO_TEST_CASE(made_up_paths_counts_and_flags_are_refused) {
  const Bytes whole = encode(sample_manifest());
  for (const std::string_view path :
       {"../../a-file-here", "/rivate/7/CURRENT", "private/../CURREN", "private/7/CURREN/",
        "private/7/CURR\nNT", "a-name-that-sorts"})
    BOOST_TEST((refusal_of_bytes(replaced(whole, "private/7/CURRENT", path)) == Errc::corrupt),
               path);
  // The count of files: 4 bytes before the first path's length.
  const std::size_t at = as_text(whole).find("meta/7") - 2 - 4;
  for (const std::uint8_t byte : {std::uint8_t{0x00}, std::uint8_t{0xff}}) {
    Bytes bytes = whole;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 4, byte);
    BOOST_TEST((refusal_of_bytes(with_checksum(bytes)) == Errc::corrupt));
  }
  Bytes flagged = whole;
  flagged[at - (8 + 8 + 32 + 32) - 1] = 2;  // whether there is a table
  BOOST_TEST((refusal_of_bytes(with_checksum(flagged)) == Errc::corrupt));
}

BOOST_AUTO_TEST_CASE(drill_bytes_are_those_of_the_format_page) {
  DrillOutcome outcome;
  outcome.generation = 7;
  outcome.at = TimeUs{1'772'791'200'000'000};
  outcome.ok = true;
  outcome.level = 5;
  outcome.size = TreeSize{300};
  outcome.parts = 512;
  const Bytes page = worked_bytes("backup.md", "drill");
  BOOST_TEST(to_hex(encode(outcome)) == to_hex(page));
  BOOST_TEST(page.size() == kDrillOutcomeBytes);
  const auto read = decode_drill_outcome(page);
  BOOST_REQUIRE(read);
  BOOST_TEST((*read == outcome));
  for (std::size_t bit = 0; bit < 8 * page.size(); ++bit) {
    Bytes altered = page;
    altered[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    BOOST_TEST(!decode_drill_outcome(altered).has_value());
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
