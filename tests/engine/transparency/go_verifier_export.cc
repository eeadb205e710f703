// Writes logs for the Go verifier: WORK/accept/* are sound, each of WORK/reject/* has one fault.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "engine/crypto/secret.h"
#include "engine/crypto/seeded_random.h"
#include "engine/transparency/checkpoint.h"
#include "engine/transparency/tile_builder.h"

namespace stafett::transparency {
namespace {

const std::string kOrigin = "stafett.example/9901";

crypto::SigningKey key_of(std::uint64_t seed) {
  crypto::SeededRandom random{seed};
  return crypto::SigningKey::generate(random);
}

using Files = std::map<std::string, Bytes>;  // by path below the log's directory

Bytes bytes_of(std::string_view text) {
  return {as_bytes(text).begin(), as_bytes(text).end()};
}

Bytes entry_bytes(std::uint64_t index) {
  return bytes_of("entry " + std::to_string(index) + std::string(index % 40, '.'));
}

Bytes signed_checkpoint(const TreeHead& head) {
  const Checkpoint checkpoint{kOrigin, head};
  const std::string text = format_checkpoint(checkpoint);
  const NoteSignature cosignature = cosign_note(text, "witness.example", key_of(2), 1767139200);
  return bytes_of(sign_checkpoint(checkpoint, key_of(1)) + format_signature_line(cosignature) +
                  "\n");
}

enum class Entries { with, without };

Files make_log(std::uint64_t size, Entries entries) {
  Files files;
  TileBuilder builder;
  for (std::uint64_t i = 0; i < size; ++i)
    builder.append(leaf_hash(entry_bytes(i)), [&](const Tile& tile, ByteView bytes) {
      files[tile_path(tile)] = {bytes.begin(), bytes.end()};
    });
  const auto add_partial = [&](const Tile& tile) -> Result<void> {
    const ByteView edge = builder.edge(tile.level);
    if (!tile.full()) files[tile_path(tile)] = {edge.begin(), edge.end()};
    return {};
  };
  const auto add_bundle = [&](const Tile& tile) -> Result<void> {
    std::vector<Bytes> bundled;
    for (unsigned i = 0; i < tile.width; ++i)
      bundled.push_back(entry_bytes(tile.index * kTileWidth + i));
    const std::vector<ByteView> views(bundled.begin(), bundled.end());
    files[tile_path(tile)] = encode_entry_bundle(views);
    return {};
  };
  CHECK(for_each_tile(builder.size(), TileKind::hashes, add_partial));
  if (entries == Entries::with) CHECK(for_each_tile(builder.size(), TileKind::entries, add_bundle));
  const VerifierKey key{kOrigin, KeyType::ed25519, key_of(1).public_key()};
  files["keys/log.vkey"] = bytes_of(key.to_string() + "\n");
  files["checkpoint"] = signed_checkpoint(builder.head());
  return files;
}

Bytes replace_once(const Bytes& bytes, const std::string& from, const std::string& to) {
  std::string text{as_text(bytes)};
  const std::size_t at = text.find(from);
  CHECK(at != std::string::npos);
  return bytes_of(text.replace(at, from.size(), to));
}

std::map<std::string, Files> damaged_logs() {
  const Files good = make_log(600, Entries::with);
  std::map<std::string, Files> logs;
  const auto damaged = [&](const std::string& name) -> Files& {
    return logs.emplace(name, good).first->second;
  };
  damaged("bit-in-full-tile").at("tile/0/001")[4000] ^= 1;
  damaged("bit-in-partial-tile").at("tile/0/002.p/88")[0] ^= 0x80;
  damaged("bit-in-level-1").at("tile/1/000.p/2")[63] ^= 1;
  damaged("tile-cut").at("tile/0/000").resize(kTileBytes - 32);
  damaged("tile-long").at("tile/0/002.p/88").resize(89 * 32);
  damaged("tile-missing").erase("tile/1/000.p/2");
  damaged("bit-in-entry").at("tile/entries/001")[100] ^= 1;
  damaged("entries-missing").erase("tile/entries/002.p/88");
  damaged("entries-long").at("tile/entries/000").push_back(0);
  Files& swapped = damaged("tiles-swapped");
  std::swap(swapped.at("tile/0/000"), swapped.at("tile/0/001"));
  damaged("checkpoint-of-another-size")["checkpoint"] =
      make_log(599, Entries::without).at("checkpoint");
  damaged("checkpoint-of-a-full-tile-ago")["checkpoint"] =
      signed_checkpoint({TreeSize{512}, leaf_hash({})});
  damaged("signed-wrong-root")["checkpoint"] =
      signed_checkpoint({TreeSize{600}, leaf_hash(as_bytes("another"))});
  damaged("size-edited")["checkpoint"] = replace_once(good.at("checkpoint"), "\n600\n", "\n512\n");
  damaged("another-key")["keys/log.vkey"] =
      bytes_of(VerifierKey{kOrigin, KeyType::ed25519, key_of(3).public_key()}.to_string() + "\n");
  damaged("signature-missing")["checkpoint"] =
      replace_once(good.at("checkpoint"), " " + kOrigin + " ", " another.example/9901 ");
  Bytes& unsigned_note = damaged("signature-spoiled").at("checkpoint");
  const std::string text{as_text(unsigned_note)};
  const std::size_t signature = text.find(" " + kOrigin + " ") + kOrigin.size() + 2;
  unsigned_note[signature + 20] = unsigned_note[signature + 20] == 'A' ? 'B' : 'A';
  logs["empty-with-a-root"] = make_log(0, Entries::without);
  logs["empty-with-a-root"]["checkpoint"] = signed_checkpoint({TreeSize{0}, leaf_hash({})});
  return logs;
}

void write_log(const std::filesystem::path& dir, const Files& files) {
  for (const auto& [path, bytes] : files) {
    std::filesystem::create_directories((dir / path).parent_path());
    std::ofstream out(dir / path, std::ios::binary);
    out << as_text(bytes);
    CHECK(out.flush());
  }
}

}  // namespace
}  // namespace stafett::transparency

int main(int argc, char** argv) {
  using namespace stafett::transparency;
  if (argc != 2) return 2;
  stafett::crypto::init();
  const std::filesystem::path work = argv[1];
  for (const std::uint64_t size : {0U, 1U, 2U, 255U, 256U, 257U, 600U})
    write_log(work / "accept" / ("entries-" + std::to_string(size)), make_log(size, Entries::with));
  for (const std::uint64_t size : {600U, 65536U, 65793U})
    write_log(work / "accept" / ("tiles-" + std::to_string(size)),
              make_log(size, Entries::without));
  for (const auto& [name, files] : damaged_logs()) write_log(work / "reject" / name, files);
  return 0;
}
