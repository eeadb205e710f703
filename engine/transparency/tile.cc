#include "engine/transparency/tile.h"

#include <algorithm>
#include <optional>

#include "engine/base/encoding.h"

namespace stafett::transparency {
namespace {

constexpr std::string_view kPrefix = "tile/";
constexpr std::string_view kEntries = "entries";
constexpr std::string_view kPartial = ".p/";
constexpr std::size_t kPathBytesMax = 64;  // the longest path of a 64-bit index is shorter

// 1234067 -> "x001/x234/067"
std::string index_path(std::uint64_t index) {
  std::string path = std::to_string(1000 + index % 1000).substr(1);
  for (index /= 1000; index > 0; index /= 1000)
    path = "x" + std::to_string(1000 + index % 1000).substr(1) + "/" + path;
  return path;
}

std::optional<std::uint64_t> three_digits(std::string_view text) {
  if (text.size() != 3) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

std::optional<std::uint64_t> parse_index(std::string_view text) {
  constexpr std::uint64_t last = ~std::uint64_t{0} / kTileWidth;  // its leaves can be numbered
  std::uint64_t index = 0;
  const bool has_groups = text.size() > 3;
  for (bool first = true;; first = false) {
    const bool more = text.starts_with('x');
    if (more) text.remove_prefix(1);
    const auto group = three_digits(text.substr(0, 3));
    if (!group || (first && has_groups && *group == 0)) return std::nullopt;
    if (index > (last - *group) / 1000) return std::nullopt;
    index = index * 1000 + *group;
    text.remove_prefix(3);
    if (!more) break;
    if (!text.starts_with('/')) return std::nullopt;
    text.remove_prefix(1);
  }
  if (!text.empty()) return std::nullopt;
  return index;
}

Hash hash_at(ByteView tile_bytes, std::size_t index) {
  return *Hash::from(tile_bytes.subspan(index * Hash::kBytes, Hash::kBytes));
}

}  // namespace

std::string tile_path(const Tile& tile) {
  CHECK(tile.level <= kTilePathLevelMax && tile.width >= 1 && tile.width <= kTileWidth);
  std::string path{kPrefix};
  path += tile.kind == TileKind::entries ? std::string{kEntries} : std::to_string(tile.level);
  path += "/" + index_path(tile.index);
  if (!tile.full()) path += std::string{kPartial} + std::to_string(tile.width);
  return path;
}

Result<Tile> parse_tile_path(std::string_view path) {
  const Error malformed{Errc::malformed, "not a tile path"};
  if (path.size() > kPathBytesMax || !path.starts_with(kPrefix)) return malformed;
  path.remove_prefix(kPrefix.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return malformed;
  Tile tile;
  if (path.substr(0, slash) == kEntries) {
    tile.kind = TileKind::entries;
  } else {
    const auto level = parse_decimal(path.substr(0, slash));
    if (!level || *level > kTilePathLevelMax) return malformed;
    tile.level = static_cast<unsigned>(*level);
  }
  path.remove_prefix(slash + 1);
  if (const std::size_t partial = path.find(kPartial); partial != std::string_view::npos) {
    const auto width = parse_decimal(path.substr(partial + kPartial.size()));
    if (!width || *width == 0 || *width >= kTileWidth) return malformed;
    tile.width = static_cast<unsigned>(*width);
    path = path.substr(0, partial);
  }
  const auto index = parse_index(path);
  if (!index) return malformed;
  tile.index = *index;
  return tile;
}

unsigned tile_width(TreeSize size, unsigned level, std::uint64_t index) {
  if (level >= kTileLevels) return 0;
  const std::uint64_t hashes = size.value() >> (kTileHeight * level);
  if (index > hashes / kTileWidth) return 0;
  return static_cast<unsigned>(std::min<std::uint64_t>(kTileWidth, hashes - index * kTileWidth));
}

Tile tile_of(TreeSize size, const Subtree& subtree) {
  const unsigned level = subtree.level / kTileHeight;
  const std::uint64_t index = subtree.index >> (kTileHeight - subtree.level % kTileHeight);
  const unsigned width = tile_width(size, level, index);
  CHECK(width != 0);
  return {TileKind::hashes, level, index, width};
}

Result<void> for_each_tile(TreeSize size, TileKind kind, const VisitTile& visit) {
  const unsigned levels = kind == TileKind::entries ? 1 : kTileLevels;
  for (unsigned level = 0; level < levels; ++level) {
    for (std::uint64_t index = 0;; ++index) {
      const unsigned width = tile_width(size, level, index);
      if (width == 0) break;
      ENGINE_TRY_VOID(visit({kind, level, index, width}));
    }
  }
  return {};
}

Hash subtree_in_tile(ByteView tile_bytes, unsigned height, std::size_t index) {
  CHECK(height <= kTileHeight && tile_bytes.size() <= kTileBytes);
  const std::size_t count = std::size_t{1} << height;
  CHECK(index < kTileWidth && ((index + 1) << height) * Hash::kBytes <= tile_bytes.size());
  std::array<Hash, kTileWidth> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes[i] = hash_at(tile_bytes, (index << height) + i);
  for (std::size_t left = count / 2; left > 0; left /= 2)
    for (std::size_t i = 0; i < left; ++i) nodes[i] = node_hash(nodes[2 * i], nodes[2 * i + 1]);
  return nodes[0];
}

Bytes encode_entry_bundle(std::span<const ByteView> entries) {
  CHECK(entries.size() <= kTileWidth);
  Bytes bundle;
  for (const ByteView entry : entries) {
    CHECK(entry.size() <= kEntryBytesMax);
    append(bundle, big_endian(static_cast<std::uint16_t>(entry.size())));
    append(bundle, entry);
  }
  return bundle;
}

Result<std::vector<ByteView>> decode_entry_bundle(ByteView bundle, unsigned width) {
  if (width == 0 || width > kTileWidth)
    return Error{Errc::malformed, "an entry bundle has 1 to 256 entries"};
  std::vector<ByteView> entries;
  entries.reserve(width);
  for (unsigned i = 0; i < width; ++i) {
    if (bundle.size() < 2) return Error{Errc::malformed, "entry bundle too short"};
    const std::size_t bytes = from_big_endian<std::uint16_t>(bundle);
    bundle = bundle.subspan(2);
    if (bundle.size() < bytes) return Error{Errc::malformed, "entry bundle too short"};
    entries.push_back(bundle.first(bytes));
    bundle = bundle.subspan(bytes);
  }
  if (!bundle.empty()) return Error{Errc::malformed, "bytes after the last entry of a bundle"};
  return entries;
}

}  // namespace stafett::transparency
