#include "engine/log/entry_proof.h"

#include "engine/log/log_tree.h"
#include "engine/transparency/tlog_proof.h"

namespace stafett::log {

Result<std::string> entry_proof(const storage::Reads& reads, Position position,
                                const transparency::TreeHead& head, const std::string& note) {
  if (position.value() >= reads.size().value())
    return Error{Errc::not_found, "the log has no such position"};
  if (position.value() >= head.size.value())
    return Error{Errc::not_found, "no checkpoint covers this position yet"};
  transparency::TileHashSource source{head.size, tile_reader(reads, head.size)};
  ENGINE_TRY(path, transparency::inclusion_proof(source, position, head.size));
  // Never hand out a proof that does not prove.
  ENGINE_TRY(entry, reads.entry(position));
  ENGINE_TRY_VOID(
      transparency::verify_inclusion(transparency::leaf_hash(entry), position, head, path));
  return transparency::format_tlog_proof({std::nullopt, position, path, note});
}

}  // namespace stafett::log
