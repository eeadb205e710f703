#include "tests/engine/log/verify/forgery.h"

#include "engine/crypto/sha256.h"
#include "engine/transparency/checkpoint.h"
#include "engine/transparency/group_path.h"
#include "engine/transparency/tile_builder.h"

namespace stafett::log::verify_testing {
namespace {

constexpr std::string_view kOrigin = "stafett.example/9901";

std::vector<Hash> leaves_of(const Intruder& intruder) {
  std::vector<Hash> leaves;
  for (const auto& [key, entry] : intruder.rows(storage::Column::entries))
    leaves.push_back(transparency::leaf_hash(entry));
  return leaves;
}

}  // namespace

void forge(Intruder& intruder, Position position, const std::function<void(format::Entry&)>& change,
           const crypto::SigningKey* by) {
  const auto key = storage::position_key(position);
  auto entry = format::decode_entry(intruder.get(storage::Column::entries, key));
  BOOST_REQUIRE(entry);
  change(*entry);
  if (by != nullptr) {
    entry->intent_bytes = format::encode(entry->intent);
    const Hash leaf = transparency::leaf_hash(entry->intent_bytes);
    entry->signature = {
        by->sign(format::signed_message(entry->intent.origin_hash, 1, leaf)), 1, 0, {}};
  }
  intruder.put(storage::Column::entries, key,
               format::encode_entry(entry->stamp, entry->signature, entry->sealed,
                                    entry->public_part, entry->intent_bytes));
}

void remake_tiles(Intruder& intruder) {
  transparency::TileBuilder tree;
  for (const Hash& leaf : leaves_of(intruder))
    tree.append(leaf, [&](const transparency::Tile& tile, ByteView hashes) {
      intruder.put(storage::Column::tiles,
                   storage::tile_key(static_cast<std::uint8_t>(tile.level), tile.index), hashes);
    });
}

std::string note_of(const crypto::SigningKey& log_key, TreeSize size, const Hash& root) {
  return transparency::sign_checkpoint({std::string{kOrigin}, {size, root}}, log_key);
}

void resign(Intruder& intruder, const crypto::SigningKey& log_key) {
  const std::vector<Hash> leaves = leaves_of(intruder);
  const Hash origin_hash = crypto::sha256(as_bytes(kOrigin));
  for (const auto& [key, row] : intruder.rows(storage::Column::meta)) {
    const auto first = storage::read_group_key(key);
    if (!first) continue;
    auto group = format::decode_receipt_group(*first, ByteView{row}.first(row.size() - 8));
    BOOST_REQUIRE(group);
    const auto in_group = std::span{leaves}.subspan(first->value(), group->count);
    group->signature = log_key.sign(format::receipt_message(origin_hash, *first, group->count,
                                                            transparency::root_of(in_group)));
    intruder.put_sealed(storage::Column::meta, key, format::encode(*group));
  }
  for (const auto& [key, row] : intruder.rows(storage::Column::checkpoints)) {
    const auto size = storage::read_u64(key);
    BOOST_REQUIRE(size);
    transparency::CompactRange range;
    for (std::uint64_t i = 0; i < *size; ++i) range.append(leaves.at(i));
    intruder.put_sealed(storage::Column::checkpoints, key,
                        as_bytes(note_of(log_key, TreeSize{*size}, range.root())));
  }
}

}  // namespace stafett::log::verify_testing
