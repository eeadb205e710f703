#include "engine/transparency/tile.h"

#include <rapidcheck.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/crypto/seeded_random.h"
#include "tests/engine/transparency/model.h"
#include "tests/engine/transparency/vectors.h"

namespace stafett::transparency {
BOOST_AUTO_TEST_SUITE(tile_test)
namespace {

std::vector<std::string> paths_of_tree(std::uint64_t size, TileKind kind) {
  std::vector<std::string> paths;
  const auto visited = for_each_tile(TreeSize{size}, kind, [&](const Tile& tile) -> Result<void> {
    paths.push_back(tile_path(tile));
    return {};
  });
  BOOST_REQUIRE(visited);
  return paths;
}

BOOST_AUTO_TEST_CASE(index_paths_are_the_published_ones) {
  const auto& paths = vectors::all().at("tile_paths").as_object().at("index_to_path").as_object();
  for (const auto& [index, path] : paths) {
    const Tile tile{TileKind::hashes, 0, parse_decimal(std::string{index}).value(), kTileWidth};
    BOOST_TEST(tile_path(tile) == "tile/0/" + vectors::text(path));
    BOOST_TEST((parse_tile_path(tile_path(tile)).value() == tile));
  }
}

BOOST_AUTO_TEST_CASE(a_tree_consists_of_the_published_tiles) {
  const std::vector<std::string> none;
  BOOST_TEST(paths_of_tree(0, TileKind::hashes) == none);
  BOOST_TEST(paths_of_tree(0, TileKind::entries) == none);
  const std::vector<std::string> one_full{"tile/0/000", "tile/1/000.p/1"};
  BOOST_TEST(paths_of_tree(256, TileKind::hashes) == one_full);
  const std::vector<std::string> entries{"tile/entries/000", "tile/entries/001.p/44"};
  BOOST_TEST(paths_of_tree(300, TileKind::entries) == entries);
  const std::vector<std::string> large = paths_of_tree(70000, TileKind::hashes);
  BOOST_REQUIRE(large.size() == 277U);
  BOOST_TEST(large[0] == "tile/0/000");
  BOOST_TEST(large[272] == "tile/0/272");
  BOOST_TEST(large[273] == "tile/0/273.p/112");
  BOOST_TEST(large[274] == "tile/1/000");
  BOOST_TEST(large[275] == "tile/1/001.p/17");
  BOOST_TEST(large[276] == "tile/2/000.p/1");
}

BOOST_AUTO_TEST_CASE(enumeration_stops_at_the_first_error) {
  int visits = 0;
  const auto visited =
      for_each_tile(TreeSize{70000}, TileKind::hashes, [&](const Tile&) -> Result<void> {
        if (++visits == 3) return Error{Errc::io};
        return {};
      });
  BOOST_REQUIRE(!visited);
  BOOST_TEST((visited.error().code() == Errc::io));
  BOOST_TEST(visits == 3);
}

BOOST_AUTO_TEST_CASE(every_tile_path_parses_to_its_tile) {
  const bool ok = rc::check("parse_tile_path(tile_path(t)) == t", [] {
    Tile tile;
    tile.kind = *rc::gen::element(TileKind::hashes, TileKind::entries);
    if (tile.kind == TileKind::hashes) tile.level = *rc::gen::inRange(0U, kTilePathLevelMax + 1);
    const auto bits = *rc::gen::inRange(0U, 57U);
    tile.index = *rc::gen::arbitrary<std::uint64_t>() & ((std::uint64_t{1} << bits) - 1);
    tile.width = *rc::gen::inRange(1U, kTileWidth + 1);
    const auto parsed = parse_tile_path(tile_path(tile));
    RC_ASSERT(bool(parsed));
    RC_ASSERT(*parsed == tile);
  });
  BOOST_TEST(ok);
}

BOOST_DATA_TEST_CASE(
    another_spelling_of_a_tile_path_is_refused,
    boost::unit_test::data::make(
        {"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000",
         "tile/00/000", "tile/64/000", "tile/-1/000", "tile//000", "/tile/0/000", "tile/0/000/",
         "tile/0/x000/001", "tile/0/001/000", "tile/0/x001/x000", "tile/0/x001", "tile/0/x001/",
         "tile/0/x001/00", "tile/0/X001/000", "tile/0/x001//000", "tile/0/000.p/0",
         "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p", "tile/0/000.p/1/",
         "tile/0/000.p/1.p/1", "tile/0/000.p/+1", "tile/data/000", "tile/entries", "tile/entries/",
         "tile/Entries/000", "tile/0/ 00", "tile/0/1e3", "tile/8/0/000", "Tile/0/000",
         // 2^56: its leaves have no 64-bit number.
         "tile/0/x072/x057/x594/x037/x927/936", "tile/0/x999/x999/x999/x999/x999/x999/999",
         "tile/0/x001/x000/x000/x000/x000/x000/x000/x000/x000/x000/000"})) {
  const auto tile = parse_tile_path(sample);
  BOOST_REQUIRE(!tile);
  BOOST_TEST((tile.error().code() == Errc::malformed));
}

BOOST_AUTO_TEST_CASE(the_tile_of_a_subtree_has_the_width_of_the_tree) {
  BOOST_TEST((tile_of(TreeSize{300}, {0, 299}) == Tile{TileKind::hashes, 0, 1, 44}));
  BOOST_TEST((tile_of(TreeSize{300}, {7, 1}) == Tile{TileKind::hashes, 0, 0, 256}));
  BOOST_TEST((tile_of(TreeSize{300}, {8, 0}) == Tile{TileKind::hashes, 1, 0, 1}));
  BOOST_TEST(tile_width(TreeSize{512}, 0, 2) == 0U);
  BOOST_TEST(tile_width(TreeSize{512}, 8, 0) == 0U);
  BOOST_TEST(tile_width(kTreeSizeMax, 7, 0) == 127U);
  BOOST_TEST(tile_width(kTreeSizeMax, 0, ~std::uint64_t{0}) == 0U);
}

BOOST_AUTO_TEST_CASE(entry_bundles_of_the_published_log_have_the_published_bytes) {
  std::vector<std::string> records;
  std::vector<ByteView> entries;
  for (int i = 0; i < 300; ++i) records.push_back("record " + std::to_string(i));
  for (const std::string& record : records) entries.push_back(as_bytes(record));
  const auto& published =
      vectors::all().at("record_d").as_object().at("entry_bundles_sha256_size300").as_object();
  const std::span<const ByteView> all{entries};
  const Bytes full = encode_entry_bundle(all.first(256));
  const Bytes partial = encode_entry_bundle(all.subspan(256));
  BOOST_TEST((crypto::sha256(full) == vectors::hash_from_hex(published.at("tile/entries/000"))));
  BOOST_TEST(
      (crypto::sha256(partial) == vectors::hash_from_hex(published.at("tile/entries/001.p/44"))));
  const auto decoded = decode_entry_bundle(partial, 44);
  BOOST_REQUIRE(decoded);
  for (std::size_t i = 0; i < 44; ++i) BOOST_TEST(as_text((*decoded)[i]) == records[256 + i]);
}

BOOST_AUTO_TEST_CASE(an_entry_bundle_of_another_length_is_refused) {
  const Bytes largest(kEntryBytesMax, 7);
  const ByteView entries[] = {as_bytes("one"), {}, largest};
  Bytes bundle = encode_entry_bundle(entries);
  const auto decoded = decode_entry_bundle(bundle, 3);
  BOOST_REQUIRE(decoded);
  BOOST_TEST((*decoded)[1].empty());
  BOOST_TEST((*decoded)[2].size() == kEntryBytesMax);
  for (const unsigned width : {0U, 1U, 2U, 4U, 257U})
    BOOST_TEST(!decode_entry_bundle(bundle, width));
  for (const std::size_t cut : {std::size_t{1}, largest.size(), largest.size() + 1,
                                largest.size() + 2, largest.size() + 3, bundle.size()})
    BOOST_TEST(!decode_entry_bundle(ByteView{bundle}.first(bundle.size() - cut), 3));
  bundle.push_back(0);
  BOOST_TEST(!decode_entry_bundle(bundle, 3));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::transparency
