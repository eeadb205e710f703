#include "engine/log/witness/request_maker.h"

#include "engine/log/log_tree.h"
#include "engine/transparency/witness_request.h"

namespace stafett::log {

Result<std::string> make_witness_request(const storage::Reads& reads,
                                         const transparency::TreeHead& head,
                                         const std::string& note, TreeSize old_size) {
  if (old_size > head.size)
    return Error{Errc::invalid_argument, "the witness has cosigned a larger log, of size " +
                                             std::to_string(old_size.value())};
  transparency::TileHashSource source{head.size, tile_reader(reads, head.size)};
  ENGINE_TRY(proof, transparency::consistency_proof(source, old_size, head.size));
  ENGINE_TRY(old_root, root_at(reads, old_size));
  ENGINE_TRY_VOID(transparency::verify_consistency({old_size, old_root}, head, proof));
  return transparency::format_witness_request({old_size, proof, note});
}

}  // namespace stafett::log
