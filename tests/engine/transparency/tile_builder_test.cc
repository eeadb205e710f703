#include "engine/transparency/tile_builder.h"

#include <rapidcheck.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>

#include "tests/engine/transparency/model.h"
#include "tests/engine/transparency/vectors.h"

namespace stafett::transparency {
BOOST_AUTO_TEST_SUITE(tile_builder_test)
namespace {

// Keeps what a builder hands out, as a store does, and serves it again.
struct TileStore {
  std::map<std::string, Bytes> full;
  TileBuilder builder;

  void append(const Hash& leaf) {
    builder.append(leaf, [this](const Tile& tile, ByteView bytes) {
      BOOST_REQUIRE(bytes.size() == kTileBytes);
      const bool fresh = full.emplace(tile_path(tile), Bytes(bytes.begin(), bytes.end())).second;
      BOOST_REQUIRE_MESSAGE(fresh, "full twice: " << tile_path(tile));
    });
  }
  Result<Bytes> read(const Tile& tile) const {
    const auto found = full.find(tile_path({tile.kind, tile.level, tile.index, kTileWidth}));
    if (found != full.end()) return found->second;
    const ByteView edge = builder.edge(tile.level);
    const std::uint64_t tiles = builder.size().value() >> (8 * (tile.level + 1));
    if (tile.index != tiles || edge.size() < tile.width * Hash::kBytes)
      return Error{Errc::not_found, tile_path(tile)};
    return Bytes(edge.begin(), edge.end());
  }
  TileReader reader() const {
    return [this](const Tile& tile) { return read(tile); };
  }
};

TileStore store_of(std::size_t size, const std::string& prefix = "leaf ") {
  TileStore store;
  for (const Hash& leaf : model::leaves(size, prefix)) store.append(leaf);
  return store;
}

// Every hash of every tile is the root of its 256^level leaves.
void require_tiles_of_model(const TileStore& store, model::Leaves leaves) {
  const TreeSize size{leaves.size()};
  const auto visited = for_each_tile(size, TileKind::hashes, [&](const Tile& tile) -> Result<void> {
    ENGINE_TRY(bytes, store.read(tile));
    const std::size_t width = std::size_t{1} << (8 * tile.level);
    for (unsigned i = 0; i < tile.width; ++i) {
      const Hash want = model::mth(leaves.subspan((tile.index * 256 + i) * width, width));
      BOOST_REQUIRE((*Hash::from(ByteView{bytes}.subspan(i * 32, 32)) == want));
    }
    return {};
  });
  BOOST_REQUIRE_MESSAGE(visited, visited.error().to_string());
}

BOOST_AUTO_TEST_CASE(tiles_of_the_published_log_have_the_published_bytes) {
  const TileStore store = store_of(300, "record ");
  const auto& record = vectors::all().at("record_d").as_object();
  for (const auto& [path, digest] : record.at("tiles_sha256_size300").as_object()) {
    const Tile tile = parse_tile_path(std::string{path}).value();
    Bytes bytes = store.read(tile).value();
    BOOST_TEST(bytes.size() == tile.width * Hash::kBytes);
    BOOST_TEST((crypto::sha256(bytes) == vectors::hash_from_hex(digest)), std::string{path});
  }
  BOOST_TEST(to_hex(store.builder.edge(1)) == vectors::text(record.at("tile_1_000_p1_hex")));
}

BOOST_AUTO_TEST_CASE(a_tile_is_handed_out_by_the_leaf_that_fills_it) {
  TileStore store;
  const std::vector<Hash> leaves = model::leaves(513);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    store.append(leaves[i]);
    BOOST_TEST(store.full.size() == (i + 1) / 256);
    BOOST_TEST(store.builder.edge(0).size() == (i + 1) % 256 * 32);
    BOOST_TEST(store.builder.edge(1).size() == (i + 1) / 256 * 32);
  }
  require_tiles_of_model(store, leaves);
}

// 65 536 leaves fill the first tile of level 1.
BOOST_DATA_TEST_CASE(tiles_and_proofs_are_right_around_a_boundary,
                     boost::unit_test::data::make({1, 2, 255, 256, 257, 511, 512, 513, 600, 65535,
                                                   65536, 65537, 65791, 65792, 65793})) {
  const auto size = static_cast<std::size_t>(sample);
  const std::vector<Hash> leaves = model::leaves(size);
  TileStore store;
  for (const Hash& leaf : leaves) store.append(leaf);
  require_tiles_of_model(store, leaves);
  const TreeHead head{TreeSize{size}, model::mth(leaves)};
  BOOST_TEST((store.builder.head() == head));

  TileHashSource source{head.size, store.reader()};
  BOOST_TEST((root_of_tree(source, head.size).value() == head.root));
  for (std::size_t step = 0; step < 40; ++step) {
    const std::size_t position = (step * 7919 + size - 1) % size;
    const auto path = inclusion_proof(source, Position{position}, head.size);
    BOOST_REQUIRE(path);
    BOOST_TEST((*path == model::path(position, leaves)));
    BOOST_TEST(bool(verify_inclusion(leaves[position], Position{position}, head, *path)));
    const TreeHead older{TreeSize{position + 1},
                         model::mth(model::Leaves{leaves}.first(position + 1))};
    const auto consistency = consistency_proof(source, older.size, head.size);
    BOOST_REQUIRE(consistency);
    BOOST_TEST(bool(verify_consistency(older, head, *consistency)));
  }

  const auto derived = TileBuilder::derive(head.size, store.reader(),
                                           model::Leaves{leaves}.subspan(size - size % 256));
  BOOST_REQUIRE(derived);
  BOOST_TEST((derived->head() == head));
  for (unsigned level = 0; level < kTileLevels; ++level)
    BOOST_TEST(to_hex(derived->edge(level)) == to_hex(store.builder.edge(level)));
}

BOOST_AUTO_TEST_CASE(proofs_for_an_older_tree_come_from_the_tiles_of_a_newer_one) {
  const TileStore store = store_of(700);
  const std::vector<Hash> leaves = model::leaves(700);
  for (std::size_t size = 1; size <= 700; size += 23) {
    TileHashSource source{TreeSize{size}, store.reader()};
    const Hash root = model::mth(model::Leaves{leaves}.first(size));
    BOOST_TEST((root_of_tree(source, TreeSize{size}).value() == root));
    const auto outside = source.hash_of({0, size});
    BOOST_REQUIRE(!outside);
    BOOST_TEST((outside.error().code() == Errc::invalid_argument));
  }
}

BOOST_AUTO_TEST_CASE(a_derived_builder_goes_on_like_the_one_before_it) {
  const bool ok = rc::check("derive, append == append", [] {
    const auto before = *rc::gen::inRange<std::size_t>(0, 1100);
    const auto after = *rc::gen::inRange<std::size_t>(0, 600);
    const std::vector<Hash> leaves = model::leaves(before + after);
    TileStore store;
    for (std::size_t i = 0; i < before; ++i) store.append(leaves[i]);
    auto derived =
        TileBuilder::derive(TreeSize{before}, store.reader(),
                            model::Leaves{leaves}.subspan(before - before % 256, before % 256));
    RC_ASSERT(bool(derived));
    store.builder = std::move(*derived);
    for (std::size_t i = before; i < leaves.size(); ++i) store.append(leaves[i]);
    require_tiles_of_model(store, leaves);
    RC_ASSERT(store.builder.root() == model::mth(leaves));
  });
  BOOST_TEST(ok);
}

BOOST_AUTO_TEST_CASE(a_builder_is_not_derived_from_what_does_not_fit) {
  const TileStore store = store_of(600);
  const std::vector<Hash> leaves = model::leaves(600);
  const model::Leaves last = model::Leaves{leaves}.subspan(512);
  const auto code_of = [](const Result<TileBuilder>& result) {
    BOOST_REQUIRE(!result);
    return result.error().code();
  };
  BOOST_TEST(bool(TileBuilder::derive(TreeSize{600}, store.reader(), last)));
  BOOST_TEST((code_of(TileBuilder::derive(TreeSize{600}, store.reader(), last.first(87))) ==
              Errc::invalid_argument));
  const TileReader missing = [](const Tile&) -> Result<Bytes> { return Error{Errc::not_found}; };
  BOOST_TEST((code_of(TileBuilder::derive(TreeSize{600}, missing, last)) == Errc::not_found));
  for (const std::size_t bytes : {std::size_t{0}, kTileBytes - 1, kTileBytes + 32}) {
    const TileReader wrong = [&](const Tile&) -> Result<Bytes> { return Bytes(bytes); };
    BOOST_TEST((code_of(TileBuilder::derive(TreeSize{600}, wrong, last)) == Errc::corrupt));
  }
}

BOOST_AUTO_TEST_CASE(a_tile_of_another_length_gives_no_hashes) {
  for (const std::size_t bytes :
       {std::size_t{0}, std::size_t{43 * 32}, std::size_t{44 * 32 + 1}, kTileBytes + 32}) {
    TileHashSource source{TreeSize{300},
                          [&](const Tile&) -> Result<Bytes> { return Bytes(bytes); }};
    const auto hash = source.hash_of({0, 299});
    BOOST_REQUIRE(!hash);
    BOOST_TEST((hash.error().code() == Errc::corrupt));
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::transparency
